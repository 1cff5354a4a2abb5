// Legend and numbers in one table: a row for each series, a column for each panel; a row's name switches its lines.

import { setAttribute, setText } from "../elements/elements.js";
import { term } from "../language/language.js";
import { columnHead } from "../words/chart.js";
import { number } from "../words/numbers.js";
import { stepOf } from "../words/run.js";

/** toggle(label) switches a series, light(index | null) brings one to the front. */
export function createTable(scope, { toggle, light }) {
  const head = scope.make("tr", {});
  const body = scope.make("tbody", {});
  const element = scope.make("table", { class: "ds-plot-series-table" }, scope.make("thead", {}, head), body);
  let rows = [];
  let where = null;

  function arrange(chart) {
    where = scope.make("th", { scope: "col", class: "ds-plot-where" });
    const names = chart.panels.map((panel) =>
      scope.make("th", { scope: "col", title: term(panel.title) }, columnHead(panel)),
    );
    const own = chart.across.shares ? [scope.make("th", { scope: "col" }, term(chart.across.point))] : [];
    head.replaceChildren(where, ...own, ...names);
    rows = chart.series.map((series, index) => createRow(series, index, chart));
    body.replaceChildren(...rows.map((row) => row.element));
  }

  function createRow(series, index, chart) {
    const swatch = scope.draw(
      "svg", { class: "ds-plot-swatch", viewBox: "0 0 28 8", "aria-hidden": "true" },
      scope.draw("path", { d: "M0 4h28", "stroke-dasharray": series.dash.join(" ") || null }),
    );
    const button = scope.make(
      "button", { type: "button", class: "ds-plot-series" }, swatch, scope.make("span", {}, term(series.label)),
    );
    button.style.setProperty("--ds-series", series.colour);
    const cells = chart.panels.map(() => scope.make("td", {}));
    const own = scope.make("td", { class: "ds-plot-own" });
    const element = scope.make(
      "tr", {}, scope.make("th", { scope: "row" }, button), ...(chart.across.shares ? [own] : []), ...cells,
    );
    scope.on(button, "click", () => toggle(series.label));
    for (const [type, target] of [["pointerenter", index], ["focus", index], ["pointerleave", null], ["blur", null]])
      scope.on(button, type, () => light(target));
    return { element, button, cells, own };
  }

  function read(chart, words, readings) {
    setText(where, words);
    readings.forEach(({ point, last, values }, index) => {
      setText(rows[index].own, `${point}/${last}`);
      setAttribute(rows[index].own, "title", stepOf(point, last));
      values.forEach((value, panel) => setText(rows[index].cells[panel], number(value)));
    });
  }

  function show(shown) {
    rows.forEach((row, index) => {
      setAttribute(row.button, "aria-pressed", String(shown[index]));
      setAttribute(row.element, "data-off", !shown[index]);
    });
  }

  return { element, arrange, read, show };
}
