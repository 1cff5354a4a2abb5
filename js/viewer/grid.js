// The grid whose equal cells fill a stage best.

const GAP = 6;
const SMALLEST = 64;

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
