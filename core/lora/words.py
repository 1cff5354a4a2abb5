"""A LoRA in words: which layers, of which rank, in which formats, how many bytes."""

from collections import Counter
from collections.abc import Iterator

from .header import stated_scale
from .lora import Lora, LoraLayer

NUMBERS = ("B", "kB", "MB", "GB")


def described(lora: Lora) -> str:
    """Several lines, ready to read."""
    return "\n".join(_lines(lora))


def counted(count: int, what: str) -> str:
    """ "1 layer", "2 layers" """
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def bytes_in_words(size: float) -> str:
    """In powers of 1000, three digits: "22.8 MB"."""
    power = 0
    while size >= 999.5 and power < len(NUMBERS) - 1:
        size, power = size / 1000, power + 1
    return f"{size:.3g} {NUMBERS[power]}"


def ranks_in_words(layers: tuple[LoraLayer, ...]) -> str:
    """ "rank 8", or the ranks with how many layers have each."""
    counts = Counter(layer.rank for layer in layers)
    if len(counts) == 1:
        return f"rank {next(iter(counts))}"
    if len(counts) > 6:
        return f"ranks {min(counts)} to {max(counts)}"
    return "ranks " + ", ".join(f"{rank} ({count})" for rank, count in sorted(counts.items()))


def _lines(lora: Lora) -> Iterator[str]:
    numbers = ", ".join(sorted({str(tensor.dtype).removeprefix("torch.") for tensor in lora.tensors.values()}))
    yield f"{lora.name}: {counted(len(lora.layers), 'layer')}, {bytes_in_words(lora.bytes)} of {numbers}"
    if lora.layers:
        yield ranks_in_words(lora.layers)
        yield _scales(lora)
    for (part, title), count in Counter((layer.part, layer.format.title) for layer in lora.layers).items():
        yield f"{part}: {counted(count, 'layer')} as {title}"
    for kind in lora.foreign:
        fate = "not read" if kind.refused else "carried along"
        yield f"{fate}: {len(kind.names)} × {kind.title} ({kind.why}), such as {kind.names[0]}"


def _scales(lora: Lora) -> str:
    scales = {layer.scale for layer in lora.layers}
    if len(scales) == 1:
        return f"scale α / r = {scales.pop():.4g}" + ("" if lora.layers[0].alpha is not None else _no_alpha(lora))
    return f"scale α / r from {min(scales):.4g} to {max(scales):.4g}"


def _no_alpha(lora: Lora) -> str:
    told = stated_scale(lora.metadata)
    if told is None:
        return " (no α in the file)"
    alpha, rank = told
    return (
        f" (no α among the tensors; the header says α = {alpha:g}, r = {rank:g}, so α / r = {alpha / rank:.4g}: ComfyUI"
        " does not read that, other programs do)"
    )
