"""CLIPs for the miniatures: the family's own tokenizer, and for each token a random vector of the width that it has
there, so that lengths, padding and pooled vectors are those of the stock encoders.
"""

import io
from collections.abc import Callable
from functools import partial

import comfy.sd
import comfy.sd1_clip
import comfy.sdxl_clip
import comfy.text_encoders.flux
import comfy.text_encoders.sd3_clip
import comfy.text_encoders.wan
import sentencepiece
import torch
from torch import Tensor

SENTENCES = ("a red lighthouse on a cliff at dusk", "an oil painting of a white windmill on a meadow at noon")
Chunks = list[list[tuple]]
L, G, T5 = 768, 1280, 4096
"""Widths of CLIP-L, of CLIP-bigG, and of T5-XXL and UMT5-XXL."""


class Encoder(torch.nn.Module):
    """What ComfyUI asks of a text model. `encode` gives the vectors [1, token, width] and the pooled ones, or None."""

    def __init__(self, encode: Callable[[dict[str, Chunks]], tuple[Tensor, Tensor | None]], **options):
        super().__init__()
        self.encode_token_weights = encode
        self.dtypes = {torch.float32}

    def set_clip_options(self, options: dict) -> None:
        """Vectors out of a hat: nothing to choose."""

    def reset_clip_options(self) -> None:
        """Vectors out of a hat: nothing to choose."""


def rows(chunks: Chunks, width: int) -> Tensor:
    """[1, token, width]: equal tokens have equal vectors, as long as their weight."""
    vectors = {token: _vector(int(token), width) for chunk in chunks for token, *_ in chunk}
    return torch.stack([vectors[token] * weight for chunk in chunks for token, weight, *_ in chunk])[None]


def _vector(token: int, width: int) -> Tensor:
    return torch.randn(width, generator=torch.Generator().manual_seed(token))


def pooled(chunks: Chunks, width: int) -> Tensor:
    """[1, width]."""
    return rows(chunks[:1], width).mean(1)


def of_sdxl(tokens: dict[str, Chunks]) -> tuple[Tensor, Tensor]:
    """Both CLIPs side by side, the second one's pooled."""
    return torch.cat([rows(tokens["l"], L), rows(tokens["g"], G)], dim=-1), pooled(tokens["g"], G)


def of_sd3(tokens: dict[str, Chunks]) -> tuple[Tensor, Tensor]:
    """Both CLIPs side by side and padded, T5 behind them; the pooled of both."""
    clips, both = of_sdxl(tokens)
    padded = torch.nn.functional.pad(clips, (0, T5 - L - G))
    return torch.cat([padded, rows(tokens["t5xxl"], T5)], dim=1), torch.cat([pooled(tokens["l"], L), both], dim=-1)


def of_flux(tokens: dict[str, Chunks]) -> tuple[Tensor, Tensor]:
    """T5 alone, CLIP-L pooled."""
    return rows(tokens["t5xxl"], T5), pooled(tokens["l"], L)


def of_wan(tokens: dict[str, Chunks]) -> tuple[Tensor, None]:
    """UMT5 with zeros where there is only padding, and nothing pooled."""
    chunks = tokens["umt5xxl"]
    words = torch.tensor([token != 0 for chunk in chunks for token, *_ in chunk])
    return rows(chunks, T5) * words[:, None], None


def clip_of(tokenizer, encode, **tokenizer_data) -> comfy.sd.CLIP:
    class Target:
        params: dict = {}
        clip = partial(Encoder, encode)

    Target.tokenizer = tokenizer
    return comfy.sd.CLIP(Target, tokenizer_data=tokenizer_data, model_options={"dtype": torch.float32})


def pieces() -> bytes:
    """A small vocabulary in the form of UMT5's, which comes with its weights and not with ComfyUI."""
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(SENTENCES),
        model_writer=model,
        vocab_size=40,
        hard_vocab_limit=False,
        pad_id=0,
        eos_id=1,
        unk_id=2,
        bos_id=-1,
        minloglevel=2,
    )
    return model.getvalue()


def wan() -> comfy.sd.CLIP:
    return clip_of(comfy.text_encoders.wan.WanT5Tokenizer, of_wan, spiece_model=pieces())


TEXT_ENCODERS: dict[str, Callable] = {
    "SDXL": partial(clip_of, comfy.sdxl_clip.SDXLTokenizer, of_sdxl),
    "SD3": partial(clip_of, comfy.text_encoders.sd3_clip.SD3Tokenizer, of_sd3),
    "Flux": partial(clip_of, comfy.text_encoders.flux.FluxTokenizer, of_flux),
    "Wan": wan,
}
