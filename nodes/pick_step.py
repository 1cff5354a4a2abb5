"""One state of a deck as LATENT, with the SIGMAS that remain: to branch a run from its middle."""

from comfy_api.latest import io

from .sockets import CATEGORY, DeckSocket, trajectory_input
from .widget_checks import checked

STATE, GUESS = "noisy state", "guess"


class DenoiscopePickStep(io.ComfyNode):
    """DECK to the LATENT and SIGMAS of one state."""

    @classmethod
    def define_schema(cls) -> io.Schema:
        return io.Schema(
            node_id="DenoiscopePickStep",
            display_name="Pick Step",
            category=CATEGORY,
            description=(
                "Takes one state out of a run, so that another sampler goes on from there: change the prompt, the "
                "guidance, the sampler."
            ),
            search_aliases=["branch run", "continue sampling", "resume", "latent at step", "extract step"],
            inputs=[
                DeckSocket.Input("deck", tooltip="The run to take from."),
                trajectory_input(),
                io.Int.Input(
                    "state",
                    default=10,
                    min=-1,
                    max=100000,
                    tooltip="Which state: 0 is the starting noise (in forward noising the picture), -1 the last.",
                ),
                io.Combo.Input(
                    "what",
                    options=[STATE, GUESS],
                    default=STATE,
                    tooltip=(
                        "The noisy state goes on in a sampler without added noise (Disable Noise); the guess is a "
                        "clean latent."
                    ),
                ),
            ],
            outputs=[
                io.Latent.Output(display_name="latent", tooltip="The picked latent."),
                io.Sigmas.Output(
                    display_name="sigmas", tooltip="The noise levels that remain, for SamplerCustomAdvanced."
                ),
            ],
        )

    @classmethod
    @checked
    def execute(cls, deck, trajectory: int, state: int, what: str) -> io.NodeOutput:
        from ..core.recording.continuing import find_state, guess_latent, latent_to_continue, remaining_sigmas

        chosen = deck.trajectory(trajectory)
        found = find_state(chosen, state)
        latent = (latent_to_continue if what == STATE else guess_latent)(deck, chosen, found)
        return io.NodeOutput({"samples": latent}, remaining_sigmas(chosen, found))
