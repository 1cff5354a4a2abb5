// Everything a heat map says.

import { phrase, term } from "../language/language.js";
import { number } from "./numbers.js";

export const emptyHeat = () => phrase`Run the workflow, and the layers appear here.`;

const percent = (share) => `${number(100 * share)} %`;

/** What stands below the map: the name of a row, and the rest as pairs of words and number. */
export function readingOf(heat, { row, column }, value) {
  const { name, group, mark } = heat.rows[row];
  const pairs = [[phrase`${term(heat.legend)} at ${term(heat.across)} ${heat.columns[column]}`, percent(value)]];
  if (mark !== null && mark !== undefined) pairs.push([term(heat.mark), number(mark)]);
  return { name, group, pairs };
}

/** The same for a screen reader. */
export function spokenCell(heat, cell, value) {
  const { name, group, pairs } = readingOf(heat, cell, value);
  return [name, group, ...pairs.map(([words, figure]) => `${words}: ${figure}`)].filter(Boolean).join("; ");
}

export const heatLabel = (title = "") => (title ? phrase`Heat map: ${title}` : phrase`Heat map`);
export const cellLabel = () => phrase`Cell in the map`;
export const spectrumLabel = () => phrase`Spectrum`;
export const spectrumViews = () => phrase`Views of the spectrum`;

export const heatRefusals = {
  stranger: () => phrase`What arrived is not a Denoiscope heat map.`,
  newer: (
    version, known
  ) => phrase`This heat map is of version ${version}, this page reads version ${known}: update Denoiscope and reload the page.`,
  empty: () => phrase`This heat map holds nothing to show.`,
};
