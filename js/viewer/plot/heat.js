// A heat map to point at: made with a document alone, it knows nothing of where it stands or what it shows.

import { onKey, setAttribute, setText } from "../elements/elements.js";
import { createPanel } from "../elements/panel.js";
import { createScale } from "../elements/scale.js";
import { term } from "../language/language.js";
import * as data from "./heat_data.js";
import { cellLabel, emptyHeat, heatLabel, readingOf, spokenCell } from "../words/heat.js";

const HEAT = {
  name: "heat", style: "heat", label: heatLabel, empty: emptyHeat, read: data.readHeat, recalled: data.recalled, build,
};

export const createHeat = (options) => createPanel(HEAT, options);

function build(scope, at) {
  const map = createMap(scope);
  const field = scope.make(
    "div",
    { class: "ds-heat-field", role: "slider", tabindex: 0, "aria-label": cellLabel() },
    map.element,
  );
  const scale = createScale(scope);
  const [what, key, name, group] = ["span", "span", "b", "span"].map((tag) => scope.make(tag, {}));
  setAttribute(key, "class", "ds-heat-key");
  const legend = scope.make("p", { class: "ds-heat-legend" }, what, scale.element, key);
  const figures = scope.make("p", { class: "ds-heat-figures" });
  const reading = scope.make("p", { class: "ds-heat-name" }, name, group);
  const words = scope.make("div", { class: "ds-heat-words" }, legend, reading, figures);
  for (const type of ["pointermove", "pointerdown"]) scope.on(map.area, type, point);
  onKey(scope, field, cellOfKey, go);

  function fill(heat) {
    setText(what, term(heat.legend));
    setText(key, term(heat.mark));
    scale.show({ low: 0, high: 1, label: term(heat.legend), colours: heat.colours });
    setAttribute(field, "aria-valuemax", heat.rows.length);
    map.paint(heat);
  }

  function draw(heat, state) {
    const cell = data.cellOf(state, heat);
    const value = data.valueAt(heat, cell.row, cell.column);
    const { name: row, group: part, pairs } = readingOf(heat, cell, value);
    map.mark(heat, cell);
    setText(name, row);
    setAttribute(name, "title", row);
    setText(group, part);
    figures.replaceChildren(...pairs.map(figureOf));
    setAttribute(field, "aria-valuemin", 1);
    setAttribute(field, "aria-valuenow", cell.row + 1);
    setAttribute(field, "aria-valuetext", spokenCell(heat, cell, value));
  }

  const figureOf = ([text, figure]) => scope.make("span", {}, text, " ", scope.make("b", {}, figure));

  function go(cell) {
    at.go(data.movedTo(at.shown(), cell));
  }

  function point(event) {
    const [heat, state] = [at.shown(), at.state()];
    const under = heat && !(event.buttons & ~1) ? map.under(event) : null;
    if (!under) return;
    const next = data.cellOf(under, heat);
    const now = data.cellOf(state, heat);
    if (state.down === null || next.row !== now.row || next.column !== now.column) go(next);
  }

  function cellOfKey({ key: pressed }) {
    const heat = at.shown();
    return heat && data.cellByKey(pressed, data.cellOf(at.state(), heat), heat);
  }

  return { parts: [field, words], focused: field, fill, draw };
}

/** The cells in colours, with the names of groups and columns round them, and a frame round the cell that is read. */
function createMap(scope) {
  const { window } = scope;
  const groups = scope.make("div", { class: "ds-heat-groups" });
  const canvas = scope.make("canvas", { class: "ds-heat-cells" });
  const [rules, edges, marks] = ["rules", "edges", "marks"].map((name) =>
    scope.draw("path", { class: `ds-heat-${name}` }),
  );
  const lines = scope.draw("svg", { class: "ds-heat-lines", preserveAspectRatio: "none" }, rules, edges, marks);
  const cursor = scope.make("div", { class: "ds-heat-cursor" });
  const area = scope.make("div", { class: "ds-heat-area" }, canvas, lines, cursor);
  const ticks = scope.make("div", { class: "ds-heat-ticks" });
  const across = scope.make("p", { class: "ds-heat-across" });
  const element = scope.make("div", { class: "ds-heat-map", "aria-hidden": "true" }, groups, area, ticks, across);

  function paint(heat) {
    const [rows, columns] = [heat.rows.length, heat.columns.length];
    Object.assign(canvas, { width: columns, height: rows });
    canvas.getContext("2d").putImageData(new window.ImageData(data.pixelsOf(heat), columns, rows), 0, 0);
    setAttribute(lines, "viewBox", `0 0 ${columns} ${rows}`);
    const runs = data.groupsOf(heat);
    setAttribute(rules, "d", runs.slice(1).map(({ start }) => `M0 ${start}H${columns}`).join(""));
    const strokes = heat.rows.map(({ mark: at }, row) => strokeAt(heat, at, row)).join("");
    for (const path of [edges, marks]) setAttribute(path, "d", strokes);
    groups.style.setProperty("--ds-longest", Math.max(...runs.map((run) => run.title.length)));
    groups.replaceChildren(...runs.map(titleOfGroup));
    ticks.replaceChildren(...data.ticksOf(heat).map(tickAt));
    setText(across, term(heat.across));
  }

  const strokeAt = (heat, at, row) => (at === null ? "" : `M${data.placeOf(heat, at).toFixed(3)} ${row}v1`);

  function titleOfGroup({ title, start, end }) {
    const element = scope.make("div", { title }, scope.make("span", {}, title));
    element.style.flexGrow = end - start;
    return element;
  }

  function tickAt({ text, share }) {
    const element = scope.make("span", {}, text);
    element.style.setProperty("--ds-share", share);
    return element;
  }

  function mark(heat, { row, column }) {
    const [rows, columns] = [heat.rows.length, heat.columns.length];
    const sides = { row: row / rows, rows: 1 / rows, column: column / columns, columns: 1 / columns };
    for (const [side, share] of Object.entries(sides)) cursor.style.setProperty(`--ds-${side}`, share);
  }

  /** Where the pointer is, as shares of the map, or null beside it. */
  function under({ clientX, clientY }) {
    const box = area.getBoundingClientRect();
    const right = (clientX - box.left) / box.width;
    const down = (clientY - box.top) / box.height;
    return right >= 0 && right <= 1 && down >= 0 && down <= 1 ? { right, down } : null;
  }

  return { element, area, paint, mark, under };
}
