"""Words of nodes brought up to date: translations that still hold are kept, and the rest waits in English."""

from denoiscope.devtools.node_words import brought_up_to_date, flat, nested, untranslated, with_socket_names

SEED, STEPS = ("Node", "inputs", "seed", "tooltip"), ("Node", "inputs", "steps", "tooltip")
OTHER = ("Other", "inputs", "seed", "tooltip")


def test_a_translation_whose_english_is_the_same_is_kept():
    assert brought_up_to_date({SEED: "種"}, before={SEED: "Seed."}, now={SEED: "Seed."}) == {SEED: "種"}


def test_a_translation_whose_english_has_changed_is_english_again_and_listed():
    now = {SEED: "Which noise."}
    words = brought_up_to_date({SEED: "種"}, before={SEED: "Seed."}, now=now)
    assert words == now
    assert untranslated(words, now) == ["Node.inputs.seed.tooltip"]


def test_the_same_english_in_a_new_place_takes_the_translation_it_has_elsewhere():
    words = brought_up_to_date({SEED: "種"}, before={SEED: "Seed."}, now={OTHER: "Seed.", STEPS: "Steps."})
    assert words == {OTHER: "種", STEPS: "Steps."}


def test_a_socket_has_its_tooltip_under_its_translated_name_too():
    words = {("Node", "inputs", "model", "name"): "モデル", ("Node", "inputs", "model", "tooltip"): "何か。"}
    assert with_socket_names(words, {("Node", "inputs", "model")}) == words | {
        ("Node", "inputs", "モデル", "tooltip"): "何か。"
    }


def test_places_and_nested_words_are_the_same_thing():
    words = {"Node": {"display_name": "N", "outputs": {"0": {"tooltip": "t"}}}}
    assert nested(flat(words)) == words
