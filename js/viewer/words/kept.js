// What the viewer says of runs that are kept beside the newest one, of a step that is held, and of what differs.

import { phrase } from "../language/language.js";
import { number, percent } from "./numbers.js";
import { atStep, unitOf } from "./run.js";

export const keepLabel = () => phrase`Keep this run beside the next one`;
export const letGoLabel = () => phrase`Keep this run no longer`;
export const keptLabel = () => phrase`Kept runs`;
export const keptWord = () => phrase`kept`;
export const removeLabel = (label) => phrase`Let go of ${label}`;

export const keptRun = (count) => phrase`run ${count}`;
export const samplingNow = () => phrase`sampling now`;
export const seedName = (seed) => phrase`seed ${seed}`;

export const keptNow = () => phrase`Kept: the next run comes beside it.`;
export const keptForNow = () =>
  phrase`Kept until the page is reloaded: the browser has no room to remember it.`;
export const nothingToKeep = () => phrase`Only a finished run can be kept.`;
export const fullOf = (most) => phrase`${most} runs are kept: let go of one to keep another.`;

/** These are pictures: a file needs the numbers, which only the graph has. */
export const keptHint = () =>
  phrase`To save runs together: Join Decks sets them side by side in the graph, and Save Deck or Save as Page writes the file.`;

export const keptGone = () =>
  phrase`The pictures of this kept run are gone: ComfyUI has emptied its temp folder. Let go of the run, or run it again.`;
export const notInThisRun = () => phrase`This run has no such view.`;
export const ownColours = () =>
  phrase`Colours mean other numbers in each of these runs. Join Decks in the graph draws them on one scale.`;
export const waitsFor = (reason) => WAITS[reason]();

const WAITS = {
  shape: () => phrase`Not shown: its pictures have another shape.`,
  kind: () => phrase`Not shown: a picture that is noised and a run that denoises share no steps.`,
  predicts: () => phrase`Not shown: its model predicts something else, so its noise levels mean something else.`,
  predict: () => phrase`Not shown while something is to be predicted.`,
  cells: () => phrase`Not shown while a sweep runs.`,
};

/* Two steps of one run, and how far apart two pictures are. */

export const holdLabel = () => phrase`Hold this step and compare others with it (H)`;
export const releaseLabel = () => phrase`Let go of the step that is held (H)`;
export const heldHere = () => phrase`Step A is held here.`;

/** "step 3, σ 4.1" */
export function stepAndSigma(step, trajectory) {
  const sigma = trajectory.sigmas[step];
  return [atStep(step, unitOf(trajectory)), sigma === null ? null : `σ ${number(sigma)}`].filter(Boolean).join(", ");
}

export const apartHint = () =>
  phrase`Root mean square over all pixels and colours of what is shown, black to white being 100 %; and the same as PSNR.`;

/** `distance`: root mean square, 0..1. */
export const apartWords = (distance) =>
  (distance === 0
    ? phrase`The two pictures are equal.`
    : phrase`The two pictures are ${percent(distance)} apart, ${number(-20 * Math.log10(distance))} dB.`);

/* The first number that differs. */

const quantities = () => ({
  noise: phrase`the starting noise`,
  sigma: "σ",
  guidance: phrase`the guidance`,
  pull: phrase`the pull of the prompt`,
  change: phrase`the change of the guess`,
});

export const differenceHint = (share) =>
  phrase`The first of the numbers that came with the runs that is more than ${100 * share} % apart: starting noise, σ, guidance, pull, change.`;

/** `found` as first_difference.js gives it. */
export function differenceFound(found) {
  if (found === null) return phrase`The numbers of the two runs are the same at every step.`;
  const what = quantities()[found.quantity];
  if (found.quantity === "noise") return phrase`The first number that differs: ${what}.`;
  return phrase`The first number that differs: ${what}, ${number(found.values[0])} and ${number(found.values[1])} at step ${found.step}.`;
}
