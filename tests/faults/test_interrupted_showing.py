"""What shows, prints or measures a deck, stopped at every picture that it decodes: nothing half made is left, and the
next run is as ever.
"""

import asyncio

import comfy.model_management
import folder_paths
import pytest
import torch

from denoiscope.host import pocket
from denoiscope.nodes.contact_sheet import DenoiscopeContactSheet
from denoiscope.nodes.measures import DenoiscopeMeasures
from denoiscope.nodes.page import DenoiscopePage
from denoiscope.nodes.record import DenoiscopeKSampler
from denoiscope.nodes.viewer import DenoiscopeViewer

BANDS = {"layout_up_to": 0.5, "shapes_up_to": 1.0}
MEASURED = {"chart": "everything", "threshold": 0.1, "compare_with": 0, "region": 4, **BANDS}
page = DenoiscopePage.execute
SHOWING = {
    "Deck Viewer": lambda deck, vae: DenoiscopeViewer.execute(deck, 64, "everything", vae) and "files",
    "Save as Page": lambda deck, vae: asyncio.run(page(deck, "page", 64, "everything", vae)) and "files",
    "Contact Sheet": lambda deck, vae: DenoiscopeContactSheet.execute(deck, "x, x0", 4, 64, vae=vae).result[0],
    "Measures": lambda deck, vae: DenoiscopeMeasures.execute(deck, **MEASURED, vae=vae).result[3],
}


@pytest.fixture(scope="module")
def parts():
    return pocket.build_pocket_model()


@pytest.fixture(scope="module")
def deck(parts):
    model, clip, vae = parts
    positive, negative = (clip.encode_from_tokens_scheduled(clip.tokenize(text)) for text in ("a boat at sea", ""))
    latent = {"samples": torch.zeros(1, vae.latent_channels, 8, 8)}
    run = {"steps": 3, "cfg": 3.0, "sampler_name": "euler", "scheduler": "normal", "denoise": 1.0, "seed": 1}
    kept = {"keep_guidance": True, "memory_mb": 64, "items": ""}
    asked = {"positive": positive, "negative": negative, "latent_image": latent}
    with torch.inference_mode():
        return DenoiscopeKSampler.execute(model, **run, **asked, **kept).result[1]


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """ComfyUI's own two, empty."""
    for kind in ("output", "temp"):
        (tmp_path / kind).mkdir()
        monkeypatch.setattr(folder_paths, f"{kind}_directory", str(tmp_path / kind))
    return tmp_path


@pytest.fixture
def decoded(parts, monkeypatch):
    """Counts what the VAE decodes, and presses Cancel during the picture whose number is set as `at`."""

    class Decoded:
        count, at = 0, None

    vae = parts[2]
    plain = type(vae).decode

    def decode(*args, **kwargs):
        if Decoded.count == Decoded.at:
            comfy.model_management.interrupt_current_processing()
        Decoded.count += 1
        return plain(*args, **kwargs)

    monkeypatch.setattr(type(vae), "decode", decode)
    yield Decoded
    comfy.model_management.interrupt_current_processing(False)


@pytest.mark.parametrize("name", SHOWING)
def test_stopped_at_any_picture_it_leaves_the_user_no_file_and_the_next_run_is_as_ever(
    name, parts, deck, folders, decoded
):
    def shown():
        """What comes out, and what has become of it in files."""
        decoded.count, before = 0, files_in(folders)
        with torch.inference_mode():
            out = SHOWING[name](deck, parts[2])
        return out, sorted(content for path, content in files_in(folders).items() if path not in before)

    whole, made = shown()
    pictures, saved = decoded.count, files_in(folders / "output")
    assert pictures > 1
    for decoded.at in range(pictures - 1):
        with pytest.raises(comfy.model_management.InterruptProcessingException):
            shown()
        assert decoded.count == decoded.at + 1, "it went on after Cancel"
        assert files_in(folders / "output") == saved
    decoded.at = None
    again, made_again = shown()
    assert made_again == made
    assert torch.equal(again, whole) if isinstance(whole, torch.Tensor) else again == whole


def files_in(folder) -> dict:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
