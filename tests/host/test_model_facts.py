"""Every latent format of the installed ComfyUI is either described exactly or refused."""

import comfy.latent_formats
import pytest
import torch

from denoiscope.devtools.driving.analytic_model import analytic_model
from denoiscope.host.model_facts import facts_of, latent_space_of


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
