"""The recorder beside ComfyUI's own patches and those of other packs, before it and after it, on a miniature SDXL.

What a recorder must hold to is euler's own law: each state follows from the state and the guess before it. A guess that
is not the one the sampler was given breaks it.
"""

import comfy.model_management
import comfy.patcher_extension
import comfy.sample
import pytest
import torch
from comfy_extras.nodes_apg import APG
from comfy_extras.nodes_cfg import CFGNorm, CFGZeroStar
from comfy_extras.nodes_custom_sampler import CFGOverride
from comfy_extras.nodes_differential_diffusion import DifferentialDiffusion
from comfy_extras.nodes_easycache import EasyCacheNode, LazyCacheNode
from comfy_extras.nodes_eps import EpsilonScaling, TemporalScoreRescaling
from comfy_extras.nodes_freelunch import FreeU_V2
from comfy_extras.nodes_fresca import FreSca
from comfy_extras.nodes_hypertile import HyperTile
from comfy_extras.nodes_lumina2 import RenormCFG
from comfy_extras.nodes_mahiro import Mahiro
from comfy_extras.nodes_model_advanced import ModelSamplingDiscrete, RescaleCFG
from comfy_extras.nodes_pag import PerturbedAttentionGuidance
from comfy_extras.nodes_perpneg import PerpNeg
from comfy_extras.nodes_sag import SelfAttentionGuidance
from comfy_extras.nodes_slg import SkipLayerGuidanceDiT
from comfy_extras.nodes_tcfg import TCFG
from comfy_extras.nodes_tomesd import TomePatchModel

from denoiscope.core.parameterization import direction
from denoiscope.core.recording.recording import Recording
from denoiscope.host.recorder import record
from denoiscope.tests.models.miniatures.networks import sdxl

WRAPPERS, CALLBACKS = comfy.patcher_extension.WrappersMP, comfy.patcher_extension.CallbacksMP
STEPS, CFG, SEED = 4, 4.0, 3
CLOSE = {"atol": 1e-4, "rtol": 1e-4}
NODES = {
    "APG": lambda model: APG.execute(model, eta=0.5, norm_threshold=5.0, momentum=-0.5).result[0],
    "CFG Norm": lambda model: CFGNorm.execute(model, strength=1.0).result[0],
    "CFG Override": lambda model: CFGOverride.execute(model, cfg=1.5, start_percent=0.0, end_percent=0.6).result[0],
    "CFG Zero Star": lambda model: CFGZeroStar.execute(model).result[0],
    "Differential Diffusion": lambda model: DifferentialDiffusion.execute(model, strength=1.0).result[0],
    "EasyCache": lambda model: EasyCacheNode.execute(model, 3.0, 0.0, 1.0, False).result[0],
    "Epsilon Scaling": lambda model: EpsilonScaling.execute(model, scaling_factor=1.1).result[0],
    "FreSca": lambda model: FreSca.execute(model, scale_low=1.0, scale_high=1.5, freq_cutoff=4).result[0],
    "FreeU": lambda model: FreeU_V2.execute(model, b1=1.3, b2=1.4, s1=0.9, s2=0.2).result[0],
    "HyperTile": lambda model: HyperTile.execute(model, tile_size=32, swap_size=2, max_depth=0, scale_depth=False)[0],
    "LazyCache": lambda model: LazyCacheNode.execute(model, 3.0, 0.0, 1.0, False).result[0],
    "Mahiro": lambda model: Mahiro.execute(model).result[0],
    "Model Sampling": lambda model: ModelSamplingDiscrete().patch(model, "v_prediction", True)[0],
    "PAG": lambda model: PerturbedAttentionGuidance.execute(model, scale=3.0).result[0],
    "Perp-Neg": lambda model: PerpNeg.execute(model, conditioning(9), neg_scale=1.0).result[0],
    "Renorm CFG": lambda model: RenormCFG.execute(model, cfg_trunc=100.0, renorm_cfg=1.0).result[0],
    "Rescale CFG": lambda model: RescaleCFG().patch(model, 0.7)[0],
    "SAG": lambda model: SelfAttentionGuidance.execute(model, scale=0.5, blur_sigma=2.0).result[0],
    "Skip Layer": lambda model: SkipLayerGuidanceDiT.execute(model, 3.0, 0.0, 1.0, "0", "0").result[0],
    "TCFG": lambda model: TCFG.execute(model).result[0],
    "Temporal Score Rescaling": lambda model: TemporalScoreRescaling.execute(model, tsr_k=0.95, tsr_sigma=1.0).result[
        0
    ],
    "ToMe": lambda model: TomePatchModel.execute(model, ratio=0.3).result[0],
}
"""ComfyUI's own nodes that patch a MODEL, by the name of what they do."""
BEFORE_OR_AFTER = pytest.mark.parametrize("order", ["before", "after"])


@pytest.fixture(scope="module")
def network():
    return sdxl()


