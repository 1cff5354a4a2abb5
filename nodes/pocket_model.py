"""The node that brings the pocket model."""

from comfy_api.latest import io


class DenoiscopePocketModel(io.ComfyNode):
    @classmethod
    def define_schema(cls):
        return io.Schema(
            node_id="DenoiscopePocketModel",
            display_name="Pocket Model",
            category="denoiscope",
            description=(
                "A whole latent diffusion model in a few megabytes, trained on drawn scenes: small enough to watch on "
                "any computer, and built from the same three parts as the big ones."
            ),
            search_aliases=[
                "denoiscope",
                "tiny model",
                "small checkpoint",
                "load checkpoint",
                "demo model",
                "teaching model",
            ],
            outputs=[
                io.Model.Output(
                    display_name="MODEL",
                    tooltip="The denoiser: a U-Net that looks at a noisy latent of 16 x 16 x 8 numbers "
                    "and says which part is noise.",
                ),
                io.Clip.Output(
                    display_name="CLIP",
                    tooltip="The text encoder: turns each word it knows into 128 numbers for the denoiser to look up. "
                    "Words it does not know are left out and named on the node that encodes the prompt.",
                ),
                io.Vae.Output(
                    display_name="VAE",
                    tooltip="The autoencoder: pictures of 128 x 128 pixels to latents of 16 x 16, and back.",
                ),
            ],
        )

    @classmethod
    def execute(cls) -> io.NodeOutput:
        from ..host.pocket import build_pocket_model

        return io.NodeOutput(*build_pocket_model())
