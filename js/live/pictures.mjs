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

/** A picture that can be painted over with the finger: what is painted may change. mask() is null while nothing is. */
export function createMaskPad(scope, { label, clear, changed }) {
  const { make, on } = scope;
  const picture = make("canvas", { width: PICTURE_SIDE, height: PICTURE_SIDE });
  const veil = make("canvas", { width: SIDE, height: SIDE, class: "lv-veil" });
  const button = make("button", { type: "button", class: "lv-quiet" }, clear);
  const pad = make("div", { class: "lv-pad", role: "img", "aria-label": label }, picture, veil);
  const element = make("figure", { class: "lv-masking" }, pad, make("figcaption", {}, label, " ", button));
  const painted = new Float32Array(SIDE * SIDE);
  const context = veil.getContext("2d");
  let down = false;

  function paint(event) {
    if (!down) return;
    const box = veil.getBoundingClientRect();
    const [column, row] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height].map((part) =>
      Math.floor(part * SIDE),
    );
    for (let r = row - 1; r <= row + 1; r++)
      for (let c = column - 1; c <= column + 1; c++)
        if (r >= 0 && c >= 0 && r < SIDE && c < SIDE) painted[r * SIDE + c] = 1;
    draw();
  }

  function draw() {
    context.clearRect(0, 0, SIDE, SIDE);
    context.fillStyle = "#f08a24";
    painted.forEach((on, at) => on && context.fillRect(at % SIDE, Math.floor(at / SIDE), 1, 1));
    changed();
  }

  on(veil, "pointerdown", (event) => {
    down = true;
    veil.setPointerCapture(event.pointerId);
    paint(event);
  });
  on(veil, "pointermove", paint);
  for (const type of ["pointerup", "pointercancel"]) on(veil, type, () => (down = false));
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
