"""The two sockets of the pack and what every node shares: its category."""

from comfy_api.latest import io

CATEGORY = "denoiscope"
Recording = io.Custom("DENOISCOPE_RECORDING")
DeckSocket = io.Custom("DENOISCOPE_DECK")
