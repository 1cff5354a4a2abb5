// A chart to point at: made with a document alone, it knows nothing of where it stands or what it shows.

import { createBigView } from "../elements/big_view.js";
import { createScope, setAttribute, setText } from "../elements/elements.js";
import { iconButton } from "../elements/icons.js";
import { createKeeping } from "../elements/keeping.js";
import { term } from "../language/language.js";
import * as data from "./plot_data.js";
import { createPanels } from "./plot_panels.js";
import { createTable } from "./plot_table.js";
import { chartLabel, emptyChart, pointLabel, spokenPoint, wherePoint } from "../words/chart.js";
import { notesLabel } from "../words/run.js";
import { bigView, closeBigView } from "../words/viewer.js";

/**
 * `saved` is what an earlier chart gave to remember(place), called whenever the user has moved.
 *
 * Returns { element, show(payload), recall(place), shows(), destroy() }.
 */
export function createPlot({ document, saved, remember = () => {} }) {
  const scope = createScope(document);
  const keeping = createKeeping(scope, () => remember(data.remembered(state)));
  let state = data.recalled(saved);
  let chart = null;
  let lit = null;

  const title = scope.make("b", {});
  const subtitle = scope.make("span", {});
  const enlarge = iconButton(scope, "enlarge", bigView());
  const head = scope.make("header", { class: "ds-plot-head" }, scope.make("p", {}, title, subtitle), enlarge.element);
  const panels = createPanels(scope);
  const field = scope.make("div", { class: "ds-plot-field", role: "slider", tabindex: 0, "aria-label": pointLabel() }, panels.element);
  const table = createTable(scope, { toggle: (label) => settle(data.toggled(state, label)), light });
  const notes = scope.make("ul", { class: "ds-notes", "aria-label": notesLabel() });
  const words = scope.make("div", { class: "ds-plot-words" }, table.element, notes);
  const sentence = scope.make("p", { class: "ds-sentence" });
  const content = scope.make("div", { class: "ds-plot-content" }, head, field, words, sentence);
  const element = scope.make("section", { class: "denoiscope", "aria-label": chartLabel() }, content);
  const big = createBigView(scope, {
    element,
    content,
    opener: enlarge.element,
    focused: field,
    label: () => term(chart?.title) || chartLabel(),
    changed: (open) => enlarge.use(open ? "shrink" : "enlarge", open ? closeBigView() : bigView()),
  });

  scope.on(enlarge.element, "click", () => big.toggle());
  scope.on(field, "pointermove", point);
  scope.on(field, "pointerdown", point);
  scope.on(field, "keydown", onKey);
  empty(emptyChart());

  function empty(said) {
    chart = null;
    setAttribute(content, "data-state", "empty");
    setText(sentence, said);
  }

  function show(payload) {
    try {
      chart = data.readChart(payload);
    } catch (error) {
      return empty(error.message);
    }
    setAttribute(content, "data-state", "chart");
    setAttribute(element, "aria-label", chartLabel(term(chart.title)));
    setText(title, term(chart.title));
    setText(subtitle, chart.subtitle);
    setAttribute(field, "aria-valuemax", chart.stops.length - 1);
    notes.replaceChildren(...chart.notes.map((note) => scope.make("li", {}, note)));
    panels.draw(chart);
    table.arrange(chart);
    return draw();
  }

  function settle(next) {
    state = next;
    draw();
    keeping.soon();
  }

  function draw() {
    const stop = data.stopOf(state, chart);
    const readings = data.readingsAt(chart, stop);
    const shown = chart.series.map((one) => !state.hidden.includes(one.label));
    panels.move(chart, stop, readings);
    panels.show(shown, shown[lit] ? lit : null);
    table.read(chart, wherePoint(chart, stop), readings);
    table.show(shown);
    setAttribute(field, "aria-valuemin", 0);
    setAttribute(field, "aria-valuenow", stop);
    setAttribute(field, "aria-valuetext", spokenPoint(chart, stop, readings, shown));
  }

  function light(index) {
    lit = index;
    if (chart) draw();
  }

  function point(event) {
    const share = event.buttons & ~1 ? null : panels.shareAt(event);
    if (share === null || !chart) return;
    const stop = data.stopOf({ ...state, at: share }, chart);
    if (stop !== data.stopOf(state, chart) || state.at === null) settle(data.movedTo(state, chart, stop));
  }

  function onKey(event) {
    if (!chart || event.ctrlKey || event.metaKey || event.altKey) return;
    const stop = data.stopByKey(event.key, data.stopOf(state, chart), chart.stops.length);
    if (stop === null) return;
    event.preventDefault();
    event.stopPropagation();
    settle(data.movedTo(state, chart, stop));
  }

  function destroy() {
    big.close();
    keeping.end();
    scope.destroy();
    element.remove();
    chart = null;
  }

  return {
    element,
    show,
    destroy,
    shows: () => (chart ? "chart" : null),
    recall: (place) => {
      state = data.recalled(place);
      if (chart) draw();
    },
  };
}
