"""A LoRA in words: which layers, of which rank, in which formats, how many bytes."""

from collections import Counter
from collections.abc import Iterator

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
        yield _scales(lora.layers)
    for (part, title), count in Counter((layer.part, layer.format.title) for layer in lora.layers).items():
        yield f"{part}: {counted(count, 'layer')} as {title}"
    for kind in lora.foreign:
        fate = "not read" if kind.refused else "carried along"
        yield f"{fate}: {len(kind.names)} × {kind.title} ({kind.why}), such as {kind.names[0]}"


def _scales(layers: tuple[LoraLayer, ...]) -> str:
    scales = {layer.scale for layer in layers}
    if len(scales) == 1:
        return f"scale α / r = {scales.pop():.4g}" + ("" if layers[0].alpha is not None else " (no α in the file)")
    return f"scale α / r from {min(scales):.4g} to {max(scales):.4g}"
