"""Words that people type and that mean just what a word of the model means: plurals, other spellings, synonyms."""

SINGULAR_KNOWN = (
    *("boat", "castle", "cliff", "cottage", "desert", "field", "hill", "house", "illustration", "lighthouse", "meadow"),
    *("moon", "ocean", "painting", "pencil", "picture", "sailboat", "scene", "sea", "sun", "sunrise", "sunset", "tree"),
    *("windmill", "balloon", "blueprint", "dragon", "mosaic", "rainbow"),
)
PLURAL_KNOWN = ("birds", "clouds", "mountains", "stars")
SAME = {
    "sketches": "sketch",
    "snowmen": "snowman",
    "watercolor": "watercolour",
    "daybreak": "dawn",
    "morning": "dawn",
    "noontime": "noon",
    "evening": "dusk",
    "sundown": "sunset",
    "twilight": "dusk",
    "midnight": "night",
    "nighttime": "night",
    "beach": "sea",
    "seashore": "sea",
    "seaside": "sea",
}
"""In a world of six places a beach is by the sea, and in one of four hours an evening is dusk."""
NEAR: dict[str, str] = (
    {f"{word}s": word for word in SINGULAR_KNOWN} | {word.removesuffix("s"): word for word in PLURAL_KNOWN} | SAME
)
"""The word of the model that stands for each. A number (two, three) has none: the model cannot count."""
