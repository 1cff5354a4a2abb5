"""A MODEL whose best guess is known in closed form: latents that are Gaussian around what the prompt says."""

import comfy.conds
import comfy.latent_formats
import comfy.model_base
import comfy.model_patcher
import comfy.supported_models_base
import torch

SPREAD = 0.7
"""Standard deviation of the finished latents."""

KINDS = {
    "eps": comfy.model_base.ModelType.EPS,
    "v": comfy.model_base.ModelType.V_PREDICTION,
    "flow": comfy.model_base.ModelType.FLOW,
}


def gaussian_guess(x, sigma, mean, kind):
    """The mean of x0 given x when x0 is normal around `mean`; Karras et al. 2022, appendix B.3, for one Gaussian."""
    if kind == "flow":
        gain = SPREAD**2 * (1 - sigma) / ((1 - sigma) ** 2 * SPREAD**2 + sigma**2)
        return mean + gain * (x - (1 - sigma) * mean)
    return mean + SPREAD**2 / (SPREAD**2 + sigma**2) * (x - mean)


class Format(comfy.latent_formats.LatentFormat):
    """A scale and a shift, as SD3's, so that forgetting either shows."""

    scale_factor = 0.5
    shift_factor = 0.1
    latent_rgb_factors = [[0.3, 0.2, 0.1], [0.1, 0.3, 0.2], [0.2, 0.1, 0.3], [0.1, 0.1, 0.1]]

    def process_in(self, latent):
        return (latent - self.shift_factor) * self.scale_factor

    def process_out(self, latent):
        return latent / self.scale_factor + self.shift_factor


class VideoFormat(Format):
    latent_dimensions = 3


class NoNetwork(torch.nn.Module):
    def __init__(self, device=None, operations=None, **kwargs):
        super().__init__()
        self.dtype = torch.float32
        self.weight = torch.nn.Parameter(torch.zeros(1), requires_grad=False)


class AnalyticModel(comfy.model_base.BaseModel):
    """Answers through the parameterization's own conversion, so that eps, v and flow are really taken."""

    kind = "eps"
    calls = 0

    def extra_conds(self, **kwargs):
        return {"c_crossattn": comfy.conds.CONDRegular(kwargs["cross_attn"])}

    def _apply_model(self, x, t, c_concat=None, c_crossattn=None, control=None, transformer_options=None, **kwargs):
        AnalyticModel.calls += 1
        sigma = t.view(-1, *[1] * (x.ndim - 1))
        mean = c_crossattn.mean((1, 2)).view(-1, *[1] * (x.ndim - 1))
        guess = gaussian_guess(x, sigma, mean, self.kind)
        if self.kind == "v":
            data = self.model_sampling.sigma_data
            total = sigma**2 + data**2
            output = (x * data**2 / total - guess) / (sigma * data / total**0.5)
        else:
            output = (x - guess) / sigma
        return self.model_sampling.calculate_denoised(t, output, x)


def analytic_model(kind="eps", *, video=False, sigma_data=None, space=None):
    """A ModelPatcher that stock samplers take; `space`: the class of another latent format than its own."""

    class Config(comfy.supported_models_base.BASE):
        unet_config = {}
        unet_extra_config = {}
        latent_format = space or (VideoFormat if video else Format)
        memory_usage_factor = 0.1

    config = Config({"dtype": torch.float32})
    model = AnalyticModel(config, model_type=KINDS[kind], device=torch.device("cpu"), unet_model=NoNetwork)
    model.kind = kind
    if sigma_data is not None:
        model.model_sampling.sigma_data = sigma_data
    cpu = torch.device("cpu")
    return comfy.model_patcher.ModelPatcher(model, load_device=cpu, offload_device=cpu)


def prompt(mean):
    """A CONDITIONING that says: around this mean."""
    return [[torch.full((1, 4, 8), float(mean)), {}]]
