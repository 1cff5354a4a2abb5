"""The spectrum of a LoRA: blocks in order, energies that add up, and the same numbers in chart, heat map and table."""

from itertools import pairwise

import pytest
import torch

from denoiscope.core.drawing.chart_image import chart_image
from denoiscope.core.drawing.colour import FROM_ZERO, colour
from denoiscope.core.drawing.heat_map_image import HEAD, heat_image
from denoiscope.core.lora.blocks import block_of, together
from denoiscope.core.lora.chart import spectrum_chart
from denoiscope.core.lora.heat_map import spectrum_heat_map
from denoiscope.core.lora.lora import lora_of
from denoiscope.core.lora.spectrum import layer_spectrum, lora_spectrum
from denoiscope.core.lora.table import spectrum_table
from denoiscope.core.telling.chart import chart_payload
from denoiscope.core.telling.heat_map import heat_payload

from .loras import layer

VALUES = (8.0, 4.0, 2.0, 1.0)
ENERGY = [sum(v * v for v in VALUES[:r]) / sum(v * v for v in VALUES) for r in range(5)]


def spectrum(*layers):
    lora = lora_of("bolt", layers)
    return lora_spectrum(lora, map(layer_spectrum, lora.layers))


BLOCKS = {
    "lora_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_q": "input 4",
    "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q": "down 1",
    "unet.up_blocks.2.attentions.0.proj_in": "up 2",
    "diffusion_model.middle_block.1.proj_in": "middle",
    "lora_unet_mid_block_attentions_0_proj_in": "middle",
    "diffusion_model.output_blocks.10.0.in_layers.2": "output 10",
    "lora_unet_double_blocks_7_img_attn_proj": "double 7",
    "transformer.single_transformer_blocks.12.attn.to_q": "single 12",
    "transformer_blocks.3.attn.to_q": "block 3",
    "diffusion_model.layers.5.attention.qkv": "layer 5",
    "diffusion_model.double_stream_blocks.0.block.attn1.to_q": "double 0",
    "lora_unet_single_stream_blocks_0_block_attn1_to_q": "single 0",
    "diffusion_model.double_layers.3.attn.w1q": "double 3",
    "diffusion_model.single_layers.3.attn.w1q": "single 3",
    "diffusion_model.noise_refiner.1.attention.qkv": "noise refiner 1",
    "lora_unet_context_refiner_1_attention_qkv": "context refiner 1",
    "transformer.text_transformer_blocks.2.a": "text 2",
    "transformer.visual_transformer_blocks.2.a": "visual 2",
    "diffusion_model.vace_blocks.4.self_attn.q": "vace 4",
    "diffusion_model.txt_in.individual_token_refiner.blocks.1.a": "token refiner 1",
    "lora_unet_txt_in_individual_token_refiner_blocks_1_a": "token refiner 1",
    "diffusion_model.blocks.block7.blocks.0.block.attn.to_q.0": "block 7",
    "diffusion_model.time_embed.0": "other",
    "lora_te_text_model_encoder_layers_0_mlp_fc1": "text encoder",
    "lora_te2_text_model_encoder_layers_0_mlp_fc1": "text encoder 2",
    "text_encoder_2.text_model.encoder.layers.3.mlp.fc1": "text encoder 2",
    "text_encoders.clip_l.transformer.text_model.encoder.layers.3.mlp.fc1": "text encoder clip_l",
}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_layer_is_found_in_its_block_in_every_style(name):
    assert block_of(name).title == BLOCKS[name]


def test_layers_stand_in_the_order_in_which_the_network_is_walked():
    names = ["output_blocks.2.a", "output_blocks.10.a", "middle_block.1.a", "input_blocks.8.a", "input_blocks.8.10.a"]
    found = spectrum(layer(name="text_encoders.a"), *(layer(name=f"diffusion_model.{name}") for name in names))
    assert [line.name.removeprefix("diffusion_model.") for line in found.layers] == [
        "input_blocks.8.10.a",
        "input_blocks.8.a",
        "middle_block.1.a",
        "output_blocks.2.a",
        "output_blocks.10.a",
        "text_encoders.a",
    ]


def test_too_many_blocks_are_drawn_as_neighbours_together_the_most_numerous_kind_first():
    counts = {"double_blocks": 19, "single_blocks": 38}
    names = [f"{kind}.{i}.x" for kind, count in counts.items() for i in range(count)]
    blocks = [block_of(name) for name in (*names, "lora_te1_a", "lora_te2_a")]
    groups = list(dict.fromkeys(group.title for group in together(blocks, 11).values()))
    assert groups == [
        "double 0 to 4",
        "double 5 to 9",
        "double 10 to 14",
        "double 15 to 18",
        "single 0 to 7",
        "single 8 to 15",
        "single 16 to 23",
        "single 24 to 31",
        "single 32 to 37",
        "text encoder 1",
        "text encoder 2",
    ]
    assert together(blocks[:11], 11) == {block: block for block in blocks[:11]}


