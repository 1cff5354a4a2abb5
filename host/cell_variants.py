"""Cells that differ in what is asked: another MODEL, a LoRA's strength, other words, a ControlNet's strength."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..core.comparing.cells import Cell, Finished
from ..core.lora.lora import Lora
from ..core.recording.deck import differing
from ..core.value_list import shown
from .cells import check_cells, sample_cells, sample_groups
from .comfyui import Clip, Conditioning, Model
from .lora import applied
from .model_facts import facts_of
from .running import running
from .start import Start

PROMPTS = ("positive", "negative", "positive_after")
"""Inputs of a sampling node whose words can be read."""
ALIKE = ("parameterization", "space", "sigma_data")
"""What models of one deck must share: one decoder serves all, and their noise levels mean the same."""
NEAR = 1e-3
"""Relative: as near the same words come out of the same text encoder."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Variants:
    """What a sweep was given for them.

    models    by the names that its cells have
    lora      whose strength changes
    clip      encodes prompts anew
    searched  the words that others take the place of
    """

    models: Mapping[str, Model] = field(default_factory=dict)
    lora: Lora | None = None
    clip: Clip | None = None
    searched: str = ""

    def start_of(self, start: Start, cell: Cell) -> Start:
        """What this cell begins with."""
        model = start.model if cell.model is None else self.models[cell.model]
        if cell.lora_strength is not None and self.lora is not None:
            model, _ = applied(self.lora, model, None, cell.lora_strength, 0.0)
        own = replace(start, model=model)
        if cell.words is not None or cell.clip_skip is not None:
            own = self._reworded(own, cell)
        if cell.control_strength is not None:
            own = _controlled(own, cell.control_strength)
        return own

    def _reworded(self, start: Start, cell: Cell) -> Start:
        clip = self.clip if cell.clip_skip is None else skipping(self.clip, cell.clip_skip)
        words = prompt_words("positive")
        if cell.words is not None:
            words = words.replace(self.searched, cell.words)
        own = replace(start, words=words, positive=encoded(clip, words, start.positive))
        if cell.clip_skip is None:
            return own
        after = None if start.after is None else encoded(clip, prompt_words("positive_after"), start.after)
        return replace(own, negative=encoded(clip, prompt_words("negative"), start.negative), after=after)

    def check(self, start: Start, cells: Sequence[Cell]) -> None:
        """Before anything is sampled. Raises ValueError for a variant that nothing is connected for."""
        if any(cell.model is not None for cell in cells):
            _check_models(start.model, self.models)
        if any(cell.lora_strength is not None for cell in cells) and self.lora is None:
            raise ValueError("the axis 'LoRA strength' needs a LoRA: connect Load LoRA Weights to lora")
        if any(cell.control_strength is not None for cell in cells) and not _has_control(start.positive):
            raise ValueError("the axis 'ControlNet strength' needs a ControlNet: connect Apply ControlNet to positive")
        self._check_words(start, cells)

    def _check_words(self, start: Start, cells: Sequence[Cell]) -> None:
        skips = sorted({cell.clip_skip for cell in cells if cell.clip_skip is not None})
        reworded = any(cell.words is not None for cell in cells)
        if not skips and not reworded:
            return
        axis = "prompt words" if reworded else "clip skip"
        if self.clip is None:
            raise ValueError(f"the axis {axis!r} encodes the prompt anew: connect the CLIP that encodes it to clip")
        words = prompt_words("positive")
        if reworded and self.searched not in words:
            raise ValueError(
                f"prompt words: {shown(self.searched)} is not in the prompt {shown(words)}: begin with words of it"
            )
        if not _same(encoded(self.clip, words, start.positive), start.positive):
            raise ValueError(
                "the clip that is connected does not give the prompt of positive: connect the very CLIP that encodes it"
            )
        layers = [encoded(skipping(self.clip, skip), words, start.positive) for skip in skips]
        if len(layers) > 1 and all(_same(layers[0], other) for other in layers[1:]):
            raise ValueError("this text encoder gives the same at every layer: clip skip changes nothing here")


