"""The sockets of the pack, its category, and the inputs that several nodes share."""

from collections.abc import Callable

from comfy_api.latest import io

from ..core.showing.views import AS_TIME_ALLOWS, DECODED, EVERYTHING
from ..core.telling.prediction import OFF, PREDICTIONS

CATEGORY = "denoiscope"
Recording = io.Custom("DENOISCOPE_RECORDING")
DeckSocket = io.Custom("DENOISCOPE_DECK")
LoraSocket = io.Custom("DENOISCOPE_LORA")


class FileChoice(io.Combo.Input):
    """A choice among files. They are looked up whenever somebody asks for the list, and not while the node is declared:
    a folder that cannot be read must not keep the pack from loading.
    """

    def __init__(self, id: str, names: Callable[[], list[str]], *, tooltip: str):
        super().__init__(id, options=[], tooltip=tooltip)
        self.names = names

    def as_dict(self) -> dict:
        return super().as_dict() | {"options": self.names()}


def vae_input() -> io.Input:
    return io.Vae.Input(
        "vae", optional=True, tooltip="Decodes the pictures. Without it they are approximated, and marked so."
    )


def decode_input(default: str = EVERYTHING) -> io.Input:
    return io.Combo.Input(
        "decode",
        options=list(DECODED),
        default=default,
        advanced=True,
        tooltip=(
            "What the VAE decodes; the rest is approximated, and marked so. Less is quicker with a large VAE. "
            f"{AS_TIME_ALLOWS}: x0, then whatever takes a few seconds."
        ),
    )


def predict_input() -> io.Input:
    return io.Combo.Input(
        "predict",
        options=list(PREDICTIONS),
        default=OFF,
        optional=True,
        tooltip="Predict before you see. " + " ".join(f"{name}: {what}." for name, what in PREDICTIONS.items()),
    )


def lora_prefix_input() -> io.Input:
    return io.String.Input(
        "filename_prefix",
        default="",
        tooltip="A name below output/loras, where the stock loader finds it; a number is added. Empty: not saved.",
    )


def trajectory_input() -> io.Input:
    return io.Int.Input(
        "trajectory", default=0, min=0, max=4095, tooltip="Which trajectory of the deck, counted from 0."
    )
