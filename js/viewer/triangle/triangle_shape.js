// Where the pictures of the CFG triangle stand, and the arrows between them that make the formula readable.

/** CSS pixels: the line below a picture that names it, the seams between pictures, where the signs stand. */
const LABEL = 20;
const SEAM = 26;
const GAP = { square: 30, triangle: 58, row: 44, pair: 36 };
const RAIL = 16;
const ARROW = 5;

/** Formula and sentence above the pictures, in a box of this width and more; else the sentence takes two lines. */
const WORDS = { roomy: 48, tight: 60, width: 600 };
const PANEL = 64;

/** An arrangement earlier in this list is taken before a later one that makes the pictures hardly larger. */
const ARRANGEMENTS = [triangle, square, row];
const HARDLY = 1.12;

/**
 * The arrangement whose pictures fill `width` by `height` best, all in CSS pixels from the left top of its box;
 * `aspect` is width / height of a picture.
 *
 * Returns { name, tile: { width, height }, box: { width, height }, words: where formula and sentence stand, corners:
 * { cond, uncond, difference, x0 }, the { x, y } of each picture, links: the arrows by name, each { path, head, sign },
 * head a path or null, sign { x, y } or null }.
 */
export function triangleShape({ width, height, aspect }) {
  const shapes = ARRANGEMENTS.map((arrange) => arrange({ width, height, aspect }));
  return shapes.reduce((best, shape) => (shape.tile.width > best.tile.width * HARDLY ? shape : best));
}

/** The two answers at the left, one above the other; their difference between them; and the guided guess at the tip. */
function triangle({ width, height, aspect }) {
  const tile = tileIn((width - 2 * GAP.triangle) / 3, (height - SEAM) / 2 - LABEL, aspect);
  const stride = tile.width + GAP.triangle;
  const below = tile.height + LABEL + SEAM;
  const middle = below - SEAM / 2;
  const raised = middle - Math.round(tile.height / 2);
  const rail = Math.round((raised + 2 * tile.height + LABEL + below) / 2);
  const entry = Math.round(raised + tile.height * 0.82);
  const tip = 2 * stride;
  const turn = tip - GAP.triangle / 2;
  return {
    name: "triangle",
    tile,
    box: { width: tip + tile.width, height: below + tile.height + LABEL },
    words: { x: stride, y: 0, width: stride + tile.width, height: raised - 4 },
    corners: { cond: at(0, 0), uncond: at(0, below), difference: at(stride, raised), x0: at(tip, raised) },
    links: {
      minus: link(`M${tile.width / 2} ${below - SEAM}V${below}`, null, at(tile.width / 2, middle)),
      equals: link(`M${tile.width / 2} ${middle}H${stride - ARROW}`, pointRight(stride, middle), null),
      times: link(`M${stride + tile.width} ${middle}H${tip - ARROW}`, pointRight(tip, middle), at(turn - 2, middle)),
      plus: link(
        `M${tile.width} ${rail}H${turn}V${entry}H${tip - ARROW}`, pointRight(tip, entry),
        at(stride + tile.width / 2, rail),
      ),
    },
  };
}

/** Left the two answers of the model, right what is made of them. */
function square({ width, height, aspect }) {
  const top = wordsIn(width);
  const tile = tileIn((width - GAP.square) / 2, (height - top - SEAM) / 2 - LABEL, aspect);
  const right = tile.width + GAP.square;
  const below = top + tile.height + LABEL + SEAM;
  const seam = below - SEAM / 2;
  const turn = tile.width + GAP.square / 2;
  const upper = top + tile.height / 2;
  const lower = below + tile.height / 2;
  const center = right + tile.width / 2;
  const box = { width: right + tile.width, height: below + tile.height + LABEL };
  return {
    name: "square",
    tile,
    box,
    words: above(width, box, top),
    corners: { cond: at(0, top), uncond: at(0, below), difference: at(right, top), x0: at(right, below) },
    links: {
      minus: link(`M${tile.width / 2} ${below - SEAM}V${below}`, null, at(tile.width / 2, seam)),
      equals: link(`M${tile.width / 2} ${seam}H${turn}V${upper}H${right - ARROW}`, pointRight(right, upper), null),
      times: link(`M${center} ${below - SEAM}V${below - ARROW}`, pointDown(center, below), at(center, seam - 2)),
      plus: link(`M${tile.width} ${lower}H${right - ARROW}`, pointRight(right, lower), at(turn - 2, lower)),
    },
  };
}

