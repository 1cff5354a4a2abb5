// A cell enlarged while it is pointed at: beside all cells, never over one, and out of the way of every press.

import { setAttribute, setText } from "../elements/elements.js";
import { drawPiece } from "../pictures/sight.js";
import { batchOf, costOf } from "../words/cells.js";
import { atStep } from "../words/run.js";

/** Milliseconds of rest before the first one appears; from cell to cell there is no wait. */
const REST = 160;
const MARGIN = 8;
const CAPTION = 60;

/** At most so many times the cell, or the picture's own size. */
const MOST = 3;

/** Less than this many times the cell is not worth covering anything. */
const WORTH = 1.4;

/**
 * Where an enlarged picture of one aspect goes: near `cell`, beside all `cells`, inside `room`, each { left, top,
 * width, height } in one scale. The largest of the four sides, at most `most` wide; null where no side has room for a
 * picture worth its place.
 */
export function beside({ cell, cells, room, aspect, most }) {
  const right = room.left + room.width;
  const bottom = room.top + room.height;
  const widthIn = (wide, high) => Math.floor(Math.min(wide - 2 * MARGIN, (high - 2 * MARGIN - CAPTION) * aspect, most));
  const sides = [
    { width: widthIn(right - cells.left - cells.width, room.height), left: () => cells.left + cells.width + MARGIN },
    { width: widthIn(cells.left - room.left, room.height), left: (width) => cells.left - MARGIN - width },
    { width: widthIn(room.width, bottom - cells.top - cells.height), top: () => cells.top + cells.height + MARGIN },
    { width: widthIn(room.width, cells.top - room.top), top: (width) => cells.top - MARGIN - CAPTION - width / aspect },
  ];
  const best = sides.reduce((one, other) => (other.width > one.width ? other : one));
  if (best.width < WORTH * cell.width) return null;
  const height = best.width / aspect + CAPTION;
  const centred = (start, length, size, first, last) =>
    Math.max(first + MARGIN, Math.min(last - MARGIN - size, start + (length - size) / 2));
  return {
    width: best.width,
    left: best.left ? best.left(best.width) : centred(cell.left, cell.width, best.width, room.left, right),
    top: best.top ? best.top(best.width) : centred(cell.top, cell.height, height, room.top, bottom),
  };
}

/** What all cells in a box take of the screen: not where they are scrolled out of sight. */
function boxAround(cells) {
  const seen = cells.parentElement.getBoundingClientRect();
  const boxes = [...cells.children].map((child) => child.getBoundingClientRect()).filter(({ width }) => width > 0);
  const left = Math.max(seen.left, Math.min(...boxes.map((box) => box.left)));
  const top = Math.max(seen.top, Math.min(...boxes.map((box) => box.top)));
  const right = Math.min(seen.right, Math.max(...boxes.map((box) => box.right)));
  const bottom = Math.min(seen.bottom, Math.max(...boxes.map((box) => box.bottom)));
  return { left, top, width: right - left, height: bottom - top };
}

/** The element stands in `room()`, an element that its place is reckoned in. */
export function createPreview(scope, { room }) {
  const canvas = scope.make("canvas", { width: 1, height: 1 });
  const name = scope.make("span", { class: "ds-preview-name" });
  const cost = scope.make("span", { class: "ds-preview-cost" });
  const element = scope.make("div", { class: "ds-preview", hidden: true, "aria-hidden": "true" }, canvas, name, cost);
  const context = canvas.getContext("2d");
  let shown = null;
  let waiting = 0;

  function rest(cell) {
    if (cell === shown) return;
    scope.window.clearTimeout(waiting);
    if (shown) show(cell);
    else waiting = scope.window.setTimeout(() => show(cell), REST);
  }

  function show(cell) {
    scope.window.clearTimeout(waiting);
    const place = cell.shows() && cell.element.isConnected ? placeFor(cell) : null;
    shown = place ? cell : null;
    setAttribute(element, "hidden", !place);
    if (!place) return;
    for (const side of ["left", "top", "width"]) element.style[side] = `${place[side]}px`;
    setText(cost, [costOf(cell.trajectory), batchOf(cell.trajectory)].filter(Boolean).join(" · "));
    paint();
  }

  /** ComfyUI's canvas scales what stands on it: the place is reckoned in the unscaled pixels of the room. */
  function placeFor(cell) {
    const box = room();
    const outer = box.getBoundingClientRect();
    const scale = outer.width / box.offsetWidth;
    const inRoom = ({ left, top, width, height }) => ({
      left: (left - outer.left) / scale, top: (top - outer.top) / scale, width: width / scale, height: height / scale,
    });
    const inner = cell.frame.getBoundingClientRect();
    const aspect = cell.canvas.width / cell.canvas.height;
    return beside({
      cell: inRoom(inner),
      cells: inRoom(boxAround(cell.element.parentElement)),
      room: { left: 0, top: 0, width: box.offsetWidth, height: box.offsetHeight },
      aspect,
      most: Math.max(cell.canvas.width, (MOST * inner.width) / scale),
    });
  }

  function paint() {
    if (!shown) return;
    const { width, height } = shown.canvas;
    if (!shown.shows()) return hide();
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    drawPiece(context, { bitmap: shown.canvas, x: 0, y: 0, width, height });
    setText(name, [shown.spoken, shown.standing && atStep(shown.standing)].filter(Boolean).join(" · "));
  }

  function hide() {
    scope.window.clearTimeout(waiting);
    shown = null;
    setAttribute(element, "hidden", true);
  }

  return { element, rest, show, paint, hide, isOpen: () => shown !== null };
}
