// An update and its factors as they came, the rank one stands at, and what follows from both: plain records in and out.

import { refuseStrangers } from "../contract/contract.js";
import { labRefusals } from "../words/lab.js";

/** Takes the payload of a node or a page; refuses what it cannot show, in a sentence. */
export function readLab(payload) {
  refuseStrangers("lowRank", payload, labRefusals);
  if (!payload.update?.length || !payload.values?.length) throw new Error(labRefusals.empty());
  const [rows, columns, full] = [payload.update.length, payload.update[0].length, payload.values.length];
  return {
    title: payload.title ?? "",
    start: payload.rank,
    update: payload.update,
    up: payload.up,
    down: payload.down,
    rows,
    columns,
    full,
    cells: Math.max(rows, columns),
    values: payload.values,
    ranks: payload.ranks,
    entries: payload.entries,
    tiny: payload.rounding * Math.max(...payload.update.flat().map(Math.abs)),
    scales: payload.scales,
    notes: payload.notes ?? [],
  };
}

/** rank: where the user stands, null before; from: the rank of the node when that was. */
export const START = Object.freeze({ rank: null, from: null });

/** What was remembered comes from storage: anything that is not as it should be is left out. */
export function recalled(saved) {
  const known = [saved?.rank, saved?.from].every((rank) => Number.isInteger(rank) && rank >= 0);
  return known ? { rank: saved.rank, from: saved.from } : START;
}

/** The rank to show: the node's, until the user has moved, and again when the node brings another one. */
export function rankOf(state, lab) {
  return state.rank === null || state.from !== lab.start ? lab.start : within(state.rank, lab.full);
}

export const movedTo = (lab, rank) => ({ rank: within(rank, lab.full), from: lab.start });

const within = (rank, full) => Math.max(0, Math.min(full, rank));

/** B·A at a rank: rows of entries, from the first `rank` columns of B and rows of A. */
export function productOf({ up, down, columns }, rank) {
  return up.map((row) => {
    const sums = new Float64Array(columns);
    for (let k = 0; k < rank; k++)
      for (let column = 0; column < columns; column++) sums[column] += row[k] * down[k][column];
    return sums;
  });
}

/** ΔW − B·A; what is only rounding is zero. */
export function leftOf({ update, tiny }, product) {
  return update.map((row, index) =>
    row.map((entry, column) => {
      const left = entry - product[index][column];
      return Math.abs(left) < tiny ? 0 : left;
    }),
  );
}

/** Everything that a rank shows. B and A come cut to their rank. */
export function atRank(lab, rank) {
  const product = productOf(lab, rank);
  return {
    rank,
    update: lab.update,
    up: lab.up.map((row) => row.slice(0, rank)),
    down: lab.down.slice(0, rank),
    product,
    left: leftOf(lab, product),
  };
}

/** Where the factors hold as many numbers as the update itself, as a share of the full rank. */
export const breakEven = ({ entries, rows, columns, full }) => entries / (rows + columns) / full;

/**
 * What one points at: a row and a column of the update, and a direction, a column of B and row of A; null where none.
 */
export const NOWHERE = Object.freeze({ row: null, column: null, direction: null });

/** What lies under a cell of a matrix; nowhere beyond its numbers. */
export function pointedAt(lab, rank, matrix, row, column) {
  const [rows, columns] = { up: [lab.rows, rank], down: [rank, lab.columns] }[matrix] ?? [lab.rows, lab.columns];
  if (row < 0 || column < 0 || row >= rows || column >= columns) return NOWHERE;
  if (matrix === "up") return { row, column: null, direction: column };
  if (matrix === "down") return { row: null, column, direction: row };
  return { row, column, direction: null };
}

/** The entry that an arrow key leads to from what one points at, or null for another key. */
export function pointedByKey(key, lab, { row, column }) {
  const stride = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[key];
  if (!stride) return null;
  if (row === null || column === null) return { row: row ?? 0, column: column ?? 0, direction: null };
  return {
    row: within(row + stride[0], lab.rows - 1), column: within(column + stride[1], lab.columns - 1), direction: null,
  };
}

/** The rectangle { row, column, high, wide } that a matrix marks for what one points at, in cells; null for none. */
export function markIn(matrix, lab, rank, { row, column, direction }) {
  const [rows, columns] = { up: [lab.rows, rank], down: [rank, lab.columns] }[matrix] ?? [lab.rows, lab.columns];
  const [down, across] = { up: [row, direction], down: [direction, column] }[matrix] ?? [row, column];
  const beyond = (down ?? 0) >= rows || (across ?? 0) >= columns;
  if (beyond || (down === null && across === null)) return null;
  return { row: down ?? 0, column: across ?? 0, high: down === null ? rows : 1, wide: across === null ? columns : 1 };
}
