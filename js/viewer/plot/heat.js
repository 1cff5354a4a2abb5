// A heat map to point at: made with a document alone, it knows nothing of where it stands or what it shows.

import { createBigView } from "../elements/big_view.js";
import { createScope, setAttribute, setText } from "../elements/elements.js";
import { iconButton } from "../elements/icons.js";
import { createKeeping } from "../elements/keeping.js";
import { createScale } from "../elements/scale.js";
import { term } from "../language/language.js";
import * as data from "./heat_data.js";
import { cellLabel, emptyHeat, heatLabel, readingOf, spokenCell } from "../words/heat.js";
import { bigView, closeBigView } from "../words/viewer.js";

/**
 * `saved` is what an earlier map gave to remember(place), called whenever the user has moved.
 *
 * Returns { element, show(payload), recall(place), shows(), destroy() }.
 */
export function createHeat({ document, saved, remember = () => {} }) {
  const scope = createScope(document);
  const { window } = scope;
  const keeping = createKeeping(scope, () => remember(state));
  let state = data.recalled(saved);
  let heat = null;

  const title = scope.make("b", {});
  const subtitle = scope.make("span", {});
  const enlarge = iconButton(scope, "enlarge", bigView());
  const head = scope.make("header", { class: "ds-plot-head" }, scope.make("p", {}, title, subtitle), enlarge.element);
  const groups = scope.make("div", { class: "ds-heat-groups" });
  const canvas = scope.make("canvas", { class: "ds-heat-cells" });
  const rules = scope.draw("path", { class: "ds-heat-rules" });
  const edges = scope.draw("path", { class: "ds-heat-edges" });
  const marks = scope.draw("path", { class: "ds-heat-marks" });
  const lines = scope.draw("svg", { class: "ds-heat-lines", preserveAspectRatio: "none" }, rules, edges, marks);
  const cursor = scope.make("div", { class: "ds-heat-cursor" });
  const area = scope.make("div", { class: "ds-heat-area" }, canvas, lines, cursor);
  const ticks = scope.make("div", { class: "ds-heat-ticks" });
  const across = scope.make("p", { class: "ds-heat-across" });
  const map = scope.make("div", { class: "ds-heat-map", "aria-hidden": "true" }, groups, area, ticks, across);
  const field = scope.make("div", { class: "ds-heat-field", role: "slider", tabindex: 0, "aria-label": cellLabel() }, map);
  const scale = createScale(scope);
  const key = scope.make("span", { class: "ds-heat-key" });
  const what = scope.make("span", {});
  const legend = scope.make("p", { class: "ds-heat-legend" }, what, scale.element, key);
  const name = scope.make("b", {});
  const group = scope.make("span", {});
  const figures = scope.make("p", { class: "ds-heat-figures" });
  const words = scope.make("div", { class: "ds-heat-words" }, legend, scope.make("p", { class: "ds-heat-name" }, name, group), figures);
  const sentence = scope.make("p", { class: "ds-sentence" });
  const content = scope.make("div", { class: "ds-heat-content" }, head, field, words, sentence);
  const element = scope.make("section", { class: "denoiscope", "aria-label": heatLabel() }, content);
  const big = createBigView(scope, {
    element,
    content,
    opener: enlarge.element,
    focused: field,
    label: () => term(heat?.title) || heatLabel(),
    changed: (open) => enlarge.use(open ? "shrink" : "enlarge", open ? closeBigView() : bigView()),
  });

  scope.on(enlarge.element, "click", () => big.toggle());
  scope.on(area, "pointermove", point);
  scope.on(area, "pointerdown", point);
  scope.on(field, "keydown", onKey);
  empty(emptyHeat());

  function empty(said) {
    heat = null;
    setAttribute(content, "data-state", "empty");
    setText(sentence, said);
  }

  function show(payload) {
    try {
      heat = data.readHeat(payload);
    } catch (error) {
      return empty(error.message);
    }
    setAttribute(content, "data-state", "heat");
    setAttribute(element, "aria-label", heatLabel(term(heat.title)));
    setText(title, term(heat.title));
    setText(subtitle, heat.subtitle);
    setText(across, term(heat.across));
    setText(what, term(heat.legend));
    setText(key, term(heat.mark));
    scale.show({ low: 0, high: 1, label: term(heat.legend), colours: heat.colours });
    setAttribute(field, "aria-valuemax", heat.rows.length);
    paint();
    return draw();
  }

  function paint() {
    const [rows, columns] = [heat.rows.length, heat.columns.length];
    canvas.width = columns;
    canvas.height = rows;
    canvas.getContext("2d").putImageData(new window.ImageData(data.pixelsOf(heat), columns, rows), 0, 0);
    setAttribute(lines, "viewBox", `0 0 ${columns} ${rows}`);
    const runs = data.groupsOf(heat);
    setAttribute(rules, "d", runs.slice(1).map(({ start }) => `M0 ${start}H${columns}`).join(""));
    const strokes = heat.rows.map(({ mark }, row) => (mark === null ? "" : `M${data.placeOf(heat, mark).toFixed(3)} ${row}v1`)).join("");
    setAttribute(edges, "d", strokes);
    setAttribute(marks, "d", strokes);
    groups.style.setProperty("--ds-longest", Math.max(...runs.map((run) => run.title.length)));
    groups.replaceChildren(...runs.map(titleOfGroup));
    ticks.replaceChildren(...data.ticksOf(heat).map(tickAt));
  }

  function titleOfGroup({ title: words, start, end }) {
    const made = scope.make("div", { title: words }, scope.make("span", {}, words));
    made.style.flexGrow = end - start;
    return made;
  }

  function tickAt({ text, share }) {
    const made = scope.make("span", {}, text);
    made.style.setProperty("--ds-share", share);
    return made;
  }

  function draw() {
    const cell = data.cellOf(state, heat);
    const value = data.valueAt(heat, cell.row, cell.column);
    cursor.style.setProperty("--ds-row", cell.row / heat.rows.length);
    cursor.style.setProperty("--ds-rows", 1 / heat.rows.length);
    cursor.style.setProperty("--ds-column", cell.column / heat.columns.length);
    cursor.style.setProperty("--ds-columns", 1 / heat.columns.length);
    const reading = readingOf(heat, cell, value);
    setText(name, reading.name);
    setAttribute(name, "title", reading.name);
    setText(group, reading.group);
    figures.replaceChildren(...reading.pairs.map(([text, figure]) => scope.make("span", {}, text, " ", scope.make("b", {}, figure))));
    setAttribute(field, "aria-valuemin", 1);
    setAttribute(field, "aria-valuenow", cell.row + 1);
    setAttribute(field, "aria-valuetext", spokenCell(heat, cell, value));
  }

  function settle(next) {
    state = next;
    draw();
    keeping.soon();
  }

  function point(event) {
    if (!heat || event.buttons & ~1) return;
    const box = area.getBoundingClientRect();
    const right = (event.clientX - box.left) / box.width;
    const down = (event.clientY - box.top) / box.height;
    if (!(right >= 0 && right <= 1 && down >= 0 && down <= 1)) return;
    const next = data.cellOf({ down, right }, heat);
    const now = data.cellOf(state, heat);
    if (state.down === null || next.row !== now.row || next.column !== now.column) settle(data.movedTo(heat, next));
  }

  function onKey(event) {
    if (!heat || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = data.cellByKey(event.key, data.cellOf(state, heat), heat);
    if (!next) return;
    event.preventDefault();
    event.stopPropagation();
    settle(data.movedTo(heat, next));
  }

  function destroy() {
    big.close();
    keeping.end();
    scope.destroy();
    element.remove();
    heat = null;
  }

  return {
    element,
    show,
    destroy,
    shows: () => (heat ? "heat" : null),
    recall: (place) => {
      state = data.recalled(place);
      if (heat) draw();
    },
  };
}
