// One cell of the stage: its canvas, its label or the way to see it alone, its own step and its pin.

import { drawCover } from "../covers/covers.js";
import { setAttribute, setText } from "../elements/elements.js";
import { createIcon } from "../elements/icons.js";
import { drawPiece } from "../pictures/sight.js";
import { LETTERS, aloneLabel, batchOf, costOf, showAlone } from "../words/cells.js";

/**
 * `label` stands below the picture; without one a corner of the picture leads to it alone. Cells that can be pinned are
 * in reach of keys. choose(index): this one alone; null where there is no such choice. dress: { over, below }, elements
 * that stand on the picture and under it, or null.
 */
export function createCell(scope, { trajectory, index, label, spoken, choose, pinnable, dress = null }) {
  const canvas = scope.make("canvas", { width: 1, height: 1, role: "img" });
  const words = scope.make("p", { class: "ds-sentence", hidden: true });
  const tag = scope.make("span", { class: "ds-tag", "aria-hidden": "true" });
  const pin = scope.make("span", { class: "ds-pin", "aria-hidden": "true" });
  const frame = scope.make(
    "div", { class: "ds-frame", ...(pinnable && { role: "checkbox", tabindex: -1, "data-index": index }) }, canvas,
    words, tag, pin, ...worn(dress?.over),
  );
  const way = choose && wayAlone(scope, label, spoken);
  const cost = choose && scope.make("p", { class: "ds-cost", title: batchOf(trajectory) }, costOf(trajectory));
  const element = scope.make("figure", { class: "ds-cell" }, frame, ...(way ? [way, cost] : []), ...worn(dress?.below));
  const context = canvas.getContext("2d");
  const cell = {
    element, frame, canvas, trajectory, index, label, spoken, show, say, name, reach, shows: () => visible,
  };
  let visible = false;
  let drawn = null;
  if (way) scope.on(way, "click", () => choose(index));

  /** `piece.cover`, where there is one, lies over the picture. */
  function show(piece) {
    setAttribute(element, "data-waiting", !piece.bitmap);
    setAttribute(element, "data-says", false);
    setAttribute(words, "hidden", true);
    setAttribute(canvas, "hidden", false);
    if (piece.bitmap && !samePiece(piece, drawn)) draw(piece);
  }

  function draw(piece) {
    const { width, height } = piece;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    else context.clearRect(0, 0, width, height);
    drawPiece(context, piece);
    if (piece.cover) drawCover(context, piece.cover);
    drawn = piece;
    visible = true;
  }

  function say(text) {
    setText(words, text);
    setAttribute(words, "hidden", false);
    setAttribute(canvas, "hidden", true);
    setAttribute(element, "data-waiting", false);
    setAttribute(element, "data-says", true);
    visible = false;
    drawn = null;
  }

  /**
   * `rank`: 0 for A, 1 for B, -1 for neither; `own`: the step where the cell stands, where that is not the slider's.
   */
  function name({ text, own, heard, rank }) {
    if (way && label !== null) setText(way, text);
    setText(tag, own ?? "");
    setText(pin, LETTERS[rank] ?? "");
    setAttribute(element, "data-pin", LETTERS[rank]);
    setAttribute(pinnable ? frame : canvas, "aria-label", heard);
    if (pinnable) setAttribute(frame, "aria-checked", String(rank >= 0));
  }

  /** Whether the cell is the one of many that the tab key leads to. */
  function reach(near) {
    if (pinnable) setAttribute(frame, "tabindex", near ? 0 : -1);
    if (way && label === null) setAttribute(way, "tabindex", near ? 0 : -1);
  }

  return cell;
}

const worn = (element) => (element ? [element] : []);

function wayAlone(scope, label, spoken) {
  if (label !== null) return scope.make("button", { type: "button", class: "ds-label", title: showAlone() });
  return scope.make(
    "button", { type: "button", class: "ds-alone", title: showAlone(), "aria-label": aloneLabel(spoken), tabindex: -1 },
    createIcon(scope, "enlarge"),
  );
}

const samePiece = (one, other) =>
  other !== null && one.bitmap === other.bitmap && one.x === other.x && one.y === other.y && one.cover === other.cover;
