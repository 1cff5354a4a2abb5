// Numbers of a chart as places on the field that paths are drawn on.

import { HEIGHT, WIDTH, dashesAt } from "../drawing/paths.js";

/** How much of its column in the rug a dash takes. */
const DASH_SHARE = 0.66;

const isNumber = (value) => value !== null && value !== undefined && Number.isFinite(value);

/**
 * 0 at the start of an axis of the payload, 1 at its end; zero stands on the floor of a log axis; null has no place.
 */
export function placeOf(value, { scale, low, high, floor = 0 }) {
  if (!isNumber(value)) return null;
  if (scale !== "log") return (value - low) / (high - low);
  if (value <= 0) return value === 0 ? 0 : null;
  return floor + (1 - floor) * (Math.log(value / low) / Math.log(high / low));
}

/** Where the points of a series stand in one panel, null for those that have no place. */
export function pointsOf(series, row, panel, across) {
  return series.values[row].map((value, index) => {
    const up = placeOf(value, panel);
    return up === null ? null : { x: placeOf(series.across[index], across) * WIDTH, y: (1 - up) * HEIGHT };
  });
}

/** Every point as a dash in column `column` of `columns`: seen together they show where the points crowd. */
export function rugOf(points, column, columns) {
  const wide = (DASH_SHARE * WIDTH) / columns;
  const left = ((column + 0.5) * WIDTH) / columns - wide / 2;
  return dashesAt(points.map((point) => point && { x: left, y: point.y }), wide);
}

/** The place in an ascending list that is nearest to a number. */
export function nearest(list, at) {
  let best = 0;
  for (let index = 1; index < list.length; index++)
    if (Math.abs(list[index] - at) < Math.abs(list[best] - at)) best = index;
  return best;
}
