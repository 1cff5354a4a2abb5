"""What keeping the attention of words adds to a recorded run: without, with one word, and with sixteen, in turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import comfy.samplers
import torch

from ...core.recording.recording import Recording
from ...core.recording.word_places import WordPlaces
from ...host.attention import Reading, with_attention
from ...host.attention_words import MARK
from ...host.recorder import record
from ..table import Row
from ._pairs import excess, in_turns, quartiles
from .recording import BUDGET, GUIDANCE, Clock, Subject, pocket
from .sweeping import no_bars, sd15

WORDS = (1, 16)
SD15_WIDTH = 320


def measure() -> Iterator[Row]:
    with torch.inference_mode(), no_bars():
        for subject in (pocket(), whole_sd15()):
            yield from cost(subject)


def cost(subject: Subject) -> Iterator[Row]:
    ways = [partial(run, subject, None), *(partial(run, subject, count) for count in WORDS)]
    plain, *watched = in_turns(ways, subject.rounds)
    yield Row(f"{subject.name}: one recorded run of {subject.steps} steps", statistics.median(plain), "s")
    for count, seconds in zip(WORDS, watched, strict=True):
        extra = excess(plain, seconds)
        what = f"{subject.name}: attention of {count} {'word' if count == 1 else 'words'}"
        yield Row(what, statistics.median(extra), "%", None, quartiles(extra, "%"))
    with clocked_reader() as clock:
        run(subject, WORDS[-1])
    share = 100 * clock.seconds / statistics.median(plain)
    yield Row(f"{subject.name}: spent inside the reader for {WORDS[-1]} words, by its own clock", share, "%")
    maps = run(subject, 1).trajectories[0].attention
    yield Row(f"{subject.name}: kept for a word and a step", maps.bytes / maps.guesses / 1000, "kB")


@contextmanager
def clocked_reader() -> Iterator[Clock]:
    """Adds up the processor time of all that is done to read attention besides handing on to ComfyUI."""
    clock, own = Clock(), {name: getattr(Reading, name) for name in ("expect", "look", "seen")}

    def timed(work):
        def worked(*arguments):
            started = time.thread_time()
            result = work(*arguments)
            clock.seconds += time.thread_time() - started
            return result

        return worked

    for name, work in own.items():
        setattr(Reading, name, timed(work))
    try:
        yield clock
    finally:
        for name, work in own.items():
            setattr(Reading, name, work)


def run(subject: Subject, words: int | None):
    """The deck of a run that keeps the attention of so many words; None leaves the model and the prompt alone."""
    model, positive = subject.model, subject.positive
    if words is not None:
        model = with_attention(model)
        positive = [[vectors, {**more, MARK: some_words(words, vectors.shape[1])}] for vectors, more in positive]
    recording = Recording(budget_bytes=BUDGET)
    noise = torch.randn(subject.latent.shape, generator=torch.Generator().manual_seed(7))
    sampler = comfy.samplers.KSampler(
        record(model, recording), subject.steps, torch.device("cpu"), "euler", "karras", 1.0
    )
    sampler.sample(noise, positive, subject.negative, GUIDANCE, latent_image=subject.latent, disable_pbar=True)
    return recording.last_run().deck()


def some_words(count: int, length: int) -> WordPlaces:
    """Words of one token each, taken from the start of the prompt."""
    return WordPlaces(words=tuple(map(str, range(count))), places=tuple((i + 1,) for i in range(count)), length=length)


def whole_sd15() -> Subject:
    """SD 1.5's own network at its own width, with random weights, one step at 256 × 256 pixels."""
    patcher, prompt, latent = sd15(SD15_WIDTH)
    return Subject("SD 1.5's network, 32x32 latent", patcher, prompt, prompt, latent, 1, 5, None)