/** All in one row, for a stage that is wide and low; the unconditional guess goes round below. */
function row({ width, height, aspect }) {
  const top = wordsIn(width);
  const tile = tileIn((width - 3 * GAP.row) / 4, height - top - LABEL - RAIL, aspect);
  const stride = tile.width + GAP.row;
  const middle = top + Math.round(tile.height / 2);
  const foot = top + tile.height + LABEL;
  const rail = foot + RAIL / 2;
  const from = stride + tile.width / 2;
  const to = 3 * stride + tile.width / 2;
  const box = { width: 3 * stride + tile.width, height: foot + RAIL };
  return {
    name: "row",
    tile,
    box,
    words: above(width, box, top),
    corners: { cond: at(0, top), uncond: at(stride, top), difference: at(2 * stride, top), x0: at(3 * stride, top) },
    links: {
      minus: link(`M${tile.width} ${middle}H${stride}`, null, at(stride - GAP.row / 2, middle)),
      equals: link(`M${stride + tile.width} ${middle}H${2 * stride - ARROW}`, pointRight(2 * stride, middle), null),
      times: link(
        `M${2 * stride + tile.width} ${middle}H${3 * stride - ARROW}`, pointRight(3 * stride, middle),
        at(3 * stride - GAP.row / 2 - 2, middle),
      ),
      plus: link(`M${from} ${foot}V${rail}H${to}V${foot + ARROW}`, pointUp(to, foot), at((from + to) / 2, rail)),
    },
  };
}

/**
 * For a run in which the model was never asked without the prompt: the guesses that there are (`ids`), and the sentence
 * where the unconditional guess would stand: { panel: { x, y, width, height } }.
 */
export function pairShape({ width, height, aspect, ids }) {
  const top = WORDS.roomy / 2;
  const across = ids.length;
  const tile = tileIn((width - GAP.pair * (across - 1)) / across, height - top - 2 * LABEL - PANEL, aspect);
  const stride = tile.width + GAP.pair;
  const middle = top + Math.round(tile.height / 2);
  const foot = top + tile.height + LABEL;
  const box = { width: Math.min(width, Math.max(320, stride * across - GAP.pair)), height: foot + PANEL + LABEL };
  const left = Math.round((box.width - stride * across + GAP.pair) / 2);
  const equals = link(
    `M${left + tile.width} ${middle}H${left + stride - ARROW}`, pointRight(left + stride, middle), null,
  );
  return {
    name: "pair",
    tile,
    box,
    words: above(width, box, top),
    panel: { x: 0, y: foot, width: box.width, height: PANEL },
    corners: Object.fromEntries(ids.map((id, index) => [id, at(left + index * stride, top)])),
    links: across > 1 ? { equals } : {},
  };
}

function tileIn(across, down, aspect) {
  const width = Math.max(1, Math.floor(Math.min(across, down * aspect)));
  return { width, height: Math.max(1, Math.round(width / aspect)) };
}

const wordsIn = (width) => (width >= WORDS.width ? WORDS.roomy : WORDS.tight);

/** As wide as the stage, over a box in its middle. */
const above = (width, box, height) => ({ x: Math.round((box.width - width) / 2), y: 0, width, height });

const at = (x, y) => ({ x, y });

const link = (path, head, sign) => ({ path, head, sign });

const pointRight = (x, y) => `M${x} ${y}l${-ARROW - 1} ${-ARROW}v${2 * ARROW}z`;
const pointDown = (x, y) => `M${x} ${y}l${-ARROW} ${-ARROW - 1}h${2 * ARROW}z`;
const pointUp = (x, y) => `M${x} ${y}l${-ARROW} ${ARROW + 1}h${2 * ARROW}z`;
