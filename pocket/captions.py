"""What one could say about a scene: sentences and tag lists, with synonyms, often leaving something out."""

from random import Random

from .scenes import ATTRIBUTES, SKY, Scene

STYLE_TAGS = {
    "oil": ("oil painting",),
    "flat": ("flat illustration",),
    "neon": ("neon picture", "neon"),
    "sketch": ("pencil sketch", "sketch"),
}
PLACE_PHRASES = {
    "sea": ("on the sea", "at sea", "on the ocean"),
    "cliff": ("on a cliff", "on the cliff"),
    "hill": ("on a hill", "on the hill"),
    "meadow": ("in a meadow", "in a field"),
    "desert": ("in the desert", "in a desert"),
    "snow": ("in the snow", "in the snowy mountains"),
}
TIME_PHRASES = {
    "dawn": ("at dawn", "at sunrise"),
    "noon": ("at noon", "at midday"),
    "dusk": ("at dusk", "at sunset"),
    "night": ("at night",),
}
SKY_PHRASES = {
    "sun": ("the sun", "a sun"),
    "moon": ("a moon", "the moon"),
    "stars": ("stars",),
    "clouds": ("clouds",),
    "birds": ("birds",),
}
POSITION_PHRASES = {
    "left": ("on the left",),
    "centre": ("in the centre", "in the middle", "in the center"),
    "right": ("on the right",),
}
SYNONYMS = {"house": ("house", "cottage"), "sailboat": ("sailboat", "boat")}
LEFT_OUT = {"subject": 0.06, "place": 0.2, "time": 0.2, "style": 0.2, "position": 0.2, "colour": 0.3, "sky": 0.2}
"""How often a caption is silent about an attribute, so that the model also learns pictures nobody described fully."""


def with_article(phrase: str) -> str:
    return f"{'an' if phrase[0] in 'aeiou' else 'a'} {phrase}"


def full_caption(scene: Scene) -> str:
    """Everything about a scene in the plainest words."""
    style, thing = STYLE_TAGS[scene.style][0], f"{scene.colour} {scene.subject}"
    sky = f", with {' and '.join(SKY_PHRASES[name][0] for name in scene.sky)}" if scene.sky else ""
    where = f"{PLACE_PHRASES[scene.place][0]} {TIME_PHRASES[scene.time][0]}"
    return f"{with_article(style)} of a {thing} {where}{sky}, {POSITION_PHRASES[scene.position][0]}"


def write_caption(scene: Scene, random: Random) -> str:
    said = {name for name, chance in LEFT_OUT.items() if random.random() >= chance}
    thing = random.choice(SYNONYMS.get(scene.subject, (scene.subject,))) if "subject" in said else "scene"
    if "colour" in said and thing != "scene":
        thing = f"{scene.colour} {thing}"
    sky = random.sample(scene.sky, len(scene.sky)) if "sky" in said else []
    return (write_sentence if random.random() < 0.6 else write_tags)(scene, thing, sky, said, random)


def write_sentence(scene: Scene, thing: str, sky: list[str], said: set[str], random: Random) -> str:
    style = random.choice(STYLE_TAGS[scene.style])
    medium = with_article(style) if random.random() < 0.6 else style
    medium_first = random.random() < 0.65
    sentence = f"{medium} of " if "style" in said and medium_first else ""
    sentence += with_article(thing) if random.random() < 0.9 else thing
    settings = [
        random.choice(p[getattr(scene, n)]) for n, p in (("place", PLACE_PHRASES), ("time", TIME_PHRASES)) if n in said
    ]
    random.shuffle(settings)
    tail = []
    if sky:
        tail.append("with " + " and ".join(random.choice(SKY_PHRASES[name]) for name in sky))
    if "position" in said:
        tail.append(random.choice(POSITION_PHRASES[scene.position]))
    if "style" in said and not medium_first:
        tail.append(style)
    random.shuffle(tail)
    comma = ", " if random.random() < 0.8 else " "
    return comma.join([" ".join([sentence, *settings]), *tail])


def write_tags(scene: Scene, thing: str, sky: list[str], said: set[str], random: Random) -> str:
    tags = [thing, *sky]
    if "style" in said:
        tags.append(random.choice(STYLE_TAGS[scene.style]))
    for name, phrases in (("place", PLACE_PHRASES), ("time", TIME_PHRASES), ("position", POSITION_PHRASES)):
        if name in said:
            phrase = random.choice(phrases[getattr(scene, name)])
            tags.append(last_words(phrase) if name != "position" or random.random() < 0.5 else phrase)
    random.shuffle(tags)
    return ", ".join(tags)


def last_words(phrase: str) -> str:
    """A tag has no preposition and no article: 'in the snowy mountains' -> 'snowy mountains'."""
    return " ".join(word for word in phrase.split() if word not in ("on", "in", "at", "a", "the"))


def every_word() -> list[str]:
    """All words a caption can hold, in alphabetical order."""
    phrases = [*ATTRIBUTES["subject"], *ATTRIBUTES["colour"], *SKY, "scene with and of a an"]
    for table in (STYLE_TAGS, PLACE_PHRASES, TIME_PHRASES, SKY_PHRASES, POSITION_PHRASES, SYNONYMS):
        phrases += [phrase for options in table.values() for phrase in options]
    return sorted({word for phrase in phrases for word in phrase.split()})
