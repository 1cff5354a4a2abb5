"""Every latent format of the installed ComfyUI is either described exactly or refused."""

import comfy.latent_formats
import comfy.model_sampling
import comfy.supported_models
import latent_preview
import pytest
import torch

from denoiscope.devtools.driving.analytic_model import analytic_model
from denoiscope.host.model_facts import facts_of, latent_space_of
from denoiscope.host.model_name import name_of


def formats():
    for name, kind in vars(comfy.latent_formats).items():
        if isinstance(kind, type) and issubclass(kind, comfy.latent_formats.LatentFormat):
            yield pytest.param(kind, id=name)


@pytest.mark.parametrize("kind", list(formats()))
def test_a_latent_format_is_described_as_it_is_or_refused_in_a_sentence(kind):
    format = kind()
    try:
        space = latent_space_of(format)
    except ValueError as refusal:
        assert "cannot be recorded yet" in str(refusal)
        return
    shape = (2, format.latent_channels, *[3] * format.latent_dimensions)
    latent = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(space.to_model(latent), format.process_in(latent), atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(space.to_vae(latent), format.process_out(latent), atol=1e-4, rtol=1e-4)


def test_most_formats_are_described():
    described = 0
    for parameter in formats():
        try:
            latent_space_of(parameter.values[0]())
            described += 1
        except ValueError:
            pass
    assert described >= 15


@pytest.mark.parametrize("kind", ["eps", "v", "flow"])
def test_the_parameterization_is_read_from_the_model(kind):
    facts = facts_of(analytic_model(kind, sigma_data=2.0 if kind == "eps" else None))
    assert facts.parameterization == kind
    assert facts.sigma_data == (2.0 if kind == "eps" else 1.0)
    assert facts.name == "AnalyticModel"


COLOURED = [p for p in formats() if p.values[0]().latent_rgb_factors]


@pytest.mark.parametrize("kind", COLOURED)
def test_whatever_comfyui_can_preview_in_colours_is_shown_in_the_same_colours(kind, monkeypatch):
    """Flux.2 and its kin as well, whose cells ComfyUI unpacks first."""
    format = kind()
    if len(format.latent_rgb_factors) != format.latent_channels and format.latent_rgb_factors_reshape is None:
        pytest.skip("ComfyUI's own previewer cannot use these factors")
    latent = torch.randn(1, format.latent_channels, 5, 6, generator=torch.Generator().manual_seed(1)) * 0.3
    previewer = latent_preview.Latent2RGBPreviewer(
        format.latent_rgb_factors, format.latent_rgb_factors_bias, format.latent_rgb_factors_reshape
    )
    monkeypatch.setattr(latent_preview, "preview_to_image", lambda picture: ((picture + 1) / 2).clamp(0, 1))
    wanted = previewer.decode_latent_to_preview(latent)
    torch.testing.assert_close(latent_space_of(format).approximate_rgb(latent)[0], wanted, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize(
    ("config", "name"), [(kind, kind.__name__) for kind in (comfy.supported_models.SD15, comfy.supported_models.ZImage)]
)
def test_a_model_is_called_what_comfyui_recognised(config, name):
    model = analytic_model("eps")
    model.model.model_config = config({})
    assert name_of(model) == name
    assert facts_of(model).name == name


@pytest.mark.parametrize(
    ("kind", "said"), [("COSMOS_RFLOW", "velocity"), ("EDM", "EDM"), ("IMG_TO_IMG_FLOW", "starts from the picture")]
)
def test_where_four_words_say_too_little_a_note_says_the_rest(kind, said):
    model = analytic_model("flow" if kind == "IMG_TO_IMG_FLOW" else "eps")
    sampling = model.model.model_sampling
    sampling.__class__ = type(kind, (getattr(comfy.model_sampling, kind), type(sampling).__mro__[2]), {})
    assert [said in note for note in facts_of(model).notes] == [True]
    assert facts_of(analytic_model("eps")).notes == ()
