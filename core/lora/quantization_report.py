"""What rounding to few bits did to a model, in words and in a table."""

from collections.abc import Iterator, Sequence

from ..quantization import SCALE_BITS, RoundedLayer, relative_error
from .blocks import Block, block_of, together
from .words import bytes_in_words

MOST_BLOCKS = 24
DEMONSTRATION = (
    "A demonstration of what the rounding costs: in memory the rounded weights stay {kinds} numbers, so that nothing"
    " here becomes smaller or faster."
)


def rounding_report(layers: Sequence[RoundedLayer], *, left: int, left_bytes: int, kinds: str) -> str:
    """A line on the whole, on the size, on what this is, then a line a block, columns parted by tabs.

    `left` weights of `left_bytes` stay as they are: norms, biases and whatever is neither linear nor a convolution.
    """
    return "\n".join((*_head(layers, left, left_bytes, kinds), "", *_table(layers)))


def _head(layers: Sequence[RoundedLayer], left: int, left_bytes: int, kinds: str) -> Iterator[str]:
    bits = layers[0].bits
    count = sum(layer.weights for layer in layers)
    yield (
        f"{bits} bits a weight: {count:,} weights of {len(layers)} linear and convolution layers rounded, {left:,}"
        " others (norms, biases) left as they are"
    )
    before = sum(layer.stored_bytes for layer in layers) + left_bytes
    after = sum(layer.nominal_bytes for layer in layers) + left_bytes
    channels = sum(layer.channels for layer in layers)
    yield (
        f"nominal size {bytes_in_words(before)} to {bytes_in_words(after)}: {bits} bits a weight, {SCALE_BITS} bits for"
        f" the scale of each of {channels:,} output channels, {bytes_in_words(left_bytes)} left as they are"
    )
    yield f"error {_percent(relative_error(list(layers)))} of the weights, root mean square"
    yield DEMONSTRATION.format(kinds=kinds)


def _table(layers: Sequence[RoundedLayer]) -> Iterator[str]:
    yield "block\tweights\tbytes before\tnominal bytes\terror"
    for block, own in _by_block(layers).items():
        sums = [sum(getattr(layer, name) for layer in own) for name in ("weights", "stored_bytes", "nominal_bytes")]
        yield "\t".join((block.title, *map(str, sums), _percent(relative_error(own))))


def _by_block(layers: Sequence[RoundedLayer]) -> dict[Block, list[RoundedLayer]]:
    groups = together((block_of(layer.name) for layer in layers), MOST_BLOCKS)
    found: dict[Block, list[RoundedLayer]] = {group: [] for group in groups.values()}
    for layer in layers:
        found[groups[block_of(layer.name)]].append(layer)
    return found


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"
