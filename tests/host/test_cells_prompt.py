"""Cells that are asked with a second prompt from some step on, and cells of models that read guidance beside it."""

import comfy.conds
import comfy.controlnet
import comfy.sample
import comfy.samplers
import pytest
import torch

from denoiscope.devtools.driving.analytic_model import analytic_model, gaussian_guess, prompt

from .cell_runs import AFTER, COND, UNCOND, assert_equal_runs, cell, in_order, latent, run, stock

pytestmark = [
    pytest.mark.filterwarnings("ignore:Should have t[ab]:UserWarning"),
    pytest.mark.filterwarnings("ignore:To copy construct from a tensor:UserWarning"),
    pytest.mark.filterwarnings("ignore:__array_wrap__ must accept:DeprecationWarning"),
]
SAMPLERS = list(comfy.samplers.SAMPLER_NAMES)
STEPS, SWITCH = 6, 2
CLOSE = {"rtol": 1e-4, "atol": 2e-5}


def switching(model, start=None, *, positive=None, after=None, negative=None, **changes):
    """One cell that switches; its trajectory and the LATENT's samples."""
    asked = cell(steps=STEPS, **{"switch_at": SWITCH, **changes})
    more = {} if negative is None else {"negative": negative}
    finished = run(model, [asked], start, positive=positive, after=prompt(AFTER) if after is None else after, **more)
    return in_order(finished)[0]


def by_hand(model, start, positive, after, negative):
    """The same as two stock runs, one up to the step and one from there: exact for euler, which keeps no history."""
    samples = start["samples"]

    def part(noise, latent, prompt, **steps):
        options = {"disable_pbar": True, "seed": 5, "noise_mask": start.get("noise_mask"), **steps}
        return comfy.sample.sample(model, noise, STEPS, 3.0, "euler", "normal", prompt, negative, latent, **options)

    middle = part(comfy.sample.prepare_noise(samples, 5), samples, positive, last_step=SWITCH)
    return part(torch.zeros_like(middle), middle, after, start_step=SWITCH, disable_noise=True)[0]


def within(conditioning, area):
    """The conditioning on (height, width, y, x) of the latent alone."""
    return [[embedding, {**settings, "area": area, "strength": 1.0}] for embedding, settings in conditioning]


LEFT, TOP = (8, 4, 0, 0), (4, 8, 0, 0)


@pytest.mark.parametrize("kind", ["eps", "v", "flow"])
def test_a_switch_equals_two_stock_runs_one_after_the_other(kind):
    _, samples = switching(analytic_model(kind))
    wanted = by_hand(analytic_model(kind), latent(), prompt(COND), prompt(AFTER), prompt(UNCOND))
    torch.testing.assert_close(samples, wanted, **CLOSE)


@pytest.mark.parametrize(
    ("positive", "after", "negative"),
    [
        (prompt(COND) + within(prompt(2.0), LEFT), prompt(AFTER), prompt(UNCOND)),
        (prompt(COND), prompt(AFTER) + within(prompt(2.0), TOP), prompt(UNCOND)),
        (prompt(COND) + within(prompt(2.0), LEFT), prompt(AFTER) + within(prompt(3.0), TOP), prompt(UNCOND)),
        (prompt(COND), prompt(AFTER), prompt(UNCOND) + within(prompt(2.0), LEFT)),
    ],
)
def test_areas_stay_with_the_prompt_that_brought_them(positive, after, negative):
    _, samples = switching(analytic_model(), positive=positive, after=after, negative=negative)
    torch.testing.assert_close(samples, by_hand(analytic_model(), latent(), positive, after, negative), **CLOSE)


def test_a_switch_works_under_a_noise_mask_and_from_a_picture():
    start = latent(filled=True, noise_mask=torch.ones(1, 1, 64, 64).tril())
    _, samples = switching(analytic_model(), start)
    inside = torch.ones(8, 8).tril(-1).bool()  # outside, two runs each put the source back with a noise of their own
    wanted = by_hand(analytic_model(), start, prompt(COND), prompt(AFTER), prompt(UNCOND))
    torch.testing.assert_close(samples[:, inside], wanted[:, inside], **CLOSE)


