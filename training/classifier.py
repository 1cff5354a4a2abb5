"""A small network that reads a scene's attributes off a picture.

It is trained twice. One training lends its first feature maps to the decoder's polish. The other, the judge, never met
any part of the model, and knows the pairs that the model was not shown; all figures are its word.
"""

from collections.abc import Iterator
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from ..pocket.scenes import ATTRIBUTES, SKY, Scene
from .data import Dataset, WithPairs
from .run import Recipe, Training, quick

EYE = Recipe(steps=1000, batch=96, seed=5, warm_up=50, averaging=0.99)
JUDGE = replace(EYE, steps=800, seed=6)
PLAIN = ("blocks.0.0.", "attributes.", "sky.")
"""The layer that sees the picture, and those that answer."""


def block(before: int, after: int) -> nn.Sequential:
    layers = []
    for inputs, stride in ((before, 2), (after, 1)):
        layers += [nn.Conv2d(inputs, after, 3, stride, 1), nn.BatchNorm2d(after), nn.ReLU()]
    return nn.Sequential(*layers)


class Classifier(nn.Module):
    """Pictures [picture, rgb, row, column] to scores of each attribute's choices and of each thing in the sky."""

    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([block(3, 32), block(32, 64), block(64, 96), block(96, 160)])
        self.summary = nn.Sequential(nn.Flatten(), nn.Linear(160 * 16, 256), nn.ReLU(), nn.Dropout(0.2))
        self.attributes = nn.ModuleDict({name: nn.Linear(256, len(choices)) for name, choices in ATTRIBUTES.items()})
        self.sky = nn.Linear(256, len(SKY))

    def features(self, pictures: Tensor, blocks: int = 3) -> list[Tensor]:
        x, maps = F.avg_pool2d(pictures, 2), []
        for layer in self.blocks[:blocks]:
            x = layer(x)
            maps.append(x)
        return maps

    def forward(self, pictures: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        summary = self.summary(self.features(pictures, len(self.blocks))[-1])
        return {name: head(summary) for name, head in self.attributes.items()}, self.sky(summary)


class Eye(nn.Module):
    """A frozen classifier's feature maps."""

    def __init__(self, classifier: Classifier):
        super().__init__()
        self.classifier = classifier.train(False).requires_grad_(False)

    def forward(self, pictures: Tensor) -> list[Tensor]:
        return self.classifier.features(pictures)


def truth(scenes: tuple[Scene, ...]) -> tuple[dict[str, Tensor], Tensor]:
    """What the classifier should say: the number of each attribute's choice, and which things are in the sky."""
    attributes = {n: torch.tensor([choices.index(getattr(s, n)) for s in scenes]) for n, choices in ATTRIBUTES.items()}
    return attributes, torch.tensor([[float(name in s.sky) for name in SKY] for s in scenes])


def disturb(pictures: Tensor, numbers: torch.Generator) -> Tensor:
    """Blur half of the batches, shift brightness and contrast, add grain: a judge must bear a decoder's softness."""
    if torch.rand((), generator=numbers) < 0.5:
        pictures = F.interpolate(F.avg_pool2d(pictures, 2), scale_factor=2, mode="bilinear")

    def normal(*shape: int) -> Tensor:
        return torch.randn(shape, generator=numbers)

    n = len(pictures)
    return pictures * (1 + 0.1 * normal(n, 1, 1, 1)) + 0.05 * normal(n, 1, 1, 1) + 0.03 * normal(*pictures.shape)


def train(model: Classifier, run: Training, data: Dataset | WithPairs) -> Iterator[float]:
    """Yields the loss after every step until the last."""
    device = next(model.parameters()).device
    attributes, sky = truth(data.scenes)
    while run.progress < 1:
        numbers = run.numbers()
        index = torch.randint(data.for_training, (run.recipe.batch,), generator=numbers).sort().values
        pictures = disturb(data.images(index.numpy()), numbers).to(device).contiguous(memory_format=torch.channels_last)
        with quick(device):
            said, said_sky = model(pictures)
        loss = sum(F.cross_entropy(said[name].float(), attributes[name][index].to(device)) for name in ATTRIBUTES)
        yield run.learn(loss + 3 * F.binary_cross_entropy_with_logits(said_sky.float(), sky[index].to(device)))


@torch.no_grad()
def judge(model: Classifier, pictures: Tensor, scenes: tuple[Scene, ...]) -> dict[str, float]:
    """Share of pictures that show each wanted attribute, all six at once, each thing of the sky where wanted."""
    attributes, sky = truth(scenes)
    said, said_sky = model(pictures)
    right = torch.stack([said[name].argmax(1) == attributes[name] for name in ATTRIBUTES])
    scores = dict(zip(ATTRIBUTES, right.float().mean(1).tolist(), strict=True))
    scores["all six"] = right.all(0).float().mean().item()
    seen = (said_sky > 0).float()
    for i, name in enumerate(SKY):
        if sky[:, i].any():
            scores[f"{name} seen"] = (seen[:, i] * sky[:, i]).sum().item() / sky[:, i].sum().item()
        scores[f"{name} unasked"] = (seen[:, i] * (1 - sky[:, i])).sum().item() / max(1.0, (1 - sky[:, i]).sum().item())
    return {name: round(score, 4) for name, score in scores.items()}
