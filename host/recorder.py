"""Watches ComfyUI's samplers through a patched clone of a MODEL, without changing what they compute."""

import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import comfy.patcher_extension
import comfy.samplers
import torch
from torch import Tensor

from ..core.filled_sentence import filled
from ..core.parameterization import PROCESSES
from ..core.places import in_words
from ..core.recording.recording import Recording
from ..core.recording.run import Run
from ..core.recording.sampling import Sampling
from ..core.recording.steps import ModelCall
from ..core.recording.trajectory import Settings, check_latents, in_rows
from .attention import AttentionReading, reading
from .comfyui import Guider, Model
from .guidance_functions import foreign_functions, names_of
from .model_facts import facts_of
from .origin import origins_of
from .prompt_notes import notes_on_prompts
from .running import Running, running

WRAPPERS = comfy.patcher_extension.WrappersMP
OWN_GUIDANCE = "This guider combines its predictions in its own way: conditional and unconditional are not told apart."
Observer = Callable[[Sampling, int], object]
"""Is called with the open run and the number of its new state."""
Watch = Callable[[Running | None], Observer | None]
"""Asked at the start of a run for its observer."""


def record(model: Model, recording: Recording, *, watch: Watch | None = None) -> Model:
    """A clone of `model` that files every run of any sampler in `recording`; sampling stays equal to the bit.

    `watch` is asked at each run's start for an observer, which is then told of every new state.
    """
    watched = model.clone()
    recorder = Recorder(recording, watch)
    key = f"denoiscope.{uuid.uuid4().hex}"
    watched.add_wrapper_with_key(WRAPPERS.OUTER_SAMPLE, key, recorder.outer_sample)
    _add_outermost(watched, WRAPPERS.SAMPLER_SAMPLE, key, recorder.sampler_sample)
    _add_outermost(watched, WRAPPERS.PREDICT_NOISE, key, recorder.predict_noise)
    watched.set_model_sampler_post_cfg_function(recorder.post_cfg)
    return watched


def _add_outermost(model, kind: str, key: str, wrapper: Callable) -> None:
    """Next to the sampler, around the wrappers of others, which may change a guess or answer without the model.

    ComfyUI calls those of the options first, then the MODEL's own, each in the order in which they were added.
    """
    wrappers = model.model_options["transformer_options"].setdefault("wrappers", {})
    wrappers[kind] = {key: [wrapper], **wrappers.get(kind, {})}


@dataclass(frozen=True, kw_only=True, eq=False)
class Asked:
    """One guided guess as ComfyUI made it, and the two predictions behind it, kept items alone."""

    x0: Tensor
    cond: Tensor | None = None
    uncond: Tensor | None = None
    guidance: float | None = None


