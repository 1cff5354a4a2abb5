// What stands round the cells of a deck with axes: names of axes, heads of columns and rows, empty places.

import { term } from "../language/language.js";
import { notRun, waiting } from "../words/cells.js";

/** A line with the name of each axis and the way it runs. */
export function axisNames(scope, { across, down }) {
  const name = (axis, way) =>
    scope.make("span", { class: "ds-axis" }, scope.make("span", { class: "ds-way" }, way), ` ${term(axis.name)}`);
  return scope.make("p", { class: "ds-axes" }, ...(down ? [name(down, "↓")] : []), name(across, "→"));
}

/** The heads and cells of two axes, in the order of a CSS grid that has a column for the heads of rows. */
export function withHeads(scope, { across, down }, cells) {
  const head = (kind, text) =>
    scope.make("span", { class: `ds-axis-head ${kind}`, title: text }, scope.make("span", {}, text));
  const columns = across.values.length;
  const rows = down.values.flatMap((value, row) =>
    [head("ds-row", value), ...cells.slice(row * columns, (row + 1) * columns)],
  );
  return [head("ds-axis-corner", ""), ...across.values.map((value) => head("ds-column", value)), ...rows];
}

/** The place of a cell that is not there, labelled where no head says which it is. */
export function createGap(scope, { label, live }) {
  const words = scope.make("p", { class: "ds-sentence" }, live ? waiting() : notRun());
  const name = label === null ? [] : [scope.make("span", { class: "ds-label" }, label)];
  return scope.make("figure", { class: "ds-cell ds-gap" }, scope.make("div", { class: "ds-frame" }, words), ...name);
}

/** Width of the longest head in CSS pixels, in the letters of `element` as viewer.css sets heads. */
export function widestHead(scope, element, texts) {
  const pen = scope.make("canvas").getContext("2d");
  pen.font = `600 11px ${scope.window.getComputedStyle(element).fontFamily}`;
  return Math.ceil(Math.max(...texts.map((text) => pen.measureText(text).width)));
}
