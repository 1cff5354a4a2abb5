// What the model has learned: one table of numbers by name. A page carries them in 8 bits, with one scale a row.

import { readTensors } from "./safetensors.mjs";

export const SCALE = ".scale";

/** Map from name to { shape, values }, all float32, of a file's bytes. */
export const readWeights = (buffer) => unpacked(readTensors(buffer)).tensors;

/**
 * What readTensors gives, in float32: beside a NAME.scale, a tensor is 8 bits times its rows' scales. Those are scaled
 * anew each time they are asked for: 8 bits take a quarter of the memory.
 */
export function unpacked({ metadata, tensors }) {
  const whole = new Map();
  for (const [name, { shape, values }] of tensors) {
    if (name.endsWith(SCALE)) continue;
    const scales = tensors.get(name + SCALE)?.values;
    whole.set(
      name,
      scales
        ? {
            shape,
            get values() {
              return scaled(values, scales);
            },
          }
        : { shape, values },
    );
  }
  return { metadata, tensors: whole };
}

function scaled(values, scales) {
  const row = values.length / scales.length;
  return Float32Array.from(values, (value, at) => value * scales[Math.floor(at / row)]);
}

/** What a file of the page's carries of these weights: bigger matrices in 8 bits. The same rounding as the page's. */
export function rounded({ shape, values }) {
  if (shape.length < 2 || values.length <= SMALL) return { shape, values };
  const row = values.length / shape[0];
  const result = new Float32Array(values.length);
  for (let start = 0; start < values.length; start += row) {
    const largest = values.subarray(start, start + row).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const scale = largest / 127 || 1;
    for (let at = start; at < start + row; at++) result[at] = Math.round(values[at] / scale) * scale;
  }
  return { shape, values: result };
}

/** Fewer numbers than this are not worth rounding. */
export const SMALL = 2048;