class Recorder:
    """The four hooks of one recorded MODEL and the run they are in.

    Each hook calls ComfyUI first and files afterwards. An error in the filing ends the recording of that run with a
    note and a log entry; it never reaches the sampler.
    """

    def __init__(self, recording: Recording, watch: Watch | None):
        self.recording = recording
        self.watch = watch
        self.runs: list[Sampling] = []
        self.asked: list[Asked] = []

    def outer_sample(
        self,
        executor: Any,
        noise: Tensor,
        latent_image: Tensor,
        sampler: Any,
        sigmas: Tensor,
        denoise_mask: Tensor | None = None,
        callback: Callable | None = None,
        *args,
        **kwargs,
    ) -> Tensor:
        """One run, from its noise to its LATENT."""
        guider = executor.class_obj
        run = self._begin(guider, noise, sampler, sigmas, args, kwargs)
        if run is None:
            return executor(noise, latent_image, sampler, sigmas, denoise_mask, callback, *args, **kwargs)
        self._file(run, lambda: _learn_beginning(run, guider, noise, latent_image, denoise_mask))
        report = self._reporting(run, self._observer(), callback)
        self.runs.append(run)
        try:
            result = executor(noise, latent_image, sampler, sigmas, denoise_mask, report, *args, **kwargs)
        except BaseException:
            self._seal(lambda: self.recording.interrupt(run))
            raise
        finally:
            self.runs.pop()
            self.asked.clear()
        self._seal(lambda: self.recording.finish(run, result.detach().to("cpu", copy=True)))
        return result

    def sampler_sample(self, executor: Any, guider: Guider, sigmas: Tensor, *args, **kwargs) -> Tensor:
        """The last state, in the model's space, before it becomes a LATENT."""
        final = executor(guider, sigmas, *args, **kwargs)
        if self.runs:
            run = self.runs[-1]
            self._file(run, lambda: run.learn_final(_sampler_scale(_copy(final, run), run), time.perf_counter()))
        return final

    def predict_noise(self, executor: Any, x: Tensor, timestep: Tensor, *args, **kwargs) -> Tensor:
        """One model call: what went in, at which noise level, and the guess that came out."""
        run = self.runs[-1] if self.runs else None
        if run is None or run.stopped:
            return executor(x, timestep, *args, **kwargs)
        self.asked.clear()
        before: list[Tensor] = []
        self._file(run, lambda: before.append(_copy(x, run)))
        began = time.perf_counter()  # after the copy, for which a device has to finish what came before
        with reading(args[0] if args else kwargs.get("model_options") or {}, executor.class_obj, run.items) as looked:
            x0 = executor(x, timestep, *args, **kwargs)
        if before:
            self._file(run, lambda: self._learn_how(run, executor.class_obj, x0))
            self._file(run, lambda: self._add(run, before[0], timestep, x0, looked, began))
        return x0

    def post_cfg(self, args: dict) -> Tensor:
        """The two predictions behind guidance. A prediction that the model was never asked for is None, not zeros."""
        if self.runs and not self.runs[-1].stopped:
            run = self.runs[-1]
            self._file(run, lambda: self.asked.append(_asked_of(args, run)))
            self._file(run, lambda: run.learn_who_guides(names_of(foreign_functions(args["model_options"]))))
        return args["denoised"]

    def _begin(self, guider, noise, sampler, sigmas, args, kwargs) -> Sampling | None:
        try:
            if len(kwargs.get("latent_shapes") or ()) > 1:
                raise ValueError(
                    "this latent packs several tensors (video with audio): Denoiscope cannot record it yet"
                )
            check_latents(noise.shape)
            return self.recording.begin(
                model=facts_of(guider.model_patcher),
                settings=_settings(running(), guider, sampler, args[1] if len(args) > 1 else kwargs.get("seed")),
                schedule=tuple(sigmas.tolist()),
                batch=noise.shape[0],
            )
        except Exception as error:
            logging.exception("Denoiscope could not start recording; sampling goes on without it")
            self.recording.refuse(filled("this run was not recorded: {1}", in_words(error)))
            return None

    def _observer(self) -> Observer | None:
        if self.watch is None:
            return None
        try:
            return self.watch(running())
        except Exception:
            logging.exception("Denoiscope shows nothing of this run while it is sampled; it is recorded all the same")
            return None

    def _reporting(self, run: Sampling, observer: Observer | None, callback):
        """The sampler's callback. Nothing else holds the observer: its thread ends when this is thrown away."""

        def report(step, x0, x, total_steps):
            self._file(run, lambda: _report(run, observer))
            if callback is not None:
                callback(step, x0, x, total_steps)

        return report

    def _learn_how(self, run: Sampling, guider, x0: Tensor) -> None:
        """Decide by what happened: a guider may ask for several guided guesses, or change the one that it was given."""
        plainly = getattr(type(guider), "predict_noise", None) is comfy.samplers.CFGGuider.predict_noise
        once = len(self.asked) == 1 and (plainly or _equal(self.asked[0].x0, x0))
        if self.asked and not once:
            self.asked = [Asked(x0=x0)]
            run.learn_why_no_guidance(run.no_guidance or OWN_GUIDANCE)

    def _add(
        self, run: Sampling, x: Tensor, timestep: Tensor, x0: Tensor, looked: AttentionReading | None, began: float
    ) -> None:
        asked = self.asked[0] if self.asked else Asked(x0=x0)
        sigma = float(timestep.flatten()[0])
        call = ModelCall(
            x=x,
            sigma=sigma,
            x0=_copy(x0, run),
            cond=asked.cond,
            uncond=asked.uncond,
            guidance=asked.guidance,
            attention=None if looked is None else looked.seen(),
            began=began,
        )
        self.recording.add(run, call)
        if looked is not None and looked.note():
            run.note(looked.note())

    def _file(self, run: Sampling, action: Callable[[], None]) -> None:
        try:
            action()
        except Exception as error:
            logging.exception("Denoiscope stopped recording this run; sampling goes on")
            run.stop(
                filled(
                    "Recording stopped after {1} steps because of an error: {2}",
                    len(run.steps.states),
                    in_words(error),
                )
            )

    def _seal(self, close: Callable[[], Run]) -> None:
        try:
            close()
        except Exception as error:
            logging.exception("Denoiscope could not keep this run; its latent is not touched by this")
            self.recording.refuse(filled("this run was recorded, but could not be kept: {1}", in_words(error)))