def conditioning(seed):
    generator = torch.Generator().manual_seed(seed)
    vectors, pooled = (torch.randn(shape, generator=generator) for shape in ((1, 77, 2048), (1, 1280)))
    return [[vectors, {"pooled_output": pooled}]]


def sampled(model, sampler="euler", **options):
    latent = torch.zeros(1, 4, 8, 8)
    return comfy.sample.sample(
        model,
        comfy.sample.prepare_noise(latent, SEED),
        STEPS,
        CFG,
        sampler,
        "normal",
        conditioning(1),
        conditioning(2),
        latent,
        disable_pbar=True,
        seed=SEED,
        **options,
    )


def recorded(model):
    recording = Recording(budget_bytes=2**28)
    return record(model, recording), recording


def recorded_beside(patch, order, network):
    """The MODEL with the patch before or after a recorder, and the recording."""
    if order == "before":
        return recorded(patch(network))
    watched, recording = recorded(network)
    return patch(watched), recording


def the_run(recording, latent):
    return recording.run_of(latent).deck()


def assert_true(deck, latent):
    """Every step is there, each state follows from the guess before it, and the last one is the LATENT."""
    (t,) = deck.trajectories
    assert (t.complete, t.states) == (True, STEPS + 1)
    sigmas = t.sigmas.float().view(-1, 1, 1, 1)
    slope = direction(t.x[:-1], t.x0, sigmas[:-1])
    torch.testing.assert_close(t.x[1:], t.x[:-1] + slope * sigmas.diff(dim=0), **CLOSE)
    torch.testing.assert_close(deck.space.to_vae(t.x[-1:]), latent, **CLOSE)


@BEFORE_OR_AFTER
@pytest.mark.parametrize("name", NODES)
def test_beside_a_node_of_comfyui_the_recorded_guess_is_the_one_that_the_sampler_used(network, name, order):
    patch = NODES[name]
    model, recording = recorded_beside(patch, order, network)
    latent = sampled(model)
    assert torch.equal(latent, sampled(patch(network))), "recording changed the result"
    assert_true(the_run(recording, latent), latent)


def by_method(model, kind, wrapper):
    model.add_wrapper_with_key(kind, "another pack", wrapper)


def by_options(model, kind, wrapper):
    options = model.model_options["transformer_options"]
    comfy.patcher_extension.add_wrapper_with_key(kind, "another pack", wrapper, options)


def wrapped(kind, add, wrapper):
    def patch(model):
        patched = model.clone()
        add(patched, kind, wrapper)
        return patched

    return patch


def through(executor, *args, **kwargs):
    return executor(*args, **kwargs)


def weaker(executor, *args, **kwargs):
    return executor(*args, **kwargs) * 0.9


@BEFORE_OR_AFTER
@pytest.mark.parametrize("add", [by_method, by_options])
@pytest.mark.parametrize("kind", [WRAPPERS.PREDICT_NOISE, WRAPPERS.SAMPLER_SAMPLE, WRAPPERS.APPLY_MODEL])
def test_what_a_wrapper_of_another_pack_changes_is_recorded_as_it_reaches_the_sampler(network, kind, add, order):
    patch = wrapped(kind, add, weaker)
    model, recording = recorded_beside(patch, order, network)
    latent = sampled(model)
    assert torch.equal(latent, sampled(patch(network)))
    deck = the_run(recording, latent)
    if kind != WRAPPERS.SAMPLER_SAMPLE:  # what it changes comes after the last step
        assert_true(deck, latent)
    torch.testing.assert_close(deck.space.to_vae(deck.trajectories[0].x[-1:]), latent, **CLOSE)


@BEFORE_OR_AFTER
@pytest.mark.parametrize(
    "kind",
    [
        WRAPPERS.OUTER_SAMPLE,
        WRAPPERS.PREPARE_SAMPLING,
        WRAPPERS.SAMPLER_SAMPLE,
        WRAPPERS.PREDICT_NOISE,
        WRAPPERS.CALC_COND_BATCH,
        WRAPPERS.APPLY_MODEL,
        WRAPPERS.DIFFUSION_MODEL,
    ],
)
def test_wrappers_at_every_place_leave_each_other_alone(network, kind, order):
    model, recording = recorded_beside(wrapped(kind, by_method, through), order, network)
    latent = sampled(model)
    assert torch.equal(latent, sampled(network))
    assert_true(the_run(recording, latent), latent)


def test_a_latent_that_a_wrapper_changes_after_the_run_is_told_and_the_run_is_still_there(network):
    model, recording = recorded_beside(wrapped(WRAPPERS.OUTER_SAMPLE, by_method, weaker), "before", network)
    latent = sampled(model)
    with pytest.raises(ValueError, match="changed on the way.*choose “last run”"):
        recording.run_of(latent)
    assert_true(recording.last_run().deck(), sampled(network))


def test_a_wrapper_that_samples_twice_leaves_two_runs(network):
    def twice(executor, *args, **kwargs):
        executor(*args, **kwargs)
        return executor(*args, **kwargs)

    model, recording = recorded_beside(wrapped(WRAPPERS.OUTER_SAMPLE, by_method, twice), "before", network)
    latent = sampled(model)
    assert len(recording.runs) == 2
    assert_true(the_run(recording, latent), latent)


