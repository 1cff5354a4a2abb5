"""Which tensor of a LoRA file plays which role in which layer, by the endings of its key.

The endings are those that ComfyUI knows (kohya, diffusers, PEFT, Mochi, LyCORIS) and a few that it only warns about.
"""

from collections import defaultdict
from collections.abc import Mapping

from torch import Tensor

from .formats import DIFF, LORA, MID, Format
from .lora import Foreign, LoraLayer
from .products import LOHA, LOKR

UP_DOWN = {
    ".lora_up.weight": ".lora_down.weight",
    ".lora_B.weight": ".lora_A.weight",
    ".lora_B.default.weight": ".lora_A.default.weight",
    ".lora_linear_layer.up.weight": ".lora_linear_layer.down.weight",
    ".lora.up.weight": ".lora.down.weight",
    "_lora.up.weight": "_lora.down.weight",
    ".up.weight": ".down.weight",
    ".lora_B": ".lora_A",
}
"""The ending of up, and that of down beside it."""

PADDING = ".reshape_weight"
"""The ending of a shape to which a weight is enlarged, in LoRAs that give a model more inputs."""

ENDINGS = {
    **dict.fromkeys(UP_DOWN, "up"),
    **dict.fromkeys(UP_DOWN.values(), "down"),
    ".lora_mid.weight": "mid",
    ".alpha": "alpha",
    ".dora_scale": "dora",
    ".lora_magnitude_vector": "dora",
    ".lora_magnitude_vector.weight": "dora",
    ".lora_magnitude_vector.default.weight": "dora",
    **{f".hada_{role}": role for role in ("w1_a", "w1_b", "w2_a", "w2_b", "t1", "t2")},
    **{f".lokr_{role}": f"lokr_{role}" for role in ("w1", "w1_a", "w1_b", "w2", "w2_a", "w2_b", "t1", "t2")},
    **{f".{role}.weight": f"glora_{role}" for role in ("a1", "a2", "b1", "b2")},
    ".oft_blocks": "oft",
    ".oft_diag": "oft",
    ".oft_R.weight": "oft",
    ".rescale": "rescale",
    ".diff": "diff",
    ".diff_b": "bias",
    ".lora_B.bias": "bias",
    ".w_norm": "w_norm",
    ".b_norm": "b_norm",
    ".set_weight": "set",
    "_norm.scale": "set",
    PADDING: "padding",
}
"""Role of a tensor by the ending of its key; the longest that fits counts."""

REASONS = {
    "DoRA": "its length of each column depends on the weight that it changes",
    "GLoRA": "a part of it multiplies the weight that it changes",
    "OFT": "it turns the weight that it changes",
    "BOFT": "it turns the weight that it changes",
    "replaced weights": "they take the place of a weight, whatever it was",
}
CARRIED = {
    "bias": ("bias differences", "vectors, which have no rank"),
    "w_norm": ("norm differences", "vectors, which have no rank"),
    "b_norm": ("norm differences", "vectors, which have no rank"),
    "diff": ("vector differences", "vectors, which have no rank"),
    "set": ("replaced vectors", "they take the place of a vector, which has no rank"),
    "rescale": ("rescales without their rotation", "nothing reads them"),
    "lokr_t1": ("unused cores", "nothing reads them"),
    "alpha": ("alphas without an update", "nothing reads them"),
    "padding": ("paddings", "shapes that a weight is enlarged to"),
    "": ("unknown tensors", "nothing is known of them"),
}
"""Tensors that are not an update of a matrix, by role: they are carried along unchanged."""

OWN = {
    "up": LORA,
    "down": LORA,
    "mid": MID,
    "w1_a": LOHA,
    "w1_b": LOHA,
    "w2_a": LOHA,
    "w2_b": LOHA,
    "t1": LOHA,
    "t2": LOHA,
    **{f"lokr_{role}": LOKR for role in ("w1", "w1_a", "w1_b", "w2", "w2_a", "w2_b", "t2")},
    "diff": DIFF,
}
"""The format that a role belongs to."""