def test_where_there_is_one_kind_left_of_each_no_more_can_be_put_together():
    blocks = [block_of(name) for name in ("lora_te1_a", "lora_te2_a", "middle_block.a", "other")]
    assert [group.title for group in together(blocks, 2).values()] == [
        "middle",
        "other",
        "text encoder",
        "text encoder",
    ]


def test_one_layer_gives_the_curve_of_its_singular_values():
    (line,) = spectrum_chart(spectrum(layer(VALUES))).series
    assert line.across == (0, 1, 2, 3, 4)
    assert line.values[0] == pytest.approx(ENERGY, abs=1e-6)
    assert line.values[1][0] is None
    assert line.values[1][1:] == pytest.approx(VALUES, rel=1e-5)


def test_the_energy_of_a_block_is_that_of_its_layers_together_and_not_their_mean():
    small, large = layer((1.0, 1.0), name="middle_block.a"), layer((30.0, 10.0), name="middle_block.b")
    (line,) = spectrum_chart(spectrum(small, large)).series
    assert line.values[0] == pytest.approx([0, 901 / 1002, 1], abs=1e-6)
    assert line.values[1][1:] == pytest.approx([((1 + 900) / 2) ** 0.5, ((1 + 100) / 2) ** 0.5], rel=1e-5)


def test_all_layers_together_are_drawn_beside_several_blocks_and_the_notes_count_their_ranks():
    chart = spectrum_chart(spectrum(layer(VALUES, "input_blocks.1.a"), layer(VALUES[:2], "middle_block.a")))
    assert [line.label for line in chart.series] == ["input 1", "middle", "all layers"]
    assert len(chart.series[1].across) == 3
    assert "50% at rank 1, 90% at rank 2, 99% at rank 3 of 4" in chart.notes[0]


def test_a_layer_that_changes_nothing_is_counted_and_drawn():
    nothing = layer(VALUES, "middle_block.a")
    nothing.parts["up"].zero_()
    chart = spectrum_chart(spectrum(nothing))
    assert any("1 of 1 layers change nothing" in note for note in chart.notes)
    assert chart_payload(chart)["series"][0]["values"] == [[1, 1, 1, 1, 1], [None, 0, 0, 0, 0]]
    assert chart_image(chart).shape[-1] == heat_image(spectrum_heat_map(spectrum(nothing))).shape[-1] == 3


def test_a_heat_map_has_a_row_a_layer_with_its_energy_at_each_rank_and_its_effective_rank():
    heat = spectrum_heat_map(spectrum(layer(VALUES, "input_blocks.1.a"), layer((5.0,) * 3, "middle_block.a")))
    assert heat.columns == (1, 2, 3, 4)
    torch.testing.assert_close(heat.cells(), torch.tensor([ENERGY[1:], [1 / 3, 2 / 3, 1, 1]]), atol=1e-6, rtol=0)
    assert heat.groups() == [("input 1", 0, 1), ("middle", 1, 2)]
    assert heat.rows[1].mark == pytest.approx(3)
    assert heat_payload(heat)["rows"][1]["values"] == [333, 667, 1000]


def test_a_high_rank_is_drawn_in_at_most_sixty_four_columns_the_last_among_them():
    heat = spectrum_heat_map(spectrum(layer(tuple(range(130, 0, -1)), rows=140, columns=150)))
    assert len(heat.columns) == 64
    assert heat.columns[-1] == 130
    assert heat.cells()[0, -1] == pytest.approx(1)


def test_a_mark_stands_between_the_columns_it_lies_between():
    heat = spectrum_heat_map(spectrum(layer(tuple(range(130, 0, -1)), rows=140, columns=150)))
    assert heat.place(heat.columns[10]) == 10
    assert heat.place((heat.columns[10] + heat.columns[11]) / 2) == pytest.approx(10.5)
    assert heat.place(1) == 0


def test_a_heat_map_on_paper_shows_each_cell_in_its_colour_from_left_to_right():
    heat = spectrum_heat_map(spectrum(*(layer(VALUES, f"input_blocks.{i}.a") for i in range(3))))
    line = heat_image(heat)[0, HEAD + 10]
    wanted = colour(heat.cells()[0], 0, 1, FROM_ZERO)
    places = [((line - one).abs().amax(1) < 0.01).nonzero().flatten() for one in wanted]
    assert all(len(place) > 100 for place in places)
    assert all(int(one.max()) < int(other.min()) for one, other in pairwise(places))


def test_the_table_says_for_each_layer_what_was_computed():
    head, line = spectrum_table(spectrum(layer(VALUES)), 2).split("\n")
    said = dict(zip(head.split("\t"), line.split("\t"), strict=True))
    assert said["layer"] == "diffusion_model.a"
    assert said["shape"] == "24 x 40"
    assert said["rank"] == "4"
    assert float(said["energy at rank 2"]) == pytest.approx(ENERGY[2], abs=1e-4)
    assert (said["rank for 90%"], said["rank for 99%"]) == ("2", "4")
    assert float(said["norm"]) == pytest.approx(85**0.5, rel=1e-5)


def test_a_lora_without_an_update_says_what_it_holds_instead():
    with pytest.raises(ValueError, match="no ΔW to decompose"):
        lora_spectrum(lora_of("empty", ()), ())