def test_guidance_that_replaces_the_formula_is_recorded_with_both_predictions_and_its_name(network):
    model, recording = recorded(network)
    model = model.clone()
    model.set_model_sampler_cfg_function(lambda args: args["cond"] * 2 - args["uncond"])
    latent = sampled(model)
    deck = the_run(recording, latent)
    assert_true(deck, latent)
    (t,) = deck.trajectories
    torch.testing.assert_close(t.x0, 2 * t.cond - t.uncond, **CLOSE)
    assert t.guided_by == (
        "test_guidance_that_replaces_the_formula_is_recorded_with_both_predictions_and_its_name (test_alongside)",
    )


def test_a_model_function_wrapper_is_asked_as_often_as_without_a_recorder(network):
    asked = []

    def counting(apply_model, args):
        asked.append(float(args["timestep"][0]))
        return apply_model(args["input"], args["timestep"], **args["c"])

    def patch(model):
        patched = model.clone()
        patched.set_model_unet_function_wrapper(counting)
        return patched

    latent = sampled(patch(network))
    alone, asked[:] = len(asked), []
    model, recording = recorded_beside(patch, "before", network)
    assert torch.equal(sampled(model), latent)
    assert len(asked) == alone
    assert_true(the_run(recording, latent), latent)


def test_callbacks_of_other_packs_are_called_as_ever(network):
    heard = []

    def listening(model):
        patched = model.clone()
        for kind in (CALLBACKS.ON_PRE_RUN, CALLBACKS.ON_CLEANUP):
            patched.add_callback_with_key(kind, "another pack", lambda *args, kind=kind: heard.append(kind))
        return patched

    model, recording = recorded_beside(listening, "before", network)
    latent = sampled(model, callback=lambda step, x0, x, total: heard.append(step))
    assert heard == [CALLBACKS.ON_PRE_RUN, *range(STEPS), CALLBACKS.ON_CLEANUP]
    assert_true(the_run(recording, latent), latent)


def test_a_callback_that_writes_into_the_samplers_tensors_cannot_write_into_the_recording(network):
    def spoil(step, x0, x, total):
        x0.mul_(0.5)

    model, recording = recorded(network)
    latent = sampled(model, callback=spoil)
    assert torch.equal(latent, sampled(network, callback=spoil))
    deck = the_run(recording, latent)
    first = deck.trajectories[0]
    torch.testing.assert_close(first.x0[0], first.uncond[0] + CFG * (first.cond[0] - first.uncond[0]), **CLOSE)


def test_a_recorded_model_that_is_cloned_patched_and_recorded_again_fills_both_recordings_alike(network):
    once, first = recorded(network)
    twice, second = recorded(RescaleCFG().patch(once.clone(), 0.7)[0].clone())
    latent = sampled(twice.clone())
    for recording in (first, second):
        assert_true(the_run(recording, latent), latent)


def test_a_model_stays_as_it_was_and_its_clones_are_recorded_only_where_they_come_after(network):
    model = network
    before = model.clone()
    watched, recording = recorded(model)
    sampled(model), sampled(before)
    assert recording.runs == []
    assert model.wrappers == before.wrappers == {}
    assert "wrappers" not in model.model_options["transformer_options"]
    sampled(watched.clone())
    assert len(recording.runs) == 1


def with_low_rank_change(model):
    """Patched as a LoRA would, so that an offloaded weight is changed on its way."""
    patched = model.clone()
    key = "diffusion_model.middle_block.1.transformer_blocks.0.attn2.to_q.weight"
    update = torch.randn(model.model.get_parameter(key).shape, generator=torch.Generator().manual_seed(4))
    patched.add_patches({key: ("diff", (update,))}, 0.5)
    return patched


@pytest.fixture
def no_room(monkeypatch):
    """ComfyUI takes the CPU for a graphics card on which nothing fits, and streams every weight to it."""
    monkeypatch.setattr(comfy.model_management, "is_device_cpu", lambda device: False)
    monkeypatch.setattr(comfy.model_management, "vram_state", comfy.model_management.VRAMState.NO_VRAM)


def test_weights_that_are_offloaded_and_patched_on_their_way_do_not_disturb_a_recording(no_room):
    model, recording = recorded(with_low_rank_change(sdxl()))
    latent = sampled(model)
    assert model.model.model_lowvram, "nothing was offloaded"
    assert model.lowvram_patch_counter() > 0
    assert torch.equal(latent, sampled(with_low_rank_change(sdxl())))
    assert_true(the_run(recording, latent), latent)


def test_a_model_that_was_unloaded_between_two_runs_is_recorded_again(network):
    model, recording = recorded(with_low_rank_change(network))
    first = sampled(model)
    comfy.model_management.unload_all_models()
    second = sampled(model)
    assert torch.equal(first, second)
    assert len(recording.runs) == 2
    assert_true(the_run(recording, second), second)