def _learn_beginning(run: Sampling, guider, noise: Tensor, latent_image: Tensor, mask: Tensor | None) -> None:
    run.learn_noise(noise)
    of_prompts = (*_lost_prompts(running()), *notes_on_prompts(guider.model_patcher, run.settings))
    for note in (*run.model.notes, *_way_up(run.steps.schedule), *of_prompts):
        run.note(note)
    if mask is not None:
        run.note(
            filled(
                "Under a noise mask the guesses are the model's own: outside the mask the sampler puts the source back."
            )
        )
    run.learn_origins(origins_of(guider, latent_image, mask, run.items))
    if bool(latent_image.any()):
        run.learn_source(run.model.space.to_model(_copy(latent_image, run).float()))


def _report(run: Sampling, observer: Observer | None) -> None:
    if not run.stopped and run.steps.report() is not None and observer is not None:
        observer(run, len(run.steps.states) - 1)


def _copy(tensor: Tensor, run: Sampling) -> Tensor:
    """The kept items on the CPU, as they are now: samplers reuse their buffers."""
    whole = len(run.items) == tensor.shape[0] and run.items == tuple(range(tensor.shape[0]))
    return in_rows((tensor if whole else tensor[list(run.items)]).detach().to("cpu", copy=True))


def _equal(one: Tensor, other: Tensor) -> bool:
    return one is other or torch.equal(one, other)


def _asked_of(args, run: Sampling) -> Asked:
    """What ComfyUI hands to a post-CFG function."""
    scale = float(args["cond_scale"])
    if run.no_guidance:
        return Asked(x0=args["denoised"], guidance=scale)
    cond = _prediction(args["cond"], args["cond_denoised"], run)
    uncond = _prediction(args["uncond"], args["uncond_denoised"], run)
    return Asked(x0=args["denoised"], cond=cond, uncond=uncond, guidance=scale)


def _prediction(condition, prediction: Tensor, run: Sampling) -> Tensor | None:
    """The prediction, or None when ComfyUI left it out: no condition, or one whose time range is over (all zeros)."""
    if condition is None:
        return None
    kept = _copy(prediction, run)
    return kept if kept.any() else None


def _sampler_scale(final: Tensor, run: Sampling) -> Tensor:
    """Flow samplers divide a latent that is still noisy by 1 - sigma at the end; the states before it are not
    divided.
    """
    last = torch.tensor(run.steps.schedule[-1], dtype=torch.float64)
    factor = float(PROCESSES[run.model.parameterization].picture_factor(last))
    return final * factor if 0 < factor < 1 else final


def _way_up(schedule: tuple[float, ...]) -> tuple[str, ...]:
    if len(schedule) < 2 or schedule[-1] <= schedule[0]:
        return ()
    return (
        filled(
            "The noise levels rise: this run turns a picture into noise, and its last state is not a finished latent."
        ),
    )


def _lost_prompts(now: Running | None) -> tuple[str, ...]:
    """Where the words of a prompt are not known, a reader is told why."""
    lost = {name: now.why_no_text(name) for name in ("positive", "negative")} if now else {}
    return tuple(
        filled("The words of the {1} prompt are not known: they cannot be read through the node {2}.", name, node)
        for name, node in lost.items()
        if node
    )


def _settings(now: Running | None, guider, sampler, seed) -> Settings:
    typed = _typed(now)
    text = now.text_of if now else lambda name: None
    cfg = getattr(guider, "cfg", None)
    return Settings(
        seed=seed,
        sampler=typed("sampler_name") or _sampler_name(sampler),
        scheduler=typed("scheduler"),
        guidance=float(cfg) if isinstance(cfg, (int, float)) else None,
        prompt=text("positive"),
        negative=text("negative"),
    )


def _typed(now: Running | None) -> Callable[[str], str | None]:
    def typed(name: str) -> str | None:
        value = now.literal(name) if now else None
        return value if isinstance(value, str) else None

    return typed


def _sampler_name(sampler) -> str:
    function = getattr(sampler, "sampler_function", None)
    name = getattr(function, "__name__", type(sampler).__name__)
    return name.removeprefix("sample_").removesuffix("_function")
