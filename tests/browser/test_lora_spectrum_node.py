"""The spectrum of a LoRA inside its node, in ComfyUI's own frontend and against the real server, in both renderers."""

import uuid

import pytest
import torch
from playwright.sync_api import expect

from denoiscope.devtools.driving.frontend import PATIENCE, ready, settle
from denoiscope.tests.core.loras import known, written

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SPECTRUM = "2"
LAYERS = {
    "input_blocks.1.a": (8.0, 4.0, 2.0, 1.0),
    "middle_block.1.b": (3.0, 3.0, 3.0),
    "output_blocks.2.c": (5.0, 0.1),
}


@pytest.fixture
def shown(opened, server):
    """A workflow that has run, with its spectrum on screen."""
    folder = server.output / "loras"
    folder.mkdir(exist_ok=True)
    factors = {f"diffusion_model.{name}": known(values) for name, values in LAYERS.items()}
    tensors = {f"{name}.lora_up.weight": up.float() for name, (up, _) in factors.items()}
    tensors |= {f"{name}.lora_down.weight": down.float() for name, (_, down) in factors.items()}
    written(folder / "three.safetensors", tensors)
    opened.load(measured("three.safetensors"))
    opened.run()
    wait_for_spectrum(opened)
    return opened


def measured(name: str, size: tuple[int, int] = (480, 860)) -> dict:
    """A LoRA in LoRA Spectrum; every call is a workflow of its own."""
    lora = {"name": "lora", "type": "DENOISCOPE_LORA", "links": [1]}
    pictures = [{"name": name, "type": "IMAGE", "links": []} for name in ("curves", "heat_map")]
    nodes = [
        node(1, "DenoiscopeLoadLora", (340, 0), (300, 100), [name], outputs=[lora, text("summary")]),
        node(
            2,
            "DenoiscopeLoraSpectrum",
            (700, 0),
            size,
            [2],
            inputs=[{"name": "lora", "type": "DENOISCOPE_LORA", "link": 1}],
            outputs=[*pictures, text("table")],
        ),
    ]
    return {
        "id": str(uuid.uuid4()),
        "revision": 0,
        "last_node_id": 2,
        "last_link_id": 1,
        "nodes": nodes,
        "links": [[1, 1, 0, 2, 0, "DENOISCOPE_LORA"]],
        "groups": [],
        "config": {},
        "extra": {},
        "version": 0.4,
    }


def text(name: str) -> dict:
    return {"name": name, "type": "STRING", "links": []}


def node(id, kind, pos, size, widgets=(), inputs=(), outputs=()) -> dict:
    return {
        "id": id,
        "type": kind,
        "pos": list(pos),
        "size": list(size),
        "flags": {},
        "order": id,
        "mode": 0,
        "inputs": list(inputs),
        "outputs": list(outputs),
        "properties": {"Node name for S&R": kind},
        "widgets_values": list(widgets),
    }


def wait_for_spectrum(opened) -> None:
    expect(opened.page.locator(".ds-spectrum .ds-plot-content")).to_have_attribute(
        "data-state", "chart", timeout=PATIENCE
    )
    settle(opened.page)


def open_layers(shown):
    shown.page.get_by_role("tab", name="Layers").click()
    return shown.page.get_by_role("slider", name="Cell in the map")


def read(shown) -> str:
    return shown.page.locator(".ds-heat-words").inner_text()


def test_the_curves_come_first_and_say_what_each_block_keeps(shown):
    expect(shown.page.get_by_role("tab", name="Curves")).to_have_attribute("aria-selected", "true")
    for name in ("input 1", "middle", "output 2", "all layers"):
        expect(shown.page.get_by_role("button", name=name, exact=True)).to_be_visible()
    field = shown.page.get_by_role("slider", name="Point in the chart")
    field.focus()
    shown.page.keyboard.press("Home")
    shown.page.keyboard.press("ArrowRight")
    assert "input 1: energy 0.753, " in field.get_attribute("aria-valuetext")
    assert field.get_attribute("aria-valuetext").startswith("rank 1 of 4")


def test_pointing_at_a_cell_reads_its_layer_and_the_energy_it_keeps(shown):
    open_layers(shown)
    box = shown.page.locator(".ds-heat-area").bounding_box()
    for row, column, figures in ((0, 1, "94.1 %"), (1, 0, "33.3 %"), (2, 3, "100 %")):
        shown.page.mouse.move(
            box["x"] + (column + 0.5) / 4 * box["width"], box["y"] + (row + 0.5) / 3 * box["height"], steps=2
        )
        settle(shown.page)
        name = list(LAYERS)[row]
        assert f"diffusion_model.{name}" in read(shown)
        assert f"energy kept at rank {column + 1} {figures}" in read(shown).replace("\n", " ")


def test_a_cell_has_the_colour_of_its_number(shown):
    open_layers(shown)
    pixels = shown.page.locator(".ds-heat-cells").evaluate(
        "(canvas) => [...canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data]"
    )
    cells = torch.tensor(pixels).reshape(3, 4, 4)[..., :3]
    assert cells[2, 3].tolist() == [0xFC, 0xF6, 0xBE]
    assert (cells[0, 0] - cells[0, 3]).abs().max() > 20


def test_keys_move_over_the_map_and_a_screen_reader_hears_it(shown):
    field = open_layers(shown)
    field.focus()
    for key in ("Home", "ArrowDown", "ArrowRight"):
        shown.page.keyboard.press(key)
    expect(field).to_have_attribute("aria-valuenow", "2")
    spoken = field.get_attribute("aria-valuetext")
    assert spoken == "diffusion_model.middle_block.1.b; middle; energy kept at rank 2: 66.7 %; effective rank: 3"


def test_the_big_view_takes_the_map_and_the_keys(shown):
    open_layers(shown)
    shown.page.locator(".ds-heat-content").get_by_role("button", name="Big view").click()
    big = shown.page.get_by_role("dialog", name="Energy kept by each layer at each rank")
    expect(big).to_be_visible()
    shown.page.keyboard.press("End")
    expect(big.get_by_text("energy kept at rank 4")).to_be_visible()
    shown.page.keyboard.press("Escape")
    expect(big).to_have_count(0)


def test_a_reload_brings_the_spectrum_and_the_view_that_was_chosen_back(shown):
    field = open_layers(shown)
    field.focus()
    shown.page.keyboard.press("End")
    shown.page.reload()
    ready(shown)
    wait_for_spectrum(shown)
    expect(shown.page.get_by_role("tab", name="Layers")).to_have_attribute("aria-selected", "true")
    expect(field).to_be_visible()
    assert "rank 4" in field.get_attribute("aria-valuetext")


def test_nothing_of_the_spectrum_is_saved(shown):
    widgets = shown.page.evaluate(
        "(id) => app.rootGraph.serialize().nodes.find((node) => String(node.id) === id).widgets_values", SPECTRUM
    )
    assert widgets == [2]
