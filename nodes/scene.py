"""The node that draws a scene: a clean picture, its caption, and where its subject stands."""

import numpy as np
import torch
from comfy_api.latest import io, ui

from ..pocket.painting import SIZE
from ..pocket.scenes import ATTRIBUTES, SKY, Scene, draw_with_masks
from . import sampling_inputs as sampling
from .sockets import CATEGORY
from .widget_checks import check_widgets, checked

ANY = "any"

TOOLTIPS = {
    "subject": "What the picture is of. A sailboat needs the sea.",
    "place": "Where it stands.",
    "time": "The hour, and with it the light.",
    "style": "How it is painted.",
    "position": "Where in the picture it stands.",
    "colour": "The colour of its roof, its sails, its bands or its leaves. Only a tree is green, and no tree is blue.",
}


def wanted(*, seed: int | None = None, sky: str | None = None, **named: str | None) -> Scene:
    """Raises ValueError with what is wrong. What is linked and not there yet is None, and left to the seed."""
    from ..pocket.wishes import Wish, read_sky, wished_scene

    wishes: dict[str, Wish] = {name: value for name, value in named.items() if value not in (None, ANY)}
    if sky is not None and sky.strip().lower() != ANY:
        wishes["sky"] = read_sky(sky)
    return wished_scene(seed or 0, wishes)


class DenoiscopeScene(io.ComfyNode):
    """Words and a seed to IMAGE, STRING and MASK."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeScene",
            display_name="Drawn Scene",
            category=CATEGORY,
            description=(
                "Draws a scene such as the pocket model learned from: a clean picture of which every word and every "
                "place is known, for noising it, repainting it, or taking it through a VAE."
            ),
            search_aliases=["denoiscope", "load image", "test picture", "training picture", "sample image", "dataset"],
            is_output_node=True,
            inputs=[
                *(
                    io.Combo.Input(name, options=[ANY, *choices], default=ANY, tooltip=TOOLTIPS[name])
                    for name, choices in ATTRIBUTES.items()
                ),
                io.String.Input(
                    "sky",
                    default=ANY,
                    tooltip=(
                        f"What the sky holds, parted by commas: {', '.join(SKY)}. Empty for a bare sky, any for what "
                        "the seed chooses."
                    ),
                ),
                sampling.seed_input(
                    tooltip="Chooses everything that is left at any, and draws hills, clouds and birds somewhere else."
                ),
            ],
            outputs=[
                io.Image.Output(display_name="image", tooltip=f"The picture, {SIZE} x {SIZE} pixels."),
                io.String.Output(
                    display_name="prompt", tooltip="Everything in the picture, in words that the pocket model knows."
                ),
                io.Mask.Output(display_name="mask", tooltip="1 where the subject is seen, 0 everywhere else."),
            ],
        )

    @classmethod
    def validate_inputs(cls, **inputs) -> bool:
        """Before anything runs. It raises because ComfyUI would repeat a returned sentence once for each input."""
        check_widgets(cls.define_schema(), inputs)
        wanted(**inputs)
        return True

    @classmethod
    @checked
    def execute(cls, **inputs) -> io.NodeOutput:
        from ..pocket.captions import full_caption

        scene = wanted(**inputs)
        drawn, masks = draw_with_masks(scene, cells=SIZE)
        image = torch.from_numpy(np.asarray(drawn, np.float32) / 255)[None]
        mask = torch.from_numpy(masks[scene.subject].astype(np.float32))[None]
        return io.NodeOutput(image, full_caption(scene), mask, ui=ui.PreviewImage(image, cls=cls))
