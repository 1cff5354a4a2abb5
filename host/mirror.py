"""The mirror of forward noising: what a model guesses from each noisy state, and where a sampler arrives from there."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import comfy.model_management
import comfy.samplers
import comfy.utils
import torch
from torch import Tensor

from ..core.comparing.forward import Noised
from ..core.filled_sentence import filled
from ..core.recording.deck import Deck
from ..core.recording.trajectory import Settings
from .comfyui import Conditioning, Model
from .newer_comfyui import ASKS_BOTH
from .prompt_notes import notes_on_prompts
from .running import running
from .stopped import rescue


@dataclass(frozen=True, kw_only=True, eq=False)
class Asking:
    """A model, what it is told, and the sampler that is to start from each state, None where only guesses are wanted.
    Raises ValueError when something is missing.
    """

    model: Model
    positive: Conditioning | None
    negative: Conditioning | None
    cfg: float
    sampler_name: str | None = None

    def __post_init__(self):
        if self.model is None:
            raise ValueError(filled("the mirror asks a model what it sees: connect a model, or turn the mirror off"))
        if self.positive is None:
            raise ValueError(
                filled("the mirror asks the model with a prompt: connect positive, or turn the mirror off")
            )
        if self.negative is None and self.asks_both:
            raise ValueError(f"{self._who} also asks the model without the prompt: connect negative, or set cfg to 1")

    @property
    def asks_both(self) -> bool:
        return self.cfg != 1 or any(part in (self.sampler_name or "") for part in ASKS_BOTH)

    @property
    def _who(self) -> str:
        return f"cfg {self.cfg:g}" if self.cfg != 1 else str(self.sampler_name)

    def guider(self) -> comfy.samplers.CFGGuider:
        """ComfyUI's own, without the negative prompt where there is none, as its BasicGuider does."""
        guider = comfy.samplers.CFGGuider(self.model)
        prompts = {"positive": self.positive, "negative": self.negative}
        guider.inner_set_conds({name: prompt for name, prompt in prompts.items() if prompt is not None})
        guider.set_cfg(self.cfg)
        return guider


def hold_mirror(noised: Noised, asking: Asking) -> Deck:
    """The deck with a guess at every level, and where a sampler is named, with what it makes from there.

    Progress is shown over the whole of it; an interrupt goes through.
    """
    levels = len(noised.x) - 1
    runs = levels * (levels + 1) // 2 if asking.sampler_name else 0
    bar = comfy.utils.ProgressBar(levels + runs)
    settings = _settings(noised, asking)
    notes = (*noised.notes, *notes_on_prompts(asking.model, settings))
    noised = replace(noised, settings=settings, notes=notes)
    guesses, regenerated = _only_the_picture(noised), _only_the_picture(noised) if runs else None
    try:
        guess_each(noised, asking, bar.update_absolute, into=guesses)
        if runs:
            regenerate_each(noised, asking, lambda done: bar.update_absolute(levels + done), into=regenerated)
    except BaseException:
        _keep_finished(noised, guesses, regenerated)
        raise
    return noised.deck(guesses=guesses, regenerated=regenerated)


def _settings(noised: Noised, asking: Asking) -> Settings:
    told = running()
    return replace(
        noised.settings,
        guidance=asking.cfg,
        sampler=asking.sampler_name,
        prompt=told.text_of("positive") if told else None,
        negative=told.text_of("negative") if told else None,
    )


def _only_the_picture(noised: Noised) -> Tensor:
    """A tensor shaped like x that holds the picture at state 0, and NaN everywhere else."""
    nothing = torch.full_like(noised.x, torch.nan, dtype=torch.float32)
    nothing[0] = noised.x[0]
    return nothing


def _keep_finished(noised: Noised, guesses: Tensor, regenerated: Tensor | None) -> None:
    """What had been made becomes a deck file: guesses from the noise down, what is regenerated from the picture up."""
    total = len(noised.x) - 1
    guessed, made = (_made(levels) for levels in (guesses, regenerated))
    if guessed:
        told = filled(
            "The mirror was stopped: it has a guess at {1} of {2} levels, and regenerated {3}.", guessed, total, made
        )
        deck = noised.deck(guesses=guesses, regenerated=regenerated if made else None, unfinished=told)
        rescue(deck, total, done=guessed)


def _made(levels: Tensor | None) -> int:
    return 0 if levels is None else int(levels[1:].flatten(1).isfinite().all(1).sum())


def guess_each(noised: Noised, asking: Asking, done: Callable[[int], None], *, into: Tensor | None = None) -> Tensor:
    """The model's one-step guess from each state, like x; the picture's own is itself. `done` is told how many.
    Each guess is in `into` as soon as it is made.

    The model is asked from the noisiest level down, as a sampler asks it, through ComfyUI's own guidance.
    """
    guesses = _only_the_picture(noised) if into is None else into
    top = len(noised.x) - 1

    @torch.no_grad()
    def ask(net, x, sigmas, extra_args=None, callback=None, disable=None):
        for level, sigma in zip(range(top, 0, -1), sigmas[:-1], strict=True):
            guess = net(noised.x[level, None].to(x), sigma * x.new_ones([1]), **(extra_args or {}))
            guesses[level] = guess[0]
            done(top - level + 1)
        return x

    _run(noised, asking, comfy.samplers.KSAMPLER(ask), noised.sigmas)
    return guesses


def regenerate_each(
    noised: Noised, asking: Asking, done: Callable[[int], None], *, into: Tensor | None = None
) -> Tensor:
    """Where the sampler arrives that starts from each state and walks the levels below it, like x; the picture itself
    stays as it is. `done` is told how many steps that took so far. Each arrival is in `into` as soon as it is made.
    """
    sampler = comfy.samplers.sampler_object(asking.sampler_name)
    arrivals, before = _only_the_picture(noised) if into is None else into, 0
    for level in range(1, len(noised.x)):
        report = _reporting(done, before, level)
        latent = _run(noised, asking, _starting_at(noised.x[level], sampler), noised.sigmas[: level + 1], report)
        arrivals[level] = asking.model.get_model_object("latent_format").process_in(latent.to("cpu", torch.float32))[0]
        before += level
        done(before)
    return arrivals


def _reporting(done: Callable[[int], None], before: int, steps: int) -> Callable:
    """ComfyUI's callback; some samplers take more steps than they were given."""
    return lambda step, x0, x, total: done(before + min(step + 1, steps))


def _starting_at(state: Tensor, sampler: comfy.samplers.KSAMPLER) -> comfy.samplers.KSAMPLER:
    """The sampler, begun at a copy of this very state: at the schedule's top ComfyUI would add a little more noise."""

    def sample(net, x, sigmas, **options):
        return sampler.sampler_function(net, state[None].to(x, copy=True), sigmas, **options)

    return comfy.samplers.KSAMPLER(sample, sampler.extra_options, sampler.inpaint_options)


def _run(noised: Noised, asking: Asking, sampler, levels: Tensor, callback=None) -> Tensor:
    """One pass of ComfyUI's guider from the highest of these levels to the picture; LATENT samples."""
    comfy.model_management.throw_exception_if_processing_interrupted()
    return asking.guider().sample(
        noised.noise,
        noised.latent,
        sampler,
        levels.float().flip(0),
        callback=callback,
        disable_pbar=True,
        seed=noised.settings.seed,
    )
