// Every word that the pocket model knows, by its token: from pocket/ by `python dev.py live --sources`.

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

export const LITTLE_WORDS = [
  "a", "an", "and", "at", "in", "of", "on", "the", "with",
];

export const NEAR = {
  boats: "boat", castles: "castle", cliffs: "cliff", cottages: "cottage", deserts: "desert", fields: "field",
  hills: "hill", houses: "house", illustrations: "illustration", lighthouses: "lighthouse", meadows: "meadow",
  moons: "moon", oceans: "ocean", paintings: "painting", pencils: "pencil", pictures: "picture",
  sailboats: "sailboat", scenes: "scene", seas: "sea", suns: "sun", sunrises: "sunrise", sunsets: "sunset",
  trees: "tree", windmills: "windmill", balloons: "balloon", blueprints: "blueprint", dragons: "dragon",
  mosaics: "mosaic", rainbows: "rainbow", bird: "birds", cloud: "clouds", mountain: "mountains", star: "stars",
  sketches: "sketch", snowmen: "snowman", watercolor: "watercolour", daybreak: "dawn", morning: "dawn",
  noontime: "noon", evening: "dusk", sundown: "sunset", twilight: "dusk", midnight: "night", nighttime: "night",
  beach: "sea", seashore: "sea", seaside: "sea",
};
