// Everything a chart says.

import { phrase, term } from "../language/language.js";
import { number } from "./numbers.js";

export const emptyChart = () => phrase`Run the workflow, and the chart appears here.`;

/** What stands over a panel: its quantity, then symbol and unit. */
export const panelTitle = ({ title, symbol, unit }) =>
  [term(title), [symbol, unit && phrase`in ${term(unit)}`].filter(Boolean).join(" ")];

/** The same over a column of numbers. */
export const columnHead = ({ symbol, unit }) => (unit ? `${term(symbol)} (${term(unit)})` : term(symbol));

/** Where the cursor of a chart stands. */
export function wherePoint({ across, stops }, stop) {
  return across.shares
    ? phrase`${Math.round(100 * stops[stop])} % of the run`
    : phrase`${term(across.point)} ${number(stops[stop])} of ${number(stops.at(-1))}`;
}

/** The same for a screen reader, with the numbers of every line shown. */
export function spokenPoint(chart, stop, readings, shown) {
  const lines = chart.series.map(({ label }, index) => {
    const values = readings[index].values.map((value, panel) => `${columnHead(chart.panels[panel])} ${number(value)}`);
    return shown[index] ? `${label}: ${values.join(", ")}` : null;
  });
  return [wherePoint(chart, stop), ...lines.filter(Boolean)].join("; ");
}

export const chartLabel = (title = "") => (title ? phrase`Chart: ${title}` : phrase`Chart`);
export const pointLabel = () => phrase`Point in the chart`;

export const chartRefusals = {
  stranger: () => phrase`What arrived is not a Denoiscope chart.`,
  newer: (
    version, known
  ) => phrase`This chart is of version ${version}, this page reads version ${known}: update Denoiscope and reload the page.`,
  empty: () => phrase`This chart holds nothing to show.`,
};