def sample_variants(
    start: Start, cells: Sequence[Cell], variants: Variants, *, budget_bytes: int, at_once: int = 0
) -> Iterator[Finished]:
    """As sample_cells, for cells of which some are asked of another MODEL or with another prompt. These run variant by
    variant. Raises ValueError before anything is sampled.
    """
    groups: dict[tuple, list[int]] = {}
    for index, cell in enumerate(cells):
        groups.setdefault(cell.variant, []).append(index)
    if all(part is None for variant in groups for part in variant):
        return sample_cells(start, cells, budget_bytes=budget_bytes, at_once=at_once)
    variants.check(start, cells)
    check_cells(start, cells, budget_bytes=budget_bytes)
    asked = ((tuple(own), lambda own=own: variants.start_of(start, cells[own[0]])) for own in groups.values())
    return sample_groups(start, cells, asked, budget_bytes=budget_bytes, at_once=at_once)


def named(names: Sequence[str], first: Model, others: Sequence[Model]) -> dict[str, Model]:
    """Models by their names. Raises ValueError where there are not as many of these."""
    models = [first, *others]
    if len(names) != len(models):
        raise ValueError(
            f"the axis 'model' names {len(names)} models ({', '.join(names)}), and {len(models)} are connected: model, "
            f"and {len(others)} in models"
        )
    return dict(zip(names, models, strict=True))


def prompt_words(name: str) -> str:
    """What the graph says of a prompt of the running node. Raises ValueError where its words cannot be read."""
    now = running()
    words = now.text_of(name) if now else None
    if words is None:
        lost = now.why_no_text(name) if now else None
        through = f"through the node {lost}" if lost else "from this graph"
        raise ValueError(
            f"the words of {name} cannot be read {through}: connect a CLIP Text Encode with its text typed in"
        )
    return words


def skipping(clip: Clip, skip: int) -> Clip:
    """As the node CLIP Set Last Layer gives it; 1 is the last layer."""
    other = clip.clone()
    other.clip_layer(-skip)
    return other


def encoded(clip: Clip, words: str, like: Conditioning) -> Conditioning:
    """The words as CLIP Text Encode gives them, with all that was added to `like` since: ControlNets, guidance, areas.

    Raises ValueError where a prompt has several parts, of which it is not known which these words are.
    """
    made = clip.encode_from_tokens_scheduled(clip.tokenize(words))
    if len(made) != 1 or len(like) != 1:
        raise ValueError(
            "this prompt is made of several parts, and cannot be encoded anew: connect one CLIP Text Encode"
        )
    return [[made[0][0], {**like[0][1], **made[0][1]}]]


def _same(one: Conditioning, other: Conditioning) -> bool:
    a, b = one[0][0].float().cpu(), other[0][0].float().cpu()
    return a.shape == b.shape and bool((a - b).abs().max() <= NEAR * b.abs().max())


def _controlled(start: Start, strength: float) -> Start:
    """The last ControlNet of each prompt at this strength, in the way of Apply ControlNet: at 0 it is left out."""
    known: dict = {}

    def changed(prompt: Conditioning) -> Conditioning:
        return [[tokens, _with_strength(settings, strength, known)] for tokens, settings in prompt]

    after = None if start.after is None else changed(start.after)
    return replace(start, positive=changed(start.positive), negative=changed(start.negative), after=after)


def _with_strength(settings: dict, strength: float, known: dict) -> dict:
    control = settings.get("control")
    if control is None:
        return settings
    if control not in known:
        known[control] = _copied(control, strength)
    rest = {name: value for name, value in settings.items() if name != "control"}
    return rest if known[control] is None else {**rest, "control": known[control]}


def _copied(control, strength: float):
    before = control.previous_controlnet
    if strength == 0:
        return before
    other = control.copy()
    other.strength = strength
    return other.set_previous_controlnet(before)


def _has_control(prompt: Conditioning) -> bool:
    return any(settings.get("control") is not None for _, settings in prompt)


def _check_models(first: Model, models: Mapping[str, Model]) -> None:
    facts = [facts_of(model) for model in (first, *models.values())]
    if found := differing(facts, ALIKE):
        what, came = found
        raise ValueError(f"models of one sweep need the same {what.replace('_', ' ')}, got {came}: use Join Decks")
