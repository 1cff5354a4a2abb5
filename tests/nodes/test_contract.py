"""What every node owes: words for people, ids for ever, and a schema that does not change by accident."""

import ast
import asyncio
import json
from pathlib import Path

import pytest

import denoiscope
from denoiscope.nodes import NODES

ROOT = Path(__file__).resolve().parents[2]
SNAPSHOT = Path(__file__).with_name("schemas.json")
SCHEMAS = [pytest.param(node.define_schema(), id=node.__name__) for node in NODES]


def described(schema) -> dict:
    """The permanent part of a schema: ids, order, types, defaults."""
    return {
        "inputs": [[i.id, i.get_io_type(), bool(i.optional), i.as_dict().get("default")] for i in schema.inputs],
        "outputs": [o.get_io_type() for o in schema.outputs],
    }


@pytest.mark.smoke
def test_published_schemas_stay_as_they_are():
    """Node ids, input ids and their order never change. New inputs go to the end; then add them to schemas.json too."""
    now = {parameter.values[0].node_id: described(parameter.values[0]) for parameter in SCHEMAS}
    assert now == json.loads(SNAPSHOT.read_text(encoding="utf-8"))


@pytest.mark.smoke
@pytest.mark.parametrize("schema", SCHEMAS)
def test_every_node_speaks_in_whole_sentences(schema):
    assert schema.node_id.startswith("Denoiscope")
    assert schema.category == "denoiscope"
    assert schema.description.endswith(".")
    assert schema.search_aliases
    for socket in (*schema.inputs, *schema.outputs):
        assert socket.tooltip and socket.tooltip.endswith("."), socket


@pytest.mark.parametrize(
    ("word", "node"),
    [
        *[(word, "DenoiscopeViewer") for word in ("x0", "predicted x0", "latent preview", "step preview", "timeline")],
        *[(word, "DenoiscopeViewer") for word in ("compare", "CFG")],
        ("xy plot", "DenoiscopeSweep"),
        ("CFG", "DenoiscopeSweep"),
        ("noise", "DenoiscopeForward"),
    ],
)
def test_the_words_that_people_type_find_a_node(word, node):
    (aliases,) = (parameter.values[0].search_aliases for parameter in SCHEMAS if parameter.values[0].node_id == node)
    assert word in aliases


def test_node_ids_are_literals_where_the_registry_looks_for_them():
    found = set()
    for path in (ROOT / "nodes").glob("*.py"):
        for word in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(word, ast.keyword) and word.arg == "node_id":
                found.add(ast.literal_eval(word.value))
    assert found == {node.define_schema().node_id for node in NODES}


def test_every_node_has_a_help_page():
    for node in NODES:
        page = ROOT / "js" / "docs" / f"{node.define_schema().node_id}.md"
        assert len(page.read_text(encoding="utf-8")) > 300, page.name


@pytest.mark.smoke
def test_the_entry_point_gives_these_nodes():
    extension = asyncio.run(denoiscope.comfy_entrypoint())
    assert asyncio.run(extension.get_node_list()) == NODES


def test_every_node_stands_in_an_example_workflow_or_in_a_journey():
    workflows = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "example_workflows").glob("*.json"))
    journeys = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("*.py"))
    for node in NODES:
        assert node.define_schema().node_id in workflows + journeys, node
