// Pointing at the stage: a drag scrubs, a click pins, resting on a cell enlarges it, arrows go from cell to cell.

import { neighbourCell } from "../deck/axes.js";
import { onKey } from "../elements/elements.js";

/** CSS pixels within which a press is a click and not a drag. */
const STILL = 4;

export function createPointing(scope, { element, preview, pick, scrub }) {
  let slots = [];
  let columns = 1;
  let current = 0;
  let from = null;

  const cellUnder = (target) => {
    const frame = target.closest?.(".ds-frame[tabindex]");
    return frame ? (slots.find((slot) => slot?.frame === frame) ?? null) : null;
  };

  /** The cells now on the stage; one of them is in the tab order, the others are an arrow away. */
  function over(cells, across) {
    if (cells !== slots) current = cells.findIndex((cell) => cell !== null);
    slots = cells;
    columns = across;
    rove(current);
  }

  function rove(to) {
    current = to;
    slots.forEach((cell, at) => cell?.reach(at === to));
  }

  /** Dragging across the whole width of the stage moves through the whole run, from wherever it stands. */
  scope.on(element, "pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary || event.target.closest("button, select")) return;
    from = { x: event.clientX, y: event.clientY, step: scrub.start(), cell: cellUnder(event.target), still: true };
    preview.hide();
    element.setPointerCapture(event.pointerId);
  });
  scope.on(element, "pointermove", (event) => {
    if (!from) return;
    from.still &&= Math.hypot(event.clientX - from.x, event.clientY - from.y) < STILL;
    if (from.still && from.cell) return;
    scrub.by(from.step, (event.clientX - from.x) / element.getBoundingClientRect().width);
  });
  scope.on(element, "pointerup", () => {
    const clicked = from?.still ? from.cell : null;
    from = null;
    if (clicked) press(clicked);
  });
  for (const end of ["pointercancel", "lostpointercapture"]) scope.on(element, end, () => (from = null));

  function press(cell) {
    rove(slots.indexOf(cell));
    pick(cell.index);
  }

  scope.on(element, "pointerover", (event) => {
    if (event.pointerType === "touch" || event.buttons !== 0) return;
    const cell = cellUnder(event.target);
    if (cell) preview.rest(cell);
    else if (!event.target.closest(".ds-alone")) preview.hide();
  });
  scope.on(element, "pointerleave", () => preview.hide());
  scope.on(element, "scroll", () => preview.hide());

  scope.on(element, "focusin", ({ target }) => {
    const cell = cellUnder(target);
    if (!cell) return;
    rove(slots.indexOf(cell));
    if (target.matches(":focus-visible")) preview.show(cell);
  });
  scope.on(element, "focusout", () => preview.hide());

  /** An arrow that leads to no cell stays here all the same: it should not move the slider. */
  function moveOf({ target, key, shiftKey }) {
    const cell = cellUnder(target);
    if (!cell || shiftKey) return null;
    if (key === "Enter" || key === " ") return () => press(cell);
    if (key === "Escape" && preview.isOpen()) return () => preview.hide();
    if (!key.startsWith("Arrow")) return null;
    const next = neighbourCell(slots, columns, slots.indexOf(cell), key);
    return () => slots[next]?.frame.focus();
  }
  onKey(scope, element, moveOf, (move) => move());

  return { over, touched: () => slots[current] ?? null };
}
