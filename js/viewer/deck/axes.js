// The cells of a deck by their place: one axis across, another down, and which cell is missing.

import { term } from "../language/language.js";

/**
 * Null where the deck has no axes, or where a cell has no place. Else the axes' names, their values across and down
 * (one axis: `down` is null), and every cell in reading order: { column, row, index }, index null where it is missing.
 */
export function fieldOf(deck) {
  const [across, down] = deck.axes ?? [];
  if (!across || deck.trajectories.some((trajectory) => trajectory.place?.length !== deck.axes.length)) return null;
  const indices = new Map(deck.trajectories.map((trajectory, index) => [keyOf(trajectory.place), index]));
  const rows = down ? down.values : [null];
  const cells = rows.flatMap((_, row) =>
    across.values.map((_, column) =>
      ({ column, row, index: indices.get(keyOf(down ? [column, row] : [column])) ?? null }),
    ),
  );
  return { across, down: down ?? null, cells };
}

const keyOf = (place) => place.join(" ");

/** "guidance 4, steps 8": a cell's place in words; its label where it has none. */
export function spokenPlace(deck, index) {
  const run = deck.trajectories[index];
  const known = deck.axes?.length > 0 && run.place?.length === deck.axes.length;
  return known ? deck.axes.map((axis, k) => spokenValue(axis, run.place[k])).join(", ") : run.label;
}

/** An axis on which several settings differ at once says of each value what it is. */
const spokenValue = ({ name, values, spoken }, at) => spoken?.[at] ?? nameWith(name, values[at]);

/** "guidance 4"; "seed 3" and not "seed seed 3", where the value says the name itself. */
const nameWith = (name, value) => (value.startsWith(name) || name === "stop" ? value : `${term(name)} ${value}`);

/** The word for a cell that stands alone: its value on the one axis there is, or its label. */
export function shortLabel(deck, index) {
  const run = deck.trajectories[index];
  return deck.axes?.length === 1 && run.place?.length === 1 ? deck.axes[0].values[run.place[0]] : run.label;
}

const STRIDES = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

/**
 * The position, in a list of cells laid `columns` to a row, that an arrow leads to; where a cell is missing (null), the
 * next one beyond it. Null for another key, and where there is none.
 */
export function neighbourCell(indices, columns, at, key) {
  if (!(key in STRIDES)) return null;
  const [across, down] = STRIDES[key];
  let column = at % columns;
  let row = Math.floor(at / columns);
  for (;;) {
    column += across;
    row += down;
    const next = row * columns + column;
    if (column < 0 || column >= columns || row < 0 || next >= indices.length) return null;
    if (indices[next] !== null) return next;
  }
}
