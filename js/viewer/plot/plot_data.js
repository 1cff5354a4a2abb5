// A chart as it came, where one stands in it, and every way to move: plain records in, plain records out.

import { refuseStrangers } from "../contract/contract.js";
import { asColour } from "../drawing/colours.js";
import { nearest } from "./plot_scale.js";
import { chartRefusals } from "../words/chart.js";

/** Takes the payload of a node; refuses what it cannot show, in a sentence. */
export function readChart(payload) {
  refuseStrangers("chart", payload, chartRefusals);
  if (!payload.panels?.length || !payload.series?.length) throw new Error(chartRefusals.empty());
  return {
    title: payload.title ?? "",
    subtitle: payload.subtitle ?? "",
    across: payload.across,
    panels: payload.panels,
    series: payload.series.map((series) => ({ ...series, colour: asColour(series.colour), dash: series.dash ?? [] })),
    notes: payload.notes ?? [],
    stops: longest(payload.series).across,
  };
}

const longest = (series) => series.reduce((best, line) => (line.across.length > best.across.length ? line : best));

/**
 * at: a share of the shared axis, null before anyone has pointed; hidden: labels of the series that are switched off.
 */
export const START = Object.freeze({ at: null, hidden: [] });

/** What was remembered comes from storage: anything that is not as it should be is left out. */
export function recalled(saved) {
  const at = Number.isFinite(saved?.at) && saved.at >= 0 && saved.at <= 1 ? saved.at : START.at;
  const hidden = Array.isArray(saved?.hidden) ? saved.hidden.filter((label) => typeof label === "string") : [];
  return { at, hidden };
}

/** The stop nearest to where one stands; the middle before anyone has pointed. */
export function stopOf(state, chart) {
  const share = state.at ?? 0.5;
  return nearest(chart.stops, chart.across.low + share * (chart.across.high - chart.across.low));
}

export function movedTo(state, chart, stop) {
  const kept = Math.max(0, Math.min(chart.stops.length - 1, stop));
  return { ...state, at: (chart.stops[kept] - chart.across.low) / (chart.across.high - chart.across.low) };
}

/** The stop that a key leads to, or null for a key that does not move. */
export function stopByKey(key, stop, stops) {
  const far = Math.max(1, Math.round(stops / 4));
  const strides = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: far, PageDown: -far };
  if (key === "Home") return 0;
  if (key === "End") return stops - 1;
  return key in strides ? stop + strides[key] : null;
}

export function toggled(state, label) {
  const others = state.hidden.filter((name) => name !== label);
  const hidden = state.hidden.includes(label) ? others : [...state.hidden, label];
  return { ...state, hidden };
}

/** What every series says at a stop: its own nearest point, and a value for each panel. */
export function readingsAt(chart, stop) {
  return chart.series.map((series) => {
    const point = nearest(series.across, chart.stops[stop]);
    return { point, last: series.across.length - 1, values: series.values.map((row) => row[point]) };
  });
}
