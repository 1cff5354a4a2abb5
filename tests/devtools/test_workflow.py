"""A saved workflow becomes the prompt that the frontend would queue."""

import pytest

from denoiscope.devtools.driving.workflow import to_api

OBJECT_INFO = {
    "Model": {"display_name": "Model", "input": {"required": {}}, "input_order": {"required": []}},
    "Latent": {
        "display_name": "Empty Latent",
        "input": {"required": {"height": ["INT", {}], "width": ["INT", {}]}},
        "input_order": {"required": ["width", "height"]},
    },
    "Sampler": {
        "display_name": "KSampler",
        "input": {
            "required": {
                "model": ["MODEL", {}],
                "seed": ["INT", {"control_after_generate": True}],
                "steps": ["INT", {}],
                "name": [["euler", "heun"], {}],
                "latent": ["LATENT"],
            },
            "optional": {"note": ["STRING", {}], "strength": ["FLOAT", {"forceInput": True}]},
            "hidden": {"prompt": "PROMPT"},
        },
        "input_order": {"required": ["model", "seed", "steps", "name", "latent"], "optional": ["note", "strength"]},
    },
    "Sweep": {
        "display_name": "Sweep",
        "input": {
            "required": {
                "model": ["MODEL", {}],
                "axis": [
                    "COMFY_DYNAMICCOMBO_V3",
                    {
                        "options": [
                            {"key": "none", "inputs": {"required": {}}},
                            {"key": "steps", "inputs": {"required": {"counts": ["STRING", {}]}}},
                            {
                                "key": "noise",
                                "inputs": {
                                    "required": {"seed": ["INT", {"control_after_generate": True}]},
                                    "optional": {"mask": ["MASK", {}], "more": ["FLOAT", {}]},
                                },
                            },
                        ]
                    },
                ],
                "strength": ["FLOAT", {}],
            },
        },
    },
    "Nameless": {"display_name": None, "input": {"required": {}}},
    "Patch": {"display_name": "Patch", "input": {"required": {"model": ["MODEL", {}]}}},
}


def node(number, kind, *, inputs=(), values=(), outputs=(), mode=0, **more):
    slots = [{"name": name, "type": type_, "link": link} for name, type_, link in inputs]
    return {"id": number, "type": kind, "inputs": slots, "outputs": [{"type": type_} for type_ in outputs],
            "widgets_values": list(values), "mode": mode, **more}  # fmt: skip


SAMPLER = {"inputs": [("model", "MODEL", 1), ("latent", "LATENT", 2)], "values": [7, "randomize", 20, "heun", "hello"]}
LINKS = [[1, 1, 0, 3, 0, "MODEL"], [2, 2, 0, 3, 1, "LATENT"]]


def convert(*nodes, links=LINKS):
    return to_api({"nodes": list(nodes), "links": list(links)}, OBJECT_INFO)


def test_widgets_come_by_position_and_the_seed_s_control_is_not_sent():
    prompt = convert(node(1, "Model"), node(2, "Latent", values=[64, 32]), node(3, "Sampler", **SAMPLER))
    assert prompt["2"]["inputs"] == {"width": 64, "height": 32}
    assert prompt["3"]["inputs"] == {
        "seed": 7, "steps": 20, "name": "heun", "note": "hello", "model": ["1", 0], "latent": ["2", 0]
    }  # fmt: skip


def test_a_widget_that_is_linked_keeps_its_position_and_takes_the_link():
    wired = dict(SAMPLER, inputs=[*SAMPLER["inputs"], ("steps", "INT", 3)])
    prompt = convert(
        node(1, "Model"), node(2, "Latent", values=[64, 32]), node(3, "Sampler", **wired),
        node(4, "PrimitiveNode", values=[12, "fixed"]), links=[*LINKS, [3, 4, 0, 3, 2, "INT"]],
    )  # fmt: skip
    assert prompt["3"]["inputs"]["steps"] == 12
    assert prompt["3"]["inputs"]["name"] == "heun"
    assert "4" not in prompt


@pytest.mark.parametrize(
    ("values", "inputs"),
    [
        (["none", 0.5], {"axis": "none", "strength": 0.5}),
        (["steps", "2, 4", 0.5], {"axis": "steps", "axis.counts": "2, 4", "strength": 0.5}),
        (["noise", 7, "fixed", 1.5, 0.5], {"axis": "noise", "axis.seed": 7, "axis.more": 1.5, "strength": 0.5}),
    ],
)
def test_the_widgets_of_a_dynamic_combo_s_option_follow_it_under_dotted_names(values, inputs):
    assert convert(node(1, "Sweep", values=values), links=[])["1"]["inputs"] == inputs


def test_values_kept_by_name_know_dotted_names_too():
    named = node(1, "Sweep") | {"widgets_values": {"strength": 1.0, "axis": "steps", "axis.counts": "3"}}
    assert convert(named, links=[])["1"]["inputs"] == {"axis": "steps", "axis.counts": "3", "strength": 1.0}


def test_what_a_dynamic_combo_s_option_is_linked_to_is_sent_under_its_dotted_name():
    linked = node(1, "Sweep", inputs=[("axis.counts", "STRING", 1)], values=["steps", "2", 0.5])
    text = node(2, "PrimitiveNode", values=["4, 8", "fixed"])
    links = [[1, 2, 0, 1, 0, "STRING"]]
    assert convert(linked, text, links=links)["1"]["inputs"]["axis.counts"] == "4, 8"


def test_notes_are_not_sent_and_titles_are():
    prompt = convert(node(1, "Model", title="The model"), node(9, "MarkdownNote", values=["look"]))
    assert list(prompt) == ["1"]
    assert prompt["1"]["_meta"] == {"title": "The model"}


def test_a_node_without_a_title_has_its_name_and_without_a_name_its_class():
    prompt = convert(node(1, "Sampler", values=[0, "fixed", 1, "euler", ""]), node(2, "Nameless"))
    assert [prompt[id]["_meta"]["title"] for id in ("1", "2")] == ["KSampler", "Nameless"]


@pytest.mark.parametrize("kind", ["Reroute", "Patch"])
def test_reroutes_and_bypassed_nodes_hand_their_input_through(kind):
    between = node(5, kind, inputs=[("model", "MODEL", 7)], outputs=["MODEL"], mode=0 if kind == "Reroute" else 4)
    links = [[7, 1, 0, 5, 0, "MODEL"], [1, 5, 0, 3, 0, "MODEL"], LINKS[1]]
    prompt = convert(
        node(1, "Model"), node(2, "Latent", values=[1, 1]), node(3, "Sampler", **SAMPLER), between, links=links
    )
    assert prompt["3"]["inputs"]["model"] == ["1", 0]
    assert "5" not in prompt


def test_a_muted_node_and_its_links_are_left_out():
    prompt = convert(node(1, "Model", mode=2), node(2, "Latent", values=[1, 1]), node(3, "Sampler", **SAMPLER))
    assert "1" not in prompt
    assert "model" not in prompt["3"]["inputs"]


def test_links_may_be_objects_too():
    link = {"id": 1, "origin_id": 1, "origin_slot": 0, "target_id": 3, "target_slot": 0, "type": "MODEL"}
    patch = node(3, "Patch", inputs=[("model", "MODEL", 1)])
    assert convert(node(1, "Model"), patch, links=[link])["3"]["inputs"] == {"model": ["1", 0]}


def test_a_node_that_the_server_does_not_have_is_named():
    with pytest.raises(ValueError, match="node 4 is a 'Elsewhere', which this server does not have"):
        convert(node(4, "Elsewhere"))
