"""Who else has a hand in guidance: the functions that other packs, nodes and samplers put around it, by name."""

from collections.abc import Callable

from ..core.places import last_name

PACK = __name__.rpartition(".host.")[0]
SAMPLERS = "comfy.k_diffusion"
CFG_PP = "the CFG++ sampler, whose steps leave along the unconditional guess"


def foreign_functions(model_options: dict) -> list[Callable]:
    """Functions that replace or change the guided guess or the two predictions behind it, without the pack's own."""
    single = [model_options.get(key) for key in ("sampler_calc_cond_batch_function", "sampler_cfg_function")]
    lists = [model_options.get(key, []) for key in ("sampler_pre_cfg_function", "sampler_post_cfg_function")]
    found = [function for function in (*single, *lists[0], *lists[1]) if function is not None]
    return [function for function in found if not _is_ours(function)]


def names_of(functions: list[Callable]) -> tuple[str, ...]:
    """Each name once, as a person would look for it: the node's class and its file."""
    return tuple(dict.fromkeys(map(_name, functions)))


def _is_ours(function: Callable) -> bool:
    return (getattr(function, "__module__", None) or "").startswith(f"{PACK}.")


def _name(function: Callable) -> str:
    module = getattr(function, "__module__", None) or type(function).__module__
    if module.startswith(SAMPLERS):
        return CFG_PP
    owner = getattr(function, "__qualname__", type(function).__qualname__).split(".")[0]
    return f"{owner} ({last_name(module)})"
