"""Sheets of pictures for the docs: the first scenes there are, none left out, with what was asked written beneath."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch
import torch.nn.functional as F
from PIL import Image, ImageFont
from torch import Tensor

from ..core.comparing.noise_walk import slerp
from ..core.drawing.colour import FROM_ZERO, colour
from ..core.drawing.paper import INK, SOFT, Paper
from ..pocket.captions import full_caption
from ..pocket.denoiser import SIGMA_DATA
from ..pocket.loras import FOUR_STEPS, TAUGHT
from ..pocket.painting import SIZE
from ..pocket.scenes import ATTRIBUTES, Scene
from ..pocket.variants import VARIANTS
from .autoencoder import psnr
from .examined import Examined, drawn
from .looking import word_maps, words_that_point
from .obedience import SCALES
from .sampling import PLACES, How, captions, decode, encode, noise_of, sample_all, scenes_to_draw, watched
from .taught import STRIDING, unseen, with_lora

GAP, TEXT, LINE, TITLE = 4, 11, 13, 20
COLUMNS = 8
SHOWN_STEPS = (0, 1, 2, 3, 4, 5, 7, 10, 14, 19)
WALK = tuple(i / 8 for i in range(9))
MAP_TIMESTEP = 500
LARGEST_FILE, QUALITY = 250_000, 88


@dataclass(frozen=True)
class Strip:
    """Pictures side by side, [picture, rgb, row, column] in -1..1, a caption under each and a title above."""

    pictures: Tensor
    captions: list[str] = field(default_factory=list)
    title: str = ""


def contact_sheet(pictures: Tensor, columns: int, gap: int = 2) -> Image.Image:
    """All pictures, in order, on white."""
    height, width = pictures.shape[-2:]
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * (width + gap) + gap, rows * (height + gap) + gap), "white")
    for i, picture in enumerate(pictures):
        sheet.paste(as_image(picture), (gap + i % columns * (width + gap), gap + i // columns * (height + gap)))
    return sheet


def as_image(picture: Tensor) -> Image.Image:
    """[rgb, row, column] in -1..1; what lies beyond is cut off."""
    return Image.fromarray(((picture.clamp(-1, 1) + 1) * 127.5).round().byte().movedim(0, -1).numpy())


def sheet(strips: list[Strip]) -> Image.Image:
    """One strip below the other."""
    widest = max(len(strip.pictures) for strip in strips)
    paper = Paper.blank(GAP + widest * (SIZE + GAP), GAP + sum(map(height_of, strips)))
    top = GAP
    for strip in strips:
        draw_strip(paper, strip, top)
        top += height_of(strip)
    return paper.image


def height_of(strip: Strip) -> int:
    lines = max((len(wrapped(caption)) for caption in strip.captions), default=0)
    return (TITLE if strip.title else 0) + SIZE + GAP + (lines * LINE + GAP if lines else 0)


def draw_strip(paper: Paper, strip: Strip, top: int) -> None:
    if strip.title:
        paper.write(GAP, top + 2, strip.title, size=TEXT + 2, ink=INK)
        top += TITLE
    for i, picture in enumerate(strip.pictures):
        left = GAP + i * (SIZE + GAP)
        paper.image.paste(as_image(picture), (left, top))
        for line, text in enumerate(wrapped(strip.captions[i]) if strip.captions else []):
            paper.write(left, top + SIZE + 2 + line * LINE, text, size=TEXT, ink=SOFT)


def wrapped(text: str) -> list[str]:
    """Lines no wider than a picture."""
    font, lines = ImageFont.load_default(size=TEXT), [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        lines = [*lines[:-1], longer] if font.getlength(longer) <= SIZE else [*lines, word]
    return lines


def in_rows(pictures: Tensor, words: list[str], columns: int = COLUMNS) -> list[Strip]:
    return [Strip(pictures[i : i + columns], words[i : i + columns]) for i in range(0, len(pictures), columns)]


def one_of_each_style() -> tuple[Scene, ...]:
    """The first scene of every style."""
    some = scenes_to_draw(100)
    return tuple(next(scene for scene in some if scene.style == style) for style in ATTRIBUTES["style"])


def samples(it: Examined, number: int = 32) -> list[Strip]:
    return in_rows(decode(it.pocket, it.latents(number, How())), captions(scenes_to_draw(number)))


def scenes(it: Examined, number: int = 32) -> list[Strip]:
    asked = scenes_to_draw(number)
    return in_rows(drawn(asked), captions(asked))


def pairs(it: Examined, number: int = 16) -> list[Strip]:
    return in_rows(decode(it.pocket, it.latents(number, How(), held_out=True)), captions(scenes_to_draw(number, True)))


def guidance(it: Examined) -> list[Strip]:
    """A row for each prompt, the same starting noise at every scale."""
    asked = captions(one_of_each_style())
    noise = noise_of(len(asked))
    by_scale = [decode(it.pocket, sample_all(it.pocket, asked, noise, How(guidance=scale))) for scale in SCALES]
    words = [f"guidance {scale:g}" for scale in SCALES]
    return [Strip(row, words, prompt) for row, prompt in zip(torch.stack(by_scale, 1), asked, strict=True)]


def guesses(it: Examined) -> list[Strip]:
    """The noisy latent, and what the model takes it for, on the way to one picture."""
    prompt, strips = captions(scenes_to_draw(1)), []
    for scale in (1.0, 4.0):
        run = watched(it.pocket, prompt, noise_of(1), How(guidance=scale))
        words = [f"step {i}, sigma {run.sigmas[i]:.2g}" for i in SHOWN_STEPS]
        for name, states in (("x, at the spread of finished latents", run.shrunk), ("the guess x0", run.guesses)):
            pictures = decode(it.pocket, states[list(SHOWN_STEPS), 0] / SIGMA_DATA)
            strips.append(Strip(pictures, words, f"{prompt[0]}; guidance {scale:g}: {name}"))
    return strips


def walk(it: Examined) -> list[Strip]:
    """Along the great circle from one seed's noise to another's."""
    strips = []
    for i, prompt in enumerate(captions(scenes_to_draw(3))):
        a, b = noise_of(2, 2 * i + 1).split(1)
        noise = torch.cat([slerp(a, b, part) for part in WALK])
        words = [f"seed {2 * i + 1}", *(f"{part:.1%}" for part in WALK[1:-1]), f"seed {2 * i + 2}"]
        strips.append(
            Strip(decode(it.pocket, sample_all(it.pocket, [prompt] * len(WALK), noise, How())), words, prompt)
        )
    return strips


def loras(it: Examined) -> list[Strip]:
    """The first scenes of each variant that no LoRA learned from, with and without; and four strides."""
    strips, noise = [], noise_of(COLUMNS)
    for name in (None, *TAUGHT):
        word = TAUGHT[name or next(iter(TAUGHT))][0]
        prompts = [VARIANTS[word].tell(full_caption(scene)) for scene in unseen(word, COLUMNS)]
        pictures = decode(it.pocket, sample_all(with_lora(it, name), prompts, noise, How()))
        strips.append(Strip(pictures, title=name or f"no LoRA, asked for a {word}"))
    prompts = captions(scenes_to_draw(COLUMNS))
    for name, title in ((None, "four steps at guidance 1, no LoRA"), (FOUR_STEPS, "four steps with the LoRA")):
        strips.append(Strip(decode(it.pocket, sample_all(with_lora(it, name), prompts, noise, STRIDING)), title=title))
    return strips


def round_trip(it: Examined) -> list[Strip]:
    """The first two scenes of each style that were held back from training."""
    first = it.held_back(1).start
    chosen = [
        i
        for style in ATTRIBUTES["style"]
        for i in [i for i in range(first, len(it.data.scenes)) if it.data.scenes[i].style == style][:2]
    ]
    pictures = it.data.images(chosen)
    loss = psnr(it.pocket[2].first_stage_model, pictures)
    again = decode(it.pocket, encode(it.pocket, pictures))
    return [
        Strip(pictures, title="drawn"),
        Strip(again, [f"{decibels:.1f} dB" for decibels in loss], "after the autoencoder's round trip"),
    ]


def words(it: Examined) -> list[Strip]:
    """Where each word looks in a finished picture that was noised again."""
    asked = captions(one_of_each_style())
    noise = noise_of(len(asked))
    latents = sample_all(it.pocket, asked, noise, How())
    maps = word_maps(it.pocket, latents, asked, MAP_TIMESTEP, noise)[PLACES]
    strips = []
    for picture, attention, prompt in zip(decode(it.pocket, latents), maps, asked, strict=True):
        places = words_that_point(prompt)
        heat = [overlay(picture, attention[:, place].view(PLACES, PLACES)) for place in places.values()]
        strips.append(Strip(torch.stack([picture, *heat]), ["", *places], prompt))
    return strips


def overlay(picture: Tensor, attention: Tensor, strength: float = 0.6) -> Tensor:
    """A map [row, column] in colours over a picture; its largest number is the brightest."""
    fine = F.interpolate(attention[None, None], size=picture.shape[-2:], mode="bilinear")[0, 0]
    heat = colour(fine, 0, float(attention.max()), FROM_ZERO).movedim(-1, 0) * 2 - 1
    return torch.lerp(picture.clamp(-1, 1), heat, strength)


SHEETS: dict[str, Callable[[Examined], list[Strip]]] = {
    "pocket_samples": samples,
    "pocket_scenes": scenes,
    "pocket_guidance": guidance,
    "pocket_pairs": pairs,
    "pocket_guesses": guesses,
    "pocket_walk": walk,
    "pocket_words": words,
    "pocket_loras": loras,
    "pocket_round_trip": round_trip,
}


@torch.no_grad()
def draw_sheets(it: Examined, folder: Path) -> Iterator[Path]:
    """Yields each file once it is written."""
    for name, strips in SHEETS.items():
        file = folder / f"{name}.jpg"
        save(sheet(strips(it)), file)
        yield file


def save(image: Image.Image, file: Path) -> None:
    """As good as a file of LARGEST_FILE bytes can be."""
    for quality in range(QUALITY, 0, -4):
        image.save(file, quality=quality, optimize=True)
        if file.stat().st_size <= LARGEST_FILE:
            return
