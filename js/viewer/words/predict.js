// What the viewer says while something is to be predicted, and when the answer is shown.

import { phrase, term } from "../language/language.js";
import { percent } from "./numbers.js";
import { settledWord } from "./settling.js";

export const predictWord = () => phrase`Predict`;
export const heldBack = () =>
  phrase`The run is under way. Its live pictures are held back: they would give the answer away.`;
export const heldStopped = () => phrase`The run stopped before its end. There is nothing to predict.`;

/* Of a step. */

export const askStep = () => phrase`When is the picture decided? Go forward step by step, and mark the step.`;
export const nextStep = () => phrase`Next step`;
export const markAt = (step) => phrase`Decided here: step ${step}`;
export const predictAgain = () => phrase`Predict again`;
export const whatWasMeasured = () => phrase`What was measured`;

/** "You said step 4; 90 % of the picture stayed put from step 6 on." */
export function stepAnswer({ said, decided, share, label }) {
  const sentence =
    said === decided
      ? phrase`You said step ${said}, and so it is: ${percent(share)} of the picture stayed put from step ${decided} on.`
      : phrase`You said step ${said}; ${percent(share)} of the picture stayed put from step ${decided} on.`;
  return label === null ? sentence : `${label}: ${sentence}`;
}

/** The definition, and the steps at which each part of the picture settled. */
export function stepMeasure({ decided, share, threshold, settled }) {
  const parts = Object.entries(settled).filter(([part, step]) => part !== "whole" && step !== null);
  const own = parts.map(([part, step]) => phrase`${term(part)} from step ${step} on`).join(", ");
  const whole = phrase`A region stays put from the step on after which its x0 guess is within ${percent(threshold)} of the final latent, as a share of its spread. Step ${decided} is the first with ${percent(share)} of the regions. Switch on “${settledWord()}” to see them.`;
  return own ? phrase`${whole} By size of detail: ${own}.` : whole;
}

export const you = () => phrase`you`;
export const measuredWord = () => phrase`measured`;

/* Of cells. */

export const askCells = (axis) => phrase`Which cell has which ${term(axis)}? Give each cell its value.`;
export const checkWord = () => phrase`Check`;
export const UNKNOWN = "?";
export const cellLetter = (at) =>
  (at < 26 ? "" : cellLetter(Math.floor(at / 26) - 1)) + String.fromCharCode(65 + (at % 26));
export const valueOf = (axis, letter) => phrase`${term(axis)} of cell ${letter}`;
export const cellsLeft = (left) =>
  (left === 1 ? phrase`1 cell is still without a value.` : phrase`${left} cells are still without a value.`);
export const cellsAnswer = ({ right, of }) =>
  (right === of ? phrase`All ${of} right.` : phrase`${right} of ${of} right. ✗ stands beside what you said.`);
export const verdictMark = ({ right, said }) => (right ? "✓" : `✗ ${said}`);
export const spokenVerdict = ({ right, said }) => (right ? phrase`You were right.` : phrase`You said ${said}.`);

/* Nothing to predict. */

const refusals = () => ({
  forward: phrase`There is nothing to predict here: a picture that is noised is there from the start.`,
  short: phrase`There is nothing to predict here: a run of one step has no step to choose.`,
  unmeasured: phrase`There is nothing to predict here: when a picture settles is measured only of runs that came to their end.`,
  cells: phrase`There is nothing to predict here: cells are guessed in a sweep along one axis, with two cells or more.`,
});
export const nothingToPredict = (refusal) => refusals()[refusal];
