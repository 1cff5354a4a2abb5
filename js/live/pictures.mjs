// A reader's own picture, or a drawn scene, as the model takes it: 128 x 128, and a mask of what may change.

import { PICTURE_SIDE } from "../pocket/autoencoder.mjs";
import { SIDE } from "../pocket/denoiser.mjs";

/** The largest square of an image, made small; { bitmap: a canvas, planes: [3, 128, 128] in -1..1 }. */
export async function squareOf(document, blob) {
  const bitmap = await document.defaultView.createImageBitmap(blob);
  const side = Math.min(bitmap.width, bitmap.height);
  const canvas = Object.assign(document.createElement("canvas"), { width: PICTURE_SIDE, height: PICTURE_SIDE });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  context.drawImage(
    bitmap,
    (bitmap.width - side) / 2,
    (bitmap.height - side) / 2,
    side,
    side,
    0,
    0,
    PICTURE_SIDE,
    PICTURE_SIDE,
  );
  bitmap.close();
  return { canvas, planes: planesOf(context.getImageData(0, 0, PICTURE_SIDE, PICTURE_SIDE)) };
}

export function planesOf({ data }) {
  const count = data.length / 4;
  return Float32Array.from({ length: 3 * count }, (_, i) => data[4 * (i % count) + Math.floor(i / count)] / 127.5 - 1);
}

const ARROWS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
/** Rows and columns to each side of the brush's middle. */
const BRUSH = 1;

/**
 * A picture that can be painted over with the finger, or with the arrow keys and the space bar: what is painted may
 * change. mask() is null while nothing is painted. `label`, `keys` and `clear` are words.
 */
export function createMaskPad(scope, { label, keys, clear, changed }) {
  const { make, on } = scope;
  const picture = make("canvas", { width: PICTURE_SIDE, height: PICTURE_SIDE });
  const veil = make("canvas", { width: SIDE, height: SIDE, class: "lv-veil" });
  const button = make("button", { type: "button", class: "lv-quiet" }, clear);
  const pad = make(
    "div",
    { class: "lv-pad", role: "application", tabindex: 0, "aria-label": label, "aria-description": keys, title: keys },
    picture,
    veil,
  );
  const told = make("p", { class: "lv-hint", role: "status" });
  const element = make("figure", { class: "lv-masking" }, pad, make("figcaption", {}, label, " ", button), told);
  const painted = new Float32Array(SIDE * SIDE);
  const context = veil.getContext("2d", { willReadFrequently: true });
  let down = false;
  /** Where the keys stand, [row, column]; null while the pad has not the focus. */
  let cursor = null;

  function paint(event) {
    if (!down) return;
    const box = veil.getBoundingClientRect();
    const parts = [(event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width];
    brush(parts.map((part) => Math.floor(part * SIDE)), 1);
  }

  /**
   * @param {number[]} place
   * @param {number} value
   */
  function brush([row, column], value) {
    for (let r = Math.max(0, row - BRUSH); r <= Math.min(SIDE - 1, row + BRUSH); r++)
      for (let c = Math.max(0, column - BRUSH); c <= Math.min(SIDE - 1, column + BRUSH); c++)
        painted[r * SIDE + c] = value;
    draw();
  }

  /** Arrows move, the space bar paints, and where all is painted takes it away. */
  function key(event) {
    const { key: name } = event;
    if (!cursor || !(name in ARROWS || name === " ")) return;
    event.preventDefault();
    const way = ARROWS[name] ?? [0, 0];
    cursor = cursor.map((at, axis) => Math.min(SIDE - 1, Math.max(0, at + way[axis])));
    if (name === " ") brush(cursor, painted[cursor[0] * SIDE + cursor[1]] ? 0 : 1);
    else draw();
    told.textContent = `${cursor[0] + 1}, ${cursor[1] + 1}${painted[cursor[0] * SIDE + cursor[1]] ? " ●" : ""}`;
  }

  function draw() {
    context.clearRect(0, 0, SIDE, SIDE);
    context.fillStyle = "#f08a24";
    painted.forEach((on, at) => on && context.fillRect(at % SIDE, Math.floor(at / SIDE), 1, 1));
    if (cursor) {
      context.fillStyle = "#1f6feb";
      context.fillRect(cursor[1], cursor[0], 1, 1);
    }
    changed();
  }

  on(veil, "pointerdown", (event) => {
    down = true;
    veil.setPointerCapture(event.pointerId);
    paint(event);
  });
  on(veil, "pointermove", paint);
  for (const type of ["pointerup", "pointercancel"]) on(veil, type, () => (down = false));
  on(pad, "keydown", key);
  on(pad, "focus", () => {
    cursor = [SIDE / 2, SIDE / 2];
    draw();
  });
  on(pad, "blur", () => {
    cursor = null;
    told.textContent = "";
    draw();
  });
  on(button, "click", () => {
    painted.fill(0);
    draw();
  });

  return {
    element,
    show: (canvas) => picture.getContext("2d").drawImage(canvas, 0, 0),
    mask: () => (painted.some(Boolean) ? painted.slice() : null),
  };
}
