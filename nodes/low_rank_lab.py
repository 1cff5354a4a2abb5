"""The low-rank lab: a small update one can see, and a slider over its rank."""

from comfy_api.latest import io

from ..core.lora.low_rank_lab import PATTERNS, SIZES, lab_of
from .sockets import CATEGORY
from .widget_checks import check_widgets, checked


class DenoiscopeLowRankLab(io.ComfyNode):
    """A pattern, or a picture, to two factors at every rank."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeLowRankLab",
            display_name="Low-Rank Lab",
            category=CATEGORY,
            description=(
                "Takes a small update apart into two thin factors, which is what a LoRA is: slide the rank and see what"
                " it keeps, what it costs and what is left."
            ),
            search_aliases=["lora rank", "SVD", "singular values", "matrix factorization", "low-rank update"],
            is_output_node=True,
            inputs=[
                io.Image.Input(
                    "image",
                    optional=True,
                    tooltip='For the pattern "picture": how much lighter than its average each place of it is.',
                ),
                io.Combo.Input(
                    "pattern",
                    options=list(PATTERNS),
                    default="bolt",
                    tooltip="The update. Noise has no structure at all; the diagonal looks simple and is not.",
                ),
                io.Int.Input(
                    "size",
                    default=16,
                    min=SIZES[0],
                    max=SIZES[1],
                    tooltip="Rows and columns of the update: 16 make 256 numbers.",
                ),
                io.Int.Input(
                    "rank",
                    default=3,
                    min=0,
                    max=SIZES[1],
                    tooltip="The rank of the picture, and where the slider stands at first. Not above the size.",
                ),
                io.Float.Input(
                    "noise",
                    default=0.0,
                    min=0.0,
                    max=2.0,
                    step=0.05,
                    tooltip="Noise over the pattern, so many times as strong: a real update is never only a pattern.",
                ),
                io.Int.Input(
                    "seed",
                    default=0,
                    min=0,
                    max=0xFFFFFFFFFFFFFFFF,
                    control_after_generate=False,  # by its name alone it would be a new one after each run
                    tooltip="Which noise: over the pattern, as the pattern, and to compare with.",
                ),
                io.String.Input(
                    "save_page_as",
                    default="",
                    tooltip=(
                        "A name below ComfyUI's output folder, such as denoiscope/rank: saves the lab as a web page"
                        " that needs no ComfyUI. Empty saves nothing."
                    ),
                ),
            ],
            outputs=[
                io.Image.Output(
                    display_name="image", tooltip="The update, B, A, their product and what is left, at this rank."
                )
            ],
        )

    @classmethod
    def validate_inputs(cls, size: int | None = None, rank: int | None = None) -> bool | str:
        """A number that is linked comes as None, and is checked when it is there."""
        try:
            check_widgets(cls.define_schema(), {"size": size, "rank": rank})
        except ValueError as error:
            return str(error)
        if size is not None and rank is not None and rank > size:
            return f"rank must be 0..{size} for an update of {size} × {size}, got {rank}: lower it, or raise size"
        return True

    @classmethod
    @checked
    def execute(cls, pattern, size, rank, noise, seed, save_page_as, image=None) -> io.NodeOutput:
        from ..core.lora.low_rank_picture import low_rank_image
        from ..core.lora.low_rank_words import notes, sentence
        from ..core.telling.contract import RESULTS
        from ..core.telling.low_rank import low_rank_payload
        from ..core.telling.low_rank_page import low_rank_page
        from ..core.whole_file import write_text
        from ..host.files import output_place

        lab = lab_of(pattern, size=size, amount=noise, seed=seed, image=image)
        ui = {RESULTS.low_rank: [low_rank_payload(lab, rank)], "text": [sentence(lab, rank), *notes(lab)]}
        if save_page_as.strip():
            page, place = low_rank_page(lab, rank), output_place(save_page_as, ".html")
            ui[RESULTS.files] = [place.save(lambda draft: write_text(draft, page))]
        return io.NodeOutput(low_rank_image(lab, rank), ui=ui)
