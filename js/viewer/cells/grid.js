// The sizes that fill a stage best: equal cells that wrap, or a field of columns and rows with heads.

const GAP = 6;
const SMALLEST = 64;
const SMALLEST_IN_FIELD = 56;

/** CSS pixels: the line of axis names, the head of a column, the head of a row above it, what a cell cost. */
export const NAMES = 18;
const COLUMN_HEAD = 22;
const ROW_HEAD = 20;
const ROW_HEAD_WIDEST = 132;
const LABEL = 26;
const COST = 18;

/** A cell of this width has room for what it cost. */
const ROOMY = 132;

/** Columns and cell width (CSS pixels) for `count` cells of one aspect (width / height), each with a label below. */
export function gridShape({ count, width, height, aspect, label = 0 }) {
  let best = { columns: 1, cell: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const across = (width - GAP * (columns - 1)) / columns;
    const down = ((height - GAP * (rows - 1)) / rows - label) * aspect;
    const cell = Math.floor(Math.min(across, down));
    if (cell > best.cell) best = { columns, cell };
  }
  return best.cell >= SMALLEST || count === 1 ? best : scrolling(width, count);
}

/** Too many cells to be seen at once: they keep a size worth looking at, and the stage scrolls. */
function scrolling(width, count) {
  const columns = Math.max(1, Math.min(count, Math.floor((width + GAP) / (SMALLEST + GAP))));
  return { columns, cell: Math.max(1, Math.floor((width - GAP * (columns - 1)) / columns)) };
}

/** Cells that wrap, with labels where there are several, and with what each cost where there is room: { roomy }. */
export function flowShape({ count, width, height, aspect, named }) {
  const label = count > 1 ? LABEL : 0;
  const room = { count, width, height: height - (named ? NAMES : 0), aspect };
  const roomy = count > 1 ? gridShape({ ...room, label: label + COST }) : null;
  return roomy?.cell >= ROOMY ? { ...roomy, roomy: true } : { ...gridShape({ ...room, label }), roomy: false };
}

/**
 * A field of columns × rows: the heads of rows stand to the left, `rowHead` wide, or each above its row, whichever
 * leaves the larger cells. Small cells keep a size worth looking at, and the stage scrolls, downwards rather than
 * sideways.
 */
export function fieldShape({ columns, rows, width, height, aspect, rowHead }) {
  const shape = (cost) => {
    const head = Math.min(rowHead, ROW_HEAD_WIDEST);
    const cellIn = (wide, high) =>
      Math.floor(Math.min((wide - GAP * (columns - 1)) / columns, (high / rows - GAP - cost) * aspect));
    const high = height - NAMES - COLUMN_HEAD - GAP;
    const left = cellIn(width - head - GAP, high);
    const above = cellIn(width, high - rows * (ROW_HEAD + GAP));
    const fitting = {
      columns, cell: Math.max(left, above), heads: left >= above ? "left" : "above", head, roomy: cost > 0,
    };
    if (fitting.cell >= SMALLEST_IN_FIELD) return fitting;
    const wide = cellIn(width - head - GAP, Infinity) >= SMALLEST_IN_FIELD;
    return { ...fitting, cell: SMALLEST_IN_FIELD, heads: wide ? "left" : "above" };
  };
  const roomy = shape(COST);
  return roomy.cell >= ROOMY ? roomy : shape(0);
}
