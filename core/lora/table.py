"""The spectrum of a LoRA as a table: a line a layer, its columns parted by tabs, as a spreadsheet takes it."""

from .spectrum import LayerSpectrum, LoraSpectrum

SHARES = (0.9, 0.99)


def spectrum_table(spectrum: LoraSpectrum, rank: int) -> str:
    """A table of all layers, with the energy that each keeps at `rank`."""
    head = ["layer", "shape", "rank", "effective rank", f"energy at rank {rank}"]
    head += [f"rank for {share:.0%}" for share in SHARES] + ["largest singular value", "norm"]
    return "\n".join("\t".join(line) for line in (head, *(_line(layer, rank) for layer in spectrum.layers)))


def _line(layer: LayerSpectrum, rank: int) -> list[str]:
    return [
        layer.name,
        " x ".join(map(str, layer.shape)),
        str(layer.rank),
        f"{layer.effective_rank:.4g}",
        f"{layer.kept(rank):.4f}",
        *(str(layer.rank_for(share)) for share in SHARES),
        f"{float(layer.values[0]):.6g}",
        f"{layer.energy**0.5:.6g}",
    ]
