"""A scene of one's own: some of it wished for, the rest chosen by the seed, and none that the world does not have."""

from collections.abc import Mapping
from random import Random

from .scenes import ATTRIBUTES, SKY, Scene, check_attribute, check_sky, choose_scene, choose_sky

Wish = str | tuple[str, ...]

SKIES = {
    "dawn": ("sun", "moon", "clouds", "birds"),
    "noon": ("sun", "clouds", "birds"),
    "dusk": ("sun", "moon", "clouds", "birds"),
    "night": ("moon", "stars", "clouds"),
}
"""What the sky can hold at each hour."""


def wished_scene(seed: int, wishes: Mapping[str, Wish]) -> Scene:
    """The scene of a seed, with some attributes given: {"subject": "tree", "sky": ("sun",)}.

    What is not given stays as the seed has it wherever that fits what is. Raises ValueError for a word that the scenes
    do not know, and for wishes that no scene can fulfil together.
    """
    refuse_unknown(wishes)
    if reason := why_impossible(wishes):
        raise ValueError(reason)
    own, random, chosen = choose_scene(seed), Random(f"{seed} wishes"), dict(wishes)
    for name, choices in ATTRIBUTES.items():
        if name not in chosen:
            fitting = [choice for choice in choices if not why_impossible({**chosen, name: choice})]
            chosen[name] = getattr(own, name) if getattr(own, name) in fitting else random.choice(fitting)
    if "sky" not in chosen:
        chosen["sky"] = choose_sky(chosen["time"], random) if why_impossible({**chosen, "sky": own.sky}) else own.sky
    return Scene(**chosen, seed=seed)


def refuse_unknown(wishes: Mapping[str, Wish]) -> None:
    for name, wish in wishes.items():
        check_sky(wish) if name == "sky" else check_attribute(name, wish)


def why_impossible(wishes: Mapping[str, Wish]) -> str | None:
    """One sentence if these cannot be together in a scene, whatever the rest of it is."""
    subject, place, colour = (wishes.get(name) for name in ("subject", "place", "colour"))
    if place not in (None, "sea") and subject == "sailboat":
        return f"a sailboat cannot stand on the {place}: choose the place sea, or another subject"
    if colour == "green" and subject not in (None, "tree"):
        return f"a {subject} cannot be green, only a tree can: choose red, blue or yellow, or the subject tree"
    if colour == "blue" and subject == "tree":
        return "a tree cannot be blue: choose red, yellow or green, or another subject"
    return why_no_such_sky(wishes.get("sky", ()), wishes.get("time"))


def why_no_such_sky(sky: tuple[str, ...], time: str | None) -> str | None:
    if {"sun", "moon"} <= set(sky):
        return "the sun and the moon are not in the sky together here: leave one of them out"
    hours = [hour for hour, holds in SKIES.items() if set(sky) <= set(holds)]
    if not hours:
        return f"no hour has {' and '.join(sky)} in its sky together: stars are seen at night, birds and the sun by day"
    if time is not None and time not in hours:
        return f"the sky at {time} cannot hold {' and '.join(sky)}: it holds {', '.join(SKIES[time])}"
    return None


def read_sky(text: str) -> tuple[str, ...]:
    """What a list like "sun, birds" names, each once and in the order of the scenes; nothing for an empty one."""
    named = {word.strip().lower() for word in text.split(",")} - {""}
    check_sky(named)
    return tuple(name for name in SKY if name in named)
