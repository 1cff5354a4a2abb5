"""A rank sweep in ComfyUI's own frontend, in both renderers: the grid by rank, what its cells say, and its chart."""

import re

import pytest
from playwright.sync_api import expect

from denoiscope.devtools.driving.frontend import PATIENCE, wait_for_deck
from denoiscope.devtools.driving.workflows import sampled
from denoiscope.tests.core.loras import written

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RANKS = "none, 1, full"
RANK = 4
SWEEP = 5
LORA = 7


@pytest.fixture(scope="module")
def lora(server):
    """A LoRA of random factors for the pocket model's U-Net, where Load LoRA Weights looks."""
    from denoiscope.host import pocket
    from denoiscope.tests.host.pocket_loras import a_lora

    folder = server.output / "loras"
    folder.mkdir(exist_ok=True)
    return written(
        folder / "style.safetensors",
        a_lora(pocket.build_model(pocket.read_weights()), rank=RANK, strength=1 / 5).tensors,
    ).name


def ranks_swept(lora: str) -> dict:
    """The workflow of `sampled` with a rank sweep in place of the sampler, and a LoRA."""
    flow = sampled()
    sweep, viewer = (next(node for node in flow["nodes"] if node["id"] == id) for id in (SWEEP, 6))
    links = {"model": ("MODEL", 1), "lora": ("DENOISCOPE_LORA", 9), "positive": ("CONDITIONING", 5)}
    links |= {"negative": ("CONDITIONING", 6), "latent_image": ("LATENT", 7), "vae": ("VAE", 10)}
    outputs = (
        ("deck", "DENOISCOPE_DECK", [8]),
        ("latent", "LATENT", []),
        ("chart", "IMAGE", []),
        ("table", "STRING", []),
    )
    sweep |= {
        "type": "DenoiscopeLoraRankSweep",
        "size": [480, 1040],
        "inputs": [{"name": name, "type": type_, "link": link} for name, (type_, link) in links.items()],
        "outputs": [{"name": name, "type": type_, "links": links} for name, type_, links in outputs],
        "widgets_values": [RANKS, 1.0, "as more rows", "4", 7, "fixed", 4, 4.0, "euler", "karras", 1.0, False, 1024],
    }
    viewer |= {"pos": [800, 0], "size": [520, 860]}
    flow["nodes"].append(
        {
            **viewer,
            "id": LORA,
            "type": "DenoiscopeLoadLora",
            "pos": [0, 800],
            "size": [300, 100],
            "inputs": [],
            "outputs": [{"name": "lora", "type": "DENOISCOPE_LORA", "links": [9]}],
            "widgets_values": [lora],
        }
    )
    slots = {link: slot for slot, (_, link) in enumerate(links.values())}
    flow["links"] = [[*link[:4], slots.get(link[0], link[4]), link[5]] for link in flow["links"]]
    next(link for link in flow["links"] if link[0] == 8)[2] = 0
    flow["links"] += [[9, LORA, 0, SWEEP, 1, "DENOISCOPE_LORA"], [10, 1, 2, SWEEP, 5, "VAE"]]
    next(node for node in flow["nodes"] if node["id"] == 1)["outputs"][2]["links"] = [4, 10]
    return flow | {"last_node_id": LORA, "last_link_id": 10}


@pytest.fixture
def run(opened, lora):
    """A sweep that has run, with its grid in sight."""
    opened.load(ranks_swept(lora))
    opened.run()
    wait_for_deck(viewer(opened))
    return opened


def viewer(opened):
    return opened.page.locator("section.denoiscope", has=opened.page.locator(".ds-stage"))


def heads(opened, side):
    return viewer(opened).locator(f".ds-axis-head.ds-{side}").all_inner_texts()


def test_the_grid_stands_under_its_ranks_with_what_is_left_out_below(run):
    assert heads(run, "column") == ["none", "1", "full"]
    assert heads(run, "row") == ["kept", "left out × 4"]
    expect(viewer(run).locator(".ds-cell")).to_have_count(6)
    expect(viewer(run).get_by_role("checkbox", name="rank 1, part left out × 4")).to_be_visible()
    chart = run.page.get_by_role("region", name="Chart")
    expect(chart).to_contain_text("Rank sweep", timeout=PATIENCE)


def test_each_cell_says_its_bytes_its_energy_and_how_far_it_is(run):
    notes = viewer(run).get_by_role("list", name="Notes")
    expect(notes).to_contain_text(
        re.compile(r"rank 1: [\d.]+ kB with [\d.]+ % of the energy\. From the full-rank picture: ")
    )
    expect(notes).to_contain_text("rank 1 · left out × 4: What this rank leaves out, ")
    viewer(run).get_by_role("button", name="Show rank 1, part kept alone").click()
    expect(notes.get_by_role("listitem")).to_have_count(1)
