"""A comparison of two runs as text: the first cause, all differences in order, and the error at each step."""

from collections.abc import Iterator

from .two_runs import CALL, START, STEP, WORDS, StepError, TwoRuns

ROUNDING = 1e-4
"""Relative difference of two first guesses that other arithmetic of the same model explains (float32, float16)."""
ONE_STEP = (
    "What one call gets wrong by itself, without the drift of earlier steps, is not known: connect the other run's"
    " model and its prompts."
)
CAUSES = {
    "settings": "The settings differ: the pictures were meant to be different.",
    "steps": "The noise levels differ: scheduler, steps, denoise or a node that changes sigmas.",
    "programs": "The programs or the machine differ: the same arithmetic is rounded in another way.",
    "model": "The models differ: other weights, other patches (LoRA), or read in another way.",
    "conditioning": "What the model was asked differs: prompt, text encoder, or a node on the conditioning.",
    START: "The start differs: noise, seed, batch place, or the latent that noise was added to.",
    CALL: "The same question got another answer: weights, attention, precision, or a node inside the model.",
    STEP: "The first calls agree, a later step does not: noise added on the way, a cache, or a node with a range.",
}


def cause(two: TwoRuns) -> str:
    """One sentence on what comes first."""
    if two.equal:
        return "The runs are equal to the bit. If their pictures differ, the VAE or what follows it did that."
    if two.differences:
        return CAUSES[two.differences[0].stage]
    step, name = two.parted or (0, "x")
    return f"Nothing that was kept explains it, and from step {step} on {WORDS[name]} differs."


def comparison_report(two: TwoRuns) -> str:
    return "\n".join((f"Two runs \u00b7 {two.labels[0]} and {two.labels[1]}", cause(two), "", *_body(two)))


def _body(two: TwoRuns) -> Iterator[str]:
    if two.differences:
        yield "what differs, in the order it comes about"
        yield "\t".join(("stage", "what", *two.labels))
        yield from ("\t".join((one.stage, one.what, one.first, one.second)) for one in two.differences)
        yield ""
    yield parting_words(two)
    yield costs(two)
    yield from two.not_kept
    if two.errors:
        yield ""
        asked = any(error.one_step is not None for error in two.errors)
        yield "\t".join(("step", "sigma", "x apart", "guess apart", *(["one step"] if asked else []), "most in"))
        yield from (_line(error, asked) for error in two.errors)
        yield "" if asked else ONE_STEP


def parting_words(two: TwoRuns) -> str:
    """Up to where they are equal, and by how much they are not where they part."""
    if not two.errors:
        return "They pass no noise level in common: their steps cannot be compared one by one."
    if two.parted is None:
        return f"All {len(two.errors)} states that both pass are equal to the bit."
    step, name = two.parted
    error, apart = parting_error(two, step, name)
    little = " (as little as rounding)" if apart is not None and apart < ROUNDING else ""
    share = "" if apart is None else f", {apart:.2g} of its size{little}"
    return f"Equal to the bit before step {step} (sigma {error.sigma:.4g}); there {WORDS[name]} differs{share}."


def parting_error(two: TwoRuns, step: int, quantity: str) -> tuple[StepError, float | None]:
    """The error at the step where they part, and how far apart the quantity is there."""
    error = next(error for error in two.errors if error.steps[0] == step)
    return error, error.x if quantity == "x" else error.guess


def costs(two: TwoRuns) -> str:
    calls = f"Model calls: {two.calls[0]} and {two.calls[1]}."
    if None in two.seconds:
        return calls
    return f"{calls} Seconds: {two.seconds[0]:.3g} and {two.seconds[1]:.3g}."


def _line(error: StepError, asked: bool) -> str:
    guess = "-" if error.guess is None else f"{error.guess:.3g}"
    step = str(error.steps[0]) if error.steps[0] == error.steps[1] else f"{error.steps[0]} / {error.steps[1]}"
    one_step = [] if not asked else ["-" if error.one_step is None else f"{error.one_step:.3g}"]
    return "\t".join((step, f"{error.sigma:.4g}", f"{error.x:.3g}", guess, *one_step, error.where or "-"))
