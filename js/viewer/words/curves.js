// What the chart under the slider says: its lines, and where its cursor stands.

import { phrase, term } from "../language/language.js";
import { number } from "./numbers.js";

export const lineTitle = (name) => term(name);
export const linesLabel = () => phrase`Lines of the chart`;
export const callsHint = () => phrase`Model calls spent to get here`;
export const lineHint = ({ hint }, shown) =>
  phrase`${hint}. ${shown ? phrase`Click to hide the line.` : phrase`Click to show the line.`}`;
export const placeAt = (where, place) => phrase`${where}, ${place}`;
export const spokenChart = (sentences) => phrase`Chart: ${sentences.join("; ")}`;

/* Its axes. */

export const stepsWord = (unit) => (unit === "level" ? phrase`level` : phrase`step`);
export const noiseAxisHint = () => phrase`Noise level σ`;
export const topMark = (text, { rms }) => (rms ? `${text} RMS` : text);

/** What the numbers on the right count; null where there are none, or where each line has its own unit. */
export function axisHint(axis) {
  if (axis?.rms) return phrase`Root mean square over all numbers of the latent`;
  return axis?.shares ? phrase`Share of the spread of the final guess` : null;
}

export const sigmaHint = (straight) => (straight ? phrase`Noise level` : phrase`Noise level, log scale`);
export const signalHint = () => phrase`How much of the picture is left, 1 to 0`;
export const changeWord = () => phrase`change`;
export const changeHint = () => phrase`RMS distance of this guess to the one before`;
export const pullWord = () => phrase`pull`;
export const pullHint = () => phrase`How hard the prompt pulls: RMS of conditional − unconditional`;
export const errorWord = () => phrase`error`;
export const errorHint = () => phrase`RMS distance of the guess to the picture that was noised`;

/* What a screen reader hears of a line, from its first number to its last. */

export const spokenSigma = (first, last) =>
  first < last
    ? phrase`sigma rises from ${number(first)} to ${number(last)}`
    : phrase`sigma falls from ${number(first)} to ${number(last)}`;
export const spokenSignal = (first, last) => phrase`signal falls from ${number(first)} to ${number(last)}`;
export const spokenChange = () => phrase`change per step`;
export const spokenPull = () => phrase`pull of the prompt`;
export const spokenError = () => phrase`error of the guess`;
