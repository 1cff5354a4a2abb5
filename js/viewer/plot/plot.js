// A chart to point at: made with a document alone, it knows nothing of where it stands or what it shows.

import { onKey, setAttribute } from "../elements/elements.js";
import { createNotes, createPanel } from "../elements/panel.js";
import * as data from "./plot_data.js";
import { createPanels } from "./plot_panels.js";
import { createTable } from "./plot_table.js";
import { chartLabel, emptyChart, pointLabel, spokenPoint, wherePoint } from "../words/chart.js";

const CHART = {
  name: "chart", style: "plot", label: chartLabel, empty: emptyChart, read: data.readChart, recalled: data.recalled,
  build,
};

export const createPlot = (options) => createPanel(CHART, options);

function build(scope, at) {
  let lit = null;
  const panels = createPanels(scope);
  const field = scope.make(
    "div",
    { class: "ds-plot-field", role: "slider", tabindex: 0, "aria-label": pointLabel() },
    panels.element,
  );
  const table = createTable(scope, { toggle: (label) => at.go(data.toggled(at.state(), label)), light });
  const notes = createNotes(scope);
  const words = scope.make("div", { class: "ds-plot-words" }, table.element, notes.element);
  for (const type of ["pointermove", "pointerdown"]) scope.on(field, type, point);
  onKey(scope, field, stopOfKey, go);

  function fill(chart) {
    setAttribute(field, "aria-valuemax", chart.stops.length - 1);
    notes.write(chart.notes);
    panels.draw(chart);
    table.arrange(chart);
  }

  function draw(chart, state) {
    const stop = data.stopOf(state, chart);
    const readings = data.readingsAt(chart, stop);
    const shown = chart.series.map((series) => !state.hidden.includes(series.label));
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
    if (at.shown()) draw(at.shown(), at.state());
  }

  function go(stop) {
    at.go(data.movedTo(at.state(), at.shown(), stop));
  }

  function point(event) {
    const [chart, state] = [at.shown(), at.state()];
    const share = event.buttons & ~1 ? null : panels.shareAt(event);
    if (share === null || !chart) return;
    const stop = data.stopOf({ ...state, at: share }, chart);
    if (stop !== data.stopOf(state, chart) || state.at === null) go(stop);
  }

  function stopOfKey({ key }) {
    const chart = at.shown();
    return chart && data.stopByKey(key, data.stopOf(at.state(), chart), chart.stops.length);
  }

  return { parts: [field, words], focused: field, fill, draw };
}
