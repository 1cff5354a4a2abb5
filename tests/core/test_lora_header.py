"""The words in a LoRA's header after a cut: no rank, scale or hash stands there that is not true of the new file."""

import json

import pytest

from denoiscope.core.lora.header import after_cut, stated_scale

PEFT = {
    "format": "pt",
    "transformer.r": "4",
    "transformer.lora_alpha": "64",
    "lora_adapter_metadata": '{"transformer.r": 4, "transformer.lora_alpha": 64}',
}
"""As diffusers and SimpleTuner write it."""
KOHYA = {
    "ss_network_dim": "16",
    "ss_network_alpha": "8",
    "ss_network_module": "networks.lora",
    "ss_network_args": '{"conv_dim": "8", "conv_alpha": "4", "dropout": "0.1"}',
    "ss_learning_rate": "0.0001",
    "sshs_model_hash": "ab",
}
PATTERNS = {"lora_config": '{"r": 8, "lora_alpha": 8, "rank_pattern": {"a": 16}, "alpha_pattern": {"a": 1}}'}
OTHERS = {"rank": "16", "alpha": "32", "steps": "1000", "modelspec.title": "r"}


def test_without_alphas_among_the_tensors_the_header_keeps_its_scale():
    after = after_cut(PEFT, {2}, {None})
    assert (after["transformer.r"], after["transformer.lora_alpha"], after["format"]) == ("2", "32", "pt")
    assert json.loads(after["lora_adapter_metadata"]) == {"transformer.r": 2, "transformer.lora_alpha": 32}
    assert stated_scale(after) == (32, 2) and stated_scale(PEFT) == (64, 4)


def test_with_alphas_among_the_tensors_alpha_becomes_the_rank():
    after = after_cut(KOHYA, {4}, {4.0})
    assert (after["ss_network_dim"], after["ss_network_alpha"]) == ("4", "4")
    assert json.loads(after["ss_network_args"]) == {"dropout": "0.1"}
    assert "sshs_model_hash" not in after and after["ss_learning_rate"] == "0.0001"


@pytest.mark.parametrize("words", [PEFT, PATTERNS, OTHERS])
def test_where_layers_differ_in_rank_the_words_on_it_go(words):
    after = after_cut(words, {2, 3}, {None})
    assert stated_scale(after) is None
    assert not {"transformer.r", "rank", "alpha", "transformer.lora_alpha"} & set(after)
    assert all("4" not in value for value in after.values())


def test_where_layers_differ_kohyas_own_word_stands_in_kohyas_keys():
    after = after_cut(KOHYA, {2, 3}, {2.0, 3.0})
    assert (after["ss_network_dim"], after["ss_network_alpha"]) == ("Dynamic", "Dynamic")


def test_ranks_of_single_layers_go_in_any_case():
    assert json.loads(after_cut(PATTERNS, {2}, {None})["lora_config"]) == {"r": 2, "lora_alpha": 2}


@pytest.mark.parametrize("value", ["", "Dynamic", "nan", "1e400", "[", "[" * 10_000, "true", "-1"])
def test_odd_values_stay_as_they_are_and_break_nothing(value):
    assert after_cut({"rank": value, "alpha": value, "lora_adapter_metadata": value}, {2}, {None}) == {
        "rank": value,
        "alpha": value,
        "lora_adapter_metadata": value,
    }


def test_a_file_of_which_no_layer_was_cut_keeps_its_alpha():
    after = after_cut(KOHYA, {16}, {8.0})
    assert (after["ss_network_dim"], after["ss_network_alpha"]) == ("16", "8")