@pytest.mark.parametrize("sampler", SAMPLERS)
def test_under_every_sampler_each_state_is_asked_with_the_prompt_of_its_noise_level(sampler):
    trajectory, _ = switching(analytic_model(), sampler_name=sampler)
    reference, _ = stock(analytic_model(), cell(steps=STEPS))
    boundary = reference.sigmas[SWITCH] if sampler not in ("dpm_2", "dpm_2_ancestral", "uni_pc", "uni_pc_bh2") else None
    sigmas = trajectory.sigmas[: trajectory.guesses]
    if boundary is None:
        boundary = sigmas[SWITCH]
    for i, sigma in enumerate(sigmas):
        mean = AFTER if sigma <= boundary * 1.0001 else COND
        wanted = gaussian_guess(trajectory.x[i], sigma.float(), mean, "eps")
        torch.testing.assert_close(trajectory.cond[i], wanted, **CLOSE)
    assert trajectory.settings.switch_at == 2


def test_a_switch_at_step_0_is_a_run_with_the_second_prompt_and_one_at_the_end_never_happens():
    cells = [cell(steps=STEPS, switch_at=at) for at in (0, STEPS)]
    second, first = in_order(run(analytic_model(), cells, after=prompt(AFTER)))
    assert_equal_runs(second, stock(analytic_model(), cell(steps=STEPS), positive=prompt(AFTER)))
    assert_equal_runs(first, stock(analytic_model(), cell(steps=STEPS)))
    assert first[0].notes == ()


class Watching(comfy.controlnet.ControlBase):
    """A ControlNet that controls nothing, and remembers when it was asked."""

    def __init__(self):
        super().__init__()
        self.asked, self.cleaned = [], 0

    def get_control(self, x, t, cond, batched_number, transformer_options):
        self.asked.append(float(t[0]))

    def cleanup(self):
        super().cleanup()
        self.cleaned += 1


def test_a_controlnet_is_asked_with_its_own_prompt_alone_and_tidied_up():
    before, after = Watching(), Watching()
    controlled = [
        [[prompt(mean)[0][0], {"control": control, "control_apply_to_uncond": True}]]
        for mean, control in ((COND, before), (AFTER, after))
    ]
    trajectory, samples = switching(analytic_model(), positive=controlled[0], after=controlled[1])
    boundary = float(trajectory.sigmas[SWITCH])
    assert min(before.asked) > boundary * 1.0001 and max(after.asked) == pytest.approx(boundary)
    assert before.cleaned == after.cleaned == 1
    torch.testing.assert_close(samples, switching(analytic_model())[1])


def test_a_switch_without_a_second_prompt_is_refused():
    with pytest.raises(ValueError, match="to switch the prompt at step 2, connect a second prompt"):
        run(analytic_model(), [cell(switch_at=2)])


def guidance_model():
    """A model that reads guidance beside its prompt, as Flux does: it moves the mean."""
    model = analytic_model("flow")
    model.model.model_config.unet_config = {"guidance_embed": True}
    model.model.extra_conds = lambda **kwargs: {
        "c_crossattn": comfy.conds.CONDRegular(kwargs["cross_attn"] + kwargs.get("guidance", 3.5) / 10)
    }
    return model


def test_embedded_guidance_reaches_the_model_and_cells_of_one_value_share_a_batch():
    cells = [cell(cfg=1.0, embedded_guidance=value, seed=seed) for value in (1.0, 4.0) for seed in (1, 2)]
    finished = run(guidance_model(), cells)
    assert [batch.indices for batch in finished] == [(0, 1), (2, 3)]
    for asked, got in zip(cells, in_order(finished), strict=True):
        told = [[prompt(COND)[0][0], {"guidance": asked.embedded_guidance}]]
        assert_equal_runs(got, stock(guidance_model(), asked, positive=told))
        assert f"The model read a guidance of {asked.embedded_guidance:g} beside the prompt." in got[0].notes


def test_embedded_guidance_is_refused_for_a_model_that_does_not_read_it():
    with pytest.raises(ValueError, match=r"AnalyticModel\) reads no guidance beside its prompt"):
        run(analytic_model(), [cell(embedded_guidance=2.0)])
