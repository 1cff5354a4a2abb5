// Numbers of a run as lines on the field that paths are drawn on.

import { HEIGHT, WIDTH, dotsAt, lineThrough } from "../drawing/paths.js";

/** What is left free above and below the lines, on the field. */
export const INSET = 4;

export const across = (step, steps) => (steps > 0 ? step / steps : 0);

/**
 * Lowest and highest σ above zero: zero has no place on a log scale and is drawn on the floor. `span` is how many
 * times the lowest goes into the highest at least, for a run whose low end is still to come.
 */
export function logRange(sigmas, span = 1) {
  const positive = sigmas.filter((sigma) => sigma !== null && sigma > 0);
  if (positive.length === 0) return { low: 1, high: 1 };
  const high = Math.max(...positive);
  return { low: Math.min(high / span, ...positive), high };
}

export function logHeight(sigma, { low, high }) {
  if (sigma === null || sigma === undefined) return null;
  if (sigma <= 0) return 0;
  return high > low ? 0.12 + 0.88 * (Math.log(sigma / low) / Math.log(high / low)) : 1;
}

export const highest = (numbers) => Math.max(0, ...numbers.filter((each) => each !== null && Number.isFinite(each)));

export function share(value, top) {
  if (!Number.isFinite(value)) return null;
  return top > 0 ? value / top : 0;
}

/** A path through heights 0..1, one a state; a null breaks the line. `where` says at which step a state stands. */
export const linePath = (heights, steps, where) => lineThrough(pointsOf(heights, steps, where));

export const dotsPath = (heights, steps) => dotsAt(pointsOf(heights, steps));

const pointsOf = (heights, steps, where = (state) => state) =>
  heights.map((height, state) =>
    (
      height === null
        ? null
      : { x: across(where(state), steps) * WIDTH, y: HEIGHT - INSET - height * (HEIGHT - 2 * INSET) }
    ),
  );

/** The step nearest to a place along the chart, 0..1. */
export const nearestStep = (fraction, steps) => Math.max(0, Math.min(steps, Math.round(fraction * steps)));
