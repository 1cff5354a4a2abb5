"""The nodes, in menu order."""

from comfy_api.latest import ComfyExtension, io

from .contact_sheet import DenoiscopeContactSheet
from .files import DenoiscopeLoadDeck, DenoiscopeSaveDeck
from .frames import DenoiscopeFrames
from .page import DenoiscopePage
from .pick_step import DenoiscopePickStep
from .pocket_model import DenoiscopePocketModel
from .record import DenoiscopeCollect, DenoiscopeKSampler, DenoiscopeRecord
from .viewer import DenoiscopeViewer

NODES: list[type[io.ComfyNode]] = [
    DenoiscopePocketModel,
    DenoiscopeKSampler,
    DenoiscopeRecord,
    DenoiscopeCollect,
    DenoiscopeViewer,
    DenoiscopePickStep,
    DenoiscopeFrames,
    DenoiscopeContactSheet,
    DenoiscopeSaveDeck,
    DenoiscopeLoadDeck,
    DenoiscopePage,
]


class DenoiscopeExtension(ComfyExtension):
    """What ComfyUI asks for the nodes."""

    async def get_node_list(self) -> list[type[io.ComfyNode]]:
        return NODES
