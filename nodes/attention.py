"""A prompt and a model whose recorded runs keep where each word is looked for."""

from comfy_api.latest import io

from .sockets import CATEGORY
from .widget_checks import checked, says


class DenoiscopeAttention(io.ComfyNode):
    """MODEL, CLIP and a prompt to a MODEL whose attention can be recorded, and the CONDITIONING that says the words."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopeAttention",
            display_name="Attention of a Word",
            category=CATEGORY,
            description=(
                "Keeps, for words of the prompt, where in the picture attention looks for them at every step: the"
                " viewer lays it over the pictures."
            ),
            search_aliases=["cross attention", "attention map", "daam", "word heatmap", "token attention", "clip"],
            inputs=[
                io.Model.Input(
                    "model",
                    tooltip=(
                        "A U-Net (the pocket model, SD 1.5, SDXL) or a transformer (SD 3.5, Flux, Qwen-Image, Z-Image,"
                        " Wan ...). Patch it first (LoRA)."
                    ),
                ),
                io.Clip.Input("clip", tooltip="Encodes the prompt, and tells which of its tokens make a word."),
                io.String.Input(
                    "text",
                    multiline=True,
                    dynamic_prompts=True,
                    tooltip="The prompt, as in CLIP Text Encode, weights such as (word:1.3) included.",
                ),
                io.String.Input(
                    "words",
                    default="",
                    tooltip=(
                        "Words or phrases of the prompt, parted by commas: house, red boat. Empty: every word, at most"
                        " 16. Each costs memory at every step."
                    ),
                ),
            ],
            outputs=[
                io.Model.Output(
                    display_name="model",
                    tooltip="For Record Denoising, KSampler with Deck or Sweep: their decks keep the attention.",
                ),
                io.Conditioning.Output(
                    display_name="positive", tooltip="The encoded prompt: the sampler's positive input."
                ),
                io.String.Output(display_name="report", tooltip="The tokens of each word, and where they stand."),
            ],
        )

    @classmethod
    def validate_inputs(cls, words: str | None = None) -> bool | str:
        from ..core.recording.word_places import listed_words

        return says(cls, listed_words, words=words)

    @classmethod
    @checked
    def execute(cls, model, clip, text: str, words: str) -> io.NodeOutput:
        from ..host.attention import with_attention
        from ..host.attention_words import marked_prompt

        watched = with_attention(model)
        conditioning, places = marked_prompt(clip, text, words)
        return io.NodeOutput(watched, conditioning, places.report(), ui={"text": [places.report()]})