WHOLE = {LORA: ("up", "down"), MID: ("up", "down"), LOHA: ("w1_a", "w1_b", "w2_a", "w2_b")}
"""The roles that a format cannot do without."""

Roles = dict[str, tuple[str, Tensor]]
"""What one layer has: role to key and tensor."""


def parsed(tensors: Mapping[str, Tensor]) -> tuple[tuple[LoraLayer, ...], tuple[Foreign, ...]]:
    """The layers of a file, in its order, and all else that is in it, by kind.

    Raises ValueError, one sentence, for half a layer, for two of one name, and for parts that do not fit each other.
    """
    layers: list[LoraLayer] = []
    foreign: dict[tuple[str, bool, str], list[str]] = defaultdict(list)
    for name, roles in _by_layer(tensors).items():
        title = _refused(roles)
        if title:
            foreign[title, True, REASONS[title]].append(name)
            continue
        if updates := {role: OWN[role] for role in roles if role in OWN and not _is_vector(roles, role)}:
            layers.append(_layer(name, updates, roles))
        for role, (key, _) in roles.items():
            if role not in updates and not (role == "alpha" and updates):
                title, why = CARRIED[role]
                foreign[title, False, why].append(key)
    kinds = (Foreign(title=t, names=tuple(n), refused=r, why=w) for (t, r, w), n in foreign.items())
    return tuple(layers), tuple(kinds)


def split_key(key: str) -> tuple[str, str]:
    """A key's layer and the role of its tensor, "" where it is unknown."""
    ending = max((ending for ending in ENDINGS if key.endswith(ending)), key=len, default="")
    return (key.removesuffix(ending), ENDINGS[ending]) if ending else (key, "")


def _by_layer(tensors: Mapping[str, Tensor]) -> dict[str, Roles]:
    layers: dict[str, Roles] = defaultdict(dict)
    for key, tensor in tensors.items():
        name, role = split_key(key)
        if role in layers[name]:
            raise ValueError(f"{layers[name][role][0]!r} and {key!r} both claim to be {role} of one layer: remove one")
        layers[name][role] = key, tensor
    return layers


def _refused(roles: Roles) -> str:
    """What the layer is called if no ΔW can say what it does, else ""."""
    if "dora" in roles:
        return "DoRA"
    if any(role.startswith("glora") for role in roles):
        return "GLoRA"
    if "oft" in roles:
        return "BOFT" if roles["oft"][1].ndim == 4 else "OFT"
    return "replaced weights" if "set" in roles and not _is_vector(roles, "set") else ""


def _is_vector(roles: Roles, role: str) -> bool:
    """Whether a role that is a matrix in one file and a vector in another is a vector here."""
    return role in ("diff", "set") and roles[role][1].ndim < 2


def _layer(name: str, updates: Mapping[str, Format], roles: Roles) -> LoraLayer:
    formats = set(updates.values()) - ({LORA} if MID in updates.values() else set())
    if len(formats) > 1:
        titles = " and ".join(sorted(known.title for known in formats))
        raise ValueError(f"layer {name} is given twice, as {titles}: remove one")
    format = formats.pop()
    _check_whole(name, updates)
    alpha = roles.get("alpha")
    keys = {role.removeprefix("lokr_"): roles[role][0] for role in updates}
    return LoraLayer(
        name=name,
        format=format,
        parts={role.removeprefix("lokr_"): roles[role][1] for role in updates},
        keys=keys if alpha is None else {**keys, "alpha": alpha[0]},
        alpha=None if alpha is None else _alpha(*alpha),
    )


def _check_whole(name: str, updates: Mapping[str, Format]) -> None:
    """Nothing may lack what it is multiplied with; LoKr, whose parts vary, checks itself."""
    for format in updates.values():
        missing = [role for role in WHOLE.get(format, ()) if role not in updates]
        if missing:
            raise ValueError(f"layer {name} lacks {' and '.join(missing)}: the file is incomplete")


def _alpha(key: str, tensor: Tensor) -> float:
    if tensor.numel() != 1:
        raise ValueError(f"{key} must be one number, but has the shape {list(tensor.shape)}")
    return float(tensor)
