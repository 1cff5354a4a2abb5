// A heat map as it came, where one stands in it, and every way to move: plain records in, plain records out.

import { refuseStrangers } from "../contract/contract.js";
import { coloursIn, painter } from "../drawing/colours.js";
import { heatRefusals } from "../words/heat.js";

const WHOLE = 1000;
const TICKS = 6;

/** Takes the payload of a node; refuses what it cannot show, in a sentence. */
export function readHeat(payload) {
  refuseStrangers("heat", payload, heatRefusals);
  if (!payload.rows?.length || !payload.columns?.length) throw new Error(heatRefusals.empty());
  const colours = coloursIn(payload.colours);
  return {
    title: "", subtitle: "", legend: "", mark: "", across: "", ...payload,
    colours: colours.length > 1 ? colours : ["#000000", "#ffffff"],
  };
}

/** 0 to 1 in a cell. A row may end early: its last value holds from there on. */
export const valueAt = (heat, row, column) => {
  const { values } = heat.rows[row];
  return values[Math.min(column, values.length - 1)] / WHOLE;
};

/** Runs of rows in one group: { title, start, end }, `end` being the row after the last. */
export function groupsOf(heat) {
  const groups = [];
  heat.rows.forEach(({ group }, row) => {
    if (groups.at(-1)?.title === group) groups.at(-1).end = row + 1;
    else groups.push({ title: group, start: row, end: row + 1 });
  });
  return groups;
}

/** Where a number stands among the columns, in columns from the left edge: 0.5 in the middle of the first. */
export function placeOf(heat, at) {
  const { columns } = heat;
  const right = columns.findIndex((column) => column >= at);
  if (right <= 0) return right === 0 ? 0.5 : columns.length - 0.5;
  return right - 0.5 + (at - columns[right - 1]) / (columns[right] - columns[right - 1]);
}

/** A few columns to write below the map, the first and the last among them. */
export function ticksOf({ columns }) {
  const last = columns.length - 1;
  const count = Math.min(TICKS, last);
  const chosen = count === 0
    ? [0]
    : Array.from({ length: count + 1 }, (_, index) => Math.round((index * last) / count));
  return [...new Set(chosen)].map((index) => ({ text: String(columns[index]), share: (index + 0.5) / columns.length }));
}

/** Every cell as four bytes, row after row, for a canvas of columns × rows. */
export function pixelsOf(heat) {
  const bytes = new Uint8ClampedArray(heat.rows.length * heat.columns.length * 4);
  const paint = painter({ colours: heat.colours });
  let at = 0;
  for (let row = 0; row < heat.rows.length; row++)
    for (let column = 0; column < heat.columns.length; column++) {
      paint(valueAt(heat, row, column), bytes, at);
      at += 4;
    }
  return bytes;
}

/** Where one stands, as shares of the map: another file has other rows. Null before anyone has pointed. */
export const START = Object.freeze({ down: null, right: null });

const share = (value) => (Number.isFinite(value) && value >= 0 && value <= 1 ? value : null);

/** What was remembered comes from storage: anything that is not as it should be is left out. */
export const recalled = (saved) => ({ down: share(saved?.down), right: share(saved?.right) });

const cell = (part, count) => Math.min(count - 1, Math.floor(part * count));

/** The cell where one stands; the first row and the middle column before anyone has pointed. */
export const cellOf = (state, heat) => ({
  row: cell(state.down ?? 0, heat.rows.length),
  column: cell(state.right ?? 0.5, heat.columns.length),
});

export function movedTo(heat, { row, column }) {
  const kept = (index, count) => (Math.max(0, Math.min(count - 1, index)) + 0.5) / count;
  return { down: kept(row, heat.rows.length), right: kept(column, heat.columns.length) };
}

/** The cell that a key leads to, or null for a key that does not move. Page keys go from group to group. */
export function cellByKey(key, { row, column }, heat) {
  const groups = groupsOf(heat);
  const own = groups.findIndex(({ start, end }) => start <= row && row < end);
  const group = (index) => groups[Math.max(0, Math.min(groups.length - 1, index))].start;
  const moves = {
    ArrowRight: { row, column: column + 1 },
    ArrowLeft: { row, column: column - 1 },
    ArrowDown: { row: row + 1, column },
    ArrowUp: { row: row - 1, column },
    PageDown: { row: group(own + 1), column },
    PageUp: { row: group(row > groups[own].start ? own : own - 1), column },
    Home: { row, column: 0 },
    End: { row, column: heat.columns.length - 1 },
  };
  return moves[key] ?? null;
}
