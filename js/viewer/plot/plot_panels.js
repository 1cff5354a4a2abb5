// The panels of a chart, one over another or side by side, with their lines, dots, rugs and the cursor through all.

import { columnAt, dotsAt, levelAt, lineThrough } from "../drawing/paths.js";
import { setAttribute } from "../elements/elements.js";
import { term } from "../language/language.js";
import { placeOf, pointsOf, rugOf } from "./plot_scale.js";
import { panelTitle } from "../words/chart.js";

/** Width of a dot in CSS pixels, by how many points a line has at most: in a crowd they shrink, then vanish. */
const DOTS = [[26, 5], [61, 4], [121, 3], [Infinity, 0]];
/** Width of a series' column in the rug, and of all of them together, in CSS pixels. */
const RUG = { column: 9, least: 18, most: 72 };

export function createPanels(scope) {
  const element = scope.make("div", { class: "ds-plot-panels", "aria-hidden": "true" });
  let panels = [];

  function draw(chart) {
    const points = Math.max(...chart.series.map((series) => series.across.length));
    element.style.setProperty("--ds-dot", `${DOTS.find(([most]) => points <= most)[1]}px`);
    panels = chart.panels.map((panel, row) => createPanel(scope, chart, panel, row));
    element.replaceChildren(...panels.map((panel) => panel.element));
  }

  const move = (chart, stop, readings) => panels.forEach((panel) => panel.move(chart.stops[stop], readings));

  const show = (shown, lit) => panels.forEach((panel) => panel.show(shown, lit));

  /** The share of the shared axis under a pointer, or null where it is over no panel. */
  function shareAt({ clientX, target }) {
    const area = target.closest?.(".ds-plot-area");
    const box = area?.getBoundingClientRect();
    return box?.width ? Math.max(0, Math.min(1, (clientX - box.left) / box.width)) : null;
  }

  return { element, draw, move, show, shareAt };
}

function createPanel(scope, chart, panel, row) {
  const points = chart.series.map((series) => pointsOf(series, row, panel, chart.across));
  const strands = chart.series.map((series, index) => createStrand(scope, series, points[index]));
  const cursor = scope.make("div", { class: "ds-cursor" });
  const field = svg(
    scope, "ds-plot-lines", ...grid(scope, panel, chart.across), ...strands.map((strand) => strand.line),
    ...strands.flatMap((strand) => strand.markers),
  );
  const area = scope.make(
    "div", { class: "ds-plot-area" }, field, ...panel.marks.map((mark) => wordsOfMark(scope, mark, panel)), cursor,
  );
  const dashes = panel.rug
    ? chart.series.map((series, index) => dash(scope, series, rugOf(points[index], index, points.length)))
    : [];
  const rug = panel.rug ? [svg(scope, "ds-plot-rug", ...dashes)] : [];
  const element = scope.make(
    "figure",
    { class: panel.rug ? "ds-plot-panel ds-plot-with-rug" : "ds-plot-panel" },
    scope.make(
      "figcaption", { class: "ds-plot-panel-title" },
      ...panelTitle(panel).map((text, index) => scope.make(index ? "span" : "b", {}, text)),
      scope.make("i", {}, term(panel.rug)),
    ),
    scope.make(
      "div", { class: "ds-plot-ups" }, ...panel.ticks.map((tick) => number(scope, tick, placeOf(tick.at, panel))),
    ),
    area,
    ...rug,
    scope.make(
      "div", { class: "ds-plot-acrosses" },
      ...chart.across.ticks.map((tick) => number(scope, tick, placeOf(tick.at, chart.across))),
    ),
    scope.make("p", { class: "ds-plot-across-title" }, chart.across.title),
  );
  element.style.setProperty(
    "--ds-rug-width", `${Math.max(RUG.least, Math.min(RUG.most, RUG.column * points.length))}px`,
  );

  function move(at, readings) {
    cursor.style.setProperty("--ds-at", placeOf(at, chart.across));
    readings.forEach(({ point }, index) =>
      strands[index].markers.forEach((marker) => setAttribute(marker, "d", dotsAt([points[index][point]]))),
    );
  }

  function show(shown, lit) {
    chart.series.forEach((_, index) => {
      for (const part of [strands[index].line, ...strands[index].markers, dashes[index]].filter(Boolean)) {
        setAttribute(part, "data-off", !shown[index]);
        setAttribute(part, "data-dim", lit !== null && lit !== index);
      }
    });
  }

  return { element, move, show };
}

/** Lines of SVG stay crisp at every zoom of ComfyUI's canvas. */
const svg = (scope, name, ...parts) =>
  scope.draw(
    "svg", { class: name, viewBox: "0 0 1000 100", preserveAspectRatio: "none", focusable: "false" }, ...parts,
  );

function grid(scope, panel, across) {
  const levels = panel.ticks.map((tick) =>
    scope.draw(
      "path",
      { class: tick.minor ? "ds-plot-rule ds-plot-minor" : "ds-plot-rule", d: levelAt(placeOf(tick.at, panel)) },
    ),
  );
  const columns = across.ticks.map((tick) =>
    scope.draw(
      "path",
      { class: tick.minor ? "ds-plot-rule ds-plot-minor" : "ds-plot-rule", d: columnAt(placeOf(tick.at, across)) },
    ),
  );
  const marks = panel.marks.map((mark) =>
    scope.draw("path", { class: "ds-plot-mark", d: levelAt(placeOf(mark.at, panel)) }),
  );
  return [...levels, ...columns, ...marks];
}

function wordsOfMark(scope, mark, panel) {
  const words = scope.make("span", { class: "ds-plot-mark-words" }, term(mark.text));
  words.style.setProperty("--ds-up", placeOf(mark.at, panel));
  return words;
}

function createStrand(scope, series, points) {
  const path = scope.draw(
    "path", { class: "ds-plot-through", d: lineThrough(points), "stroke-dasharray": series.dash.join(" ") || null },
  );
  const line = scope.draw(
    "g", { class: "ds-plot-strand" }, path, scope.draw("path", { class: "ds-plot-dots", d: dotsAt(points) }),
  );
  const markers = ["ds-plot-halo", "ds-plot-marker"].map((name) => scope.draw("path", { class: name }));
  for (const part of [line, ...markers]) part.style.setProperty("--ds-series", series.colour);
  return { line, markers };
}

function dash(scope, series, d) {
  const path = scope.draw("path", { class: "ds-plot-dash", d });
  path.style.setProperty("--ds-series", series.colour);
  return path;
}

function number(scope, tick, share) {
  const words = scope.make("span", { class: tick.minor ? "ds-plot-minor" : null }, tick.text.replace("-", "\u2212"));
  words.style.setProperty("--ds-share", share);
  return words;
}
