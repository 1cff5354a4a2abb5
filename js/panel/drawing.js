// The network as a drawing whose parts light up: what goes in, the U of its layers, and what comes out.

const WIDTH = 312;
const HEIGHT = 268;
/** By part, its boxes: left, top, width, height. The first one carries the word. */
const BOXES = {
  text: [[62, 6, 118, 26]],
  time: [[192, 6, 114, 26]],
  state: [[2, 112, 42, 30]],
  down: [
    [60, 72, 16, 110],
    [84, 92, 16, 70],
  ],
  middle: [[112, 112, 88, 30]],
  up: [
    [212, 92, 16, 70],
    [236, 72, 16, 110],
  ],
  guess: [[266, 112, 44, 30]],
  sampler: [[96, 196, 120, 24]],
  decoder: [[96, 238, 120, 24]],
};
/** Lines from place to place, by the part that they belong to. */
const LINES = {
  text: ["M92 32V92", "M121 32V54H68V72", "M150 32V112", "M172 32V54H220V92"],
  time: ["M292 32V48H156M244 48V72"],
  state: ["M44 127H60"],
  down: ["M76 127H84M100 127H112"],
  up: ["M200 127H212M228 127H236"],
  skip: ["M76 78C120 58 192 58 236 78", "M100 98C130 82 182 82 212 98"],
  guess: ["M252 127H266"],
  sampler: ["M288 142V208H216", "M96 208H23V142"],
  decoder: ["M300 142V250H216"],
};
/** Where the word of a part stands that has no box wide enough for it. */
const WORDS = { down: [80, 196], up: [232, 196], skip: [156, 62] };

/** `words` are those of the drawing by part; light(part) marks a part and gives null. */
export function createDrawing({ draw, make }, words) {
  const parts = Object.keys(words).map((part) => draw("g", { "data-part": part }, ...shapes(draw, part, words[part])));
  const said = Object.values(words).join(", ");
  const svg = draw("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": said }, ...parts);
  function light(part) {
    for (const each of parts) each.toggleAttribute("data-lit", each.getAttribute("data-part") === part);
    return null;
  }
  return { element: make("figure", { class: "dsp-drawing" }, svg), light };
}

function shapes(draw, part, word) {
  const boxes = BOXES[part] ?? [];
  const lines = (LINES[part] ?? []).map((d) => draw("path", { d }));
  const rects = boxes.map(([x, y, width, height]) => draw("rect", { x, y, width, height, rx: 4 }));
  const [x, y] = WORDS[part] ?? middleOf(boxes[0]);
  return [...lines, ...rects, draw("text", { x, y, "text-anchor": "middle" }, word)];
}

const middleOf = ([x, y, width, height]) => [x + width / 2, y + height / 2 + 4];
