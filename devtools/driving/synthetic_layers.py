"""Synthetic payloads with something laid over their pictures: where a word looks, and when each region settled."""

from PIL import Image

from denoiscope.core.drawing.colour import FROM_ZERO
from denoiscope.core.telling.settling import bands_payload

from .synthetic import SAMPLERS, STEPS, data_url, grid

WORDS = ("house", "<b>red</b> boat")
OWN = {"all layers": (0.5, 0.2), "4 × 2": (0.8, 0.1)}
COLUMNS, ROWS = 4, 2
MAP = "0258" * 2
"""Four columns and two rows; each region is 16 × 32 pixels of a picture of 64 × 64."""


def grey(word: int, state: int, column: int) -> int:
    """Each word, step and column has a grey of its own; the second word's is as bright as the first one's."""
    return 255 - 20 * state - 30 * column - 10 * word


def looked(deck: dict, *, columns: int = COLUMNS, rows: int = ROWS, present=None) -> dict:
    states = [len(trajectory["sigmas"]) for trajectory in deck["trajectories"]]
    sheet = Image.new("RGB", (columns * sum(states), rows * len(WORDS)))
    for word in range(len(WORDS)):
        for slot, state in enumerate(s for count in states for s in range(count)):
            for column in range(columns):
                level = max(0, grey(word, state, column % COLUMNS))
                sheet.paste(
                    (level,) * 3, (slot * columns + column, word * rows, slot * columns + column + 1, (word + 1) * rows)
                )
    there = {"columns": sum(states), "first": 0, "count": sum(states) * len(WORDS)}
    groups = [
        {"name": name, "layers": 3, "columns": columns, "rows": rows, "own": list(own)}
        | {"sheets": [{"source": data_url(f"{index}.png", sheet), **there}]}
        for index, (name, own) in enumerate(OWN.items())
    ]
    present = present or [[True] * (count - 1) + [False] for count in states]
    return deck | {"attention": {"words": list(WORDS), "colours": FROM_ZERO, "present": present, "groups": groups}}


def settles(trajectory: dict, cells: str = MAP, columns: int = 4) -> dict:
    """A trajectory with numbers of its own: layout settles at step 2, texture late."""
    steps = len(trajectory["sigmas"]) - 1
    falling = [1 - state / steps for state in range(steps + 1)]
    distance = {"layout": [x**3 for x in falling], "shapes": [x**2 for x in falling], "texture": falling}
    settled = {"layout": 2, "shapes": 5, "texture": 7, "whole": 6}
    settling = {"distance": distance | {"whole": falling}, "settled": settled}
    return trajectory | {"settling": settling | {"map": {"columns": columns, "rows": 2, "steps": cells}}}


def settling(deck: dict) -> dict:
    return deck | {
        "settling": bands_payload(),
        "trajectories": [settles(trajectory) for trajectory in deck["trajectories"]],
    }


def covered_grid() -> dict:
    """Sixteen cells, each under a fine map of when its regions settled."""
    fine = "".join("0123456789abcdef"[(k * 7) % 16] for k in range(32 * 32))
    deck = grid(data_url, STEPS, SAMPLERS, size=(128, 128), views=("x0",)) | {"settling": bands_payload()}
    deck["trajectories"] = [settles(trajectory, cells=fine, columns=32) for trajectory in deck["trajectories"]]
    for trajectory in deck["trajectories"]:
        trajectory["settling"]["map"]["rows"] = 32
    return deck


def looked_grid() -> dict:
    """Sixteen cells with the attention of two words at 16 x 16 places."""
    return looked(grid(data_url, STEPS, SAMPLERS, size=(128, 128), views=("x0",)), columns=16, rows=16)
