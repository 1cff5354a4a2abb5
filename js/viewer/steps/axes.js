// The axes of the chart under the slider: how high a number stands, and which numbers are written beside it.

import { logHeight, logRange, share } from "./curves.js";
import { number } from "../words/numbers.js";

/** The curve of a live run keeps its place while it grows. */
const SPAN_EXPECTED = 500;

/** Numbers on one axis are at least this share of its length apart. */
const APART = 0.2;

/** How many parts the axis of steps has at most, and their lengths, each also times 10, 100 ... */
const PARTS = 6;
const STRIDES = [1, 2, 5];
const ROUND = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];

/**
 * An axis: place(value) is 0..1 from its floor to its top, null for what has no place; `marks` are the numbers written
 * beside it, { at, value }.
 * @typedef {{ place: (value: any) => ?number, marks: { at: number, value: number }[] }} Axis
 */

/**
 * From zero up, evenly.
 * @type {(top: number) => Axis}
 */
export function evenAxis(top) {
  const marks = [0, 0.5, 1].map((at) => ({ at, value: at * top }));
  return { place: (value) => share(value, top), marks };
}

/**
 * Of noise levels by their logarithm, zero on the floor: the highest, zero where it occurs, and powers of ten between.
 * @type {(sigmas: number[], growing: boolean) => Axis}
 */
export function logAxis(sigmas, growing) {
  const range = logRange(sigmas, growing ? SPAN_EXPECTED : 1);
  const place = (value) => logHeight(value, range);
  const decades = range.high > range.low ? powersOfTen(range) : [];
  const wanted = [range.high, ...(sigmas.includes(0) ? [0] : []), ...decades];
  return { place, marks: wanted.map((value) => ({ at: place(value), value })).reduce(withRoom, []) };
}

function powersOfTen({ low, high }) {
  const [last, first] = [Math.floor(Math.log10(high)), Math.ceil(Math.log10(low))];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => Number(`1e${last - at}`));
}

const withRoom = (kept, mark) => (kept.every(({ at }) => Math.abs(at - mark.at) >= APART) ? [...kept, mark] : kept);

/** The next round number that is not below the highest one. */
export function roundTop(highest) {
  const power = 10 ** Math.floor(Math.log10(highest));
  const top = ROUND.find((part) => part * power >= highest * (1 - 1e-9));
  return Number((top * power).toPrecision(3));
}

/** The steps that are written below the chart: the first, the last, and evenly between. */
export function stepMarks(steps) {
  if (steps === 0) return [0];
  const strides = [1, 10, 100, 1000, 10000].flatMap((power) => STRIDES.map((stride) => stride * power));
  const stride = strides.find((length) => steps / length <= PARTS) ?? steps;
  const even = Array.from({ length: Math.ceil(steps / stride) }, (_, at) => at * stride);
  return [...even.filter((step) => step === 0 || steps - step > stride / 2), steps];
}

/** A mark as it is written: a share of one in percent. */
export const markText = (value, shares) => (shares ? `${Math.round(100 * value)} %` : number(value));
