import assert from "node:assert/strict";
import test from "node:test";

import { painter, paletteOf } from "../../js/viewer/drawing/colours.js";

const SCALE = { low: -1, high: 1, colours: ["#0000ff", "#ffffff", "#ff0000"] };

const painted = (paint, value) => {
  const pixels = new Uint8ClampedArray(8);
  paint(value, pixels, 4);
  return [...pixels];
};

test("numbers become colours linearly, zero the middle one, and stay inside the scale", () => {
  const paint = painter(SCALE);
  const wanted = [
    [-1, 0, 0, 255], [0, 255, 255, 255], [1, 255, 0, 0], [0.5, 255, 128, 128], [-9, 0, 0, 255], [9, 255, 0, 0],
  ];
  for (const [value, ...colour] of wanted) assert.deepEqual(painted(paint, value), [0, 0, 0, 0, ...colour, 255]);
});

test("a colour that is none becomes grey", () => {
  const paint = painter({ ...SCALE, colours: ["url(https://example.com)", "#ffffff"] });
  assert.deepEqual(painted(paint, -1).slice(4), [136, 136, 136, 255]);
});

test("a palette goes in even strides from the first colour to the last", () => {
  const bytes = new Uint8Array(paletteOf(["#000000", "#ff0000", "#ffffff"], 5).buffer);
  const wanted = [[0, 0, 0], [128, 0, 0], [255, 0, 0], [255, 128, 128], [255, 255, 255]];
  assert.deepEqual([...bytes], wanted.flatMap((colour) => [...colour, 255]));
});
