"""The nodes, in menu order."""

from comfy_api.latest import ComfyExtension, io

from .attention import DenoiscopeAttention
from .chain_runs import DenoiscopeChainRuns
from .compare_runs import DenoiscopeCompareRuns
from .contact_sheet import DenoiscopeContactSheet
from .doctor import DenoiscopeDoctor
from .extract_lora import DenoiscopeExtractLora
from .fewer_bits import DenoiscopeFewerBits
from .files import DenoiscopeLoadDeck, DenoiscopeSaveDeck
from .forward import DenoiscopeForward
from .frames import DenoiscopeFrames
from .join_decks import DenoiscopeJoinDecks
from .load_lora import DenoiscopeLoadLora
from .lora_rank_sweep import DenoiscopeLoraRankSweep
from .lora_spectrum import DenoiscopeLoraSpectrum
from .low_rank_lab import DenoiscopeLowRankLab
from .measures import DenoiscopeMeasures
from .page import DenoiscopePage
from .pick_step import DenoiscopePickStep
from .pocket_lora import DenoiscopePocketLora
from .pocket_model import DenoiscopePocketModel
from .record import DenoiscopeCollect, DenoiscopeKSampler, DenoiscopeRecord
from .scene import DenoiscopeScene
from .schedule import DenoiscopeSchedule
from .seed_walk import DenoiscopeSeedWalk, DenoiscopeWalkNoise
from .sweep import DenoiscopeSweep
from .truncate_lora import DenoiscopeTruncateLora
from .viewer import DenoiscopeViewer

NODES: list[type[io.ComfyNode]] = [
    DenoiscopePocketModel,
    DenoiscopePocketLora,
    DenoiscopeScene,
    DenoiscopeKSampler,
    DenoiscopeRecord,
    DenoiscopeCollect,
    DenoiscopeSweep,
    DenoiscopeSeedWalk,
    DenoiscopeWalkNoise,
    DenoiscopeAttention,
    DenoiscopeForward,
    DenoiscopeSchedule,
    DenoiscopeLowRankLab,
    DenoiscopeLoadLora,
    DenoiscopeLoraSpectrum,
    DenoiscopeTruncateLora,
    DenoiscopeLoraRankSweep,
    DenoiscopeExtractLora,
    DenoiscopeFewerBits,
    DenoiscopeViewer,
    DenoiscopeJoinDecks,
    DenoiscopeChainRuns,
    DenoiscopeMeasures,
    DenoiscopeDoctor,
    DenoiscopeCompareRuns,
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
