// Every word that the pocket model knows, by its token: from pocket/text.py by `python dev.py live --sources`.

export const VOCABULARY = [
  "<pad>", "<start>", "<end>", ",", "a", "an", "and", "at", "birds", "blue", "boat", "castle", "center", "centre",
  "cliff", "clouds", "cottage", "dawn", "desert", "dusk", "field", "flat", "green", "hill", "house", "illustration",
  "in", "left", "lighthouse", "meadow", "midday", "middle", "moon", "mountains", "neon", "night", "noon", "ocean",
  "of", "oil", "on", "painting", "pencil", "picture", "red", "right", "sailboat", "scene", "sea", "sketch", "snow",
  "snowy", "stars", "sun", "sunrise", "sunset", "the", "tree", "windmill", "with", "yellow", "autumn", "balloon",
  "blueprint", "dragon", "mosaic", "rainbow", "snowman", "watercolour",
];

export const FREE_WORDS = [
  "autumn", "balloon", "blueprint", "dragon", "mosaic", "rainbow", "snowman", "watercolour",
];
