// What the viewer says of when a run settles.

import { phrase, term } from "../language/language.js";
import { percent } from "./numbers.js";

export const settledWord = () => phrase`settled`;
export const settledHint = () =>
  phrase`Colours each region from the step on after which it stayed near the final latent, and shows the distances of layout, shapes and texture in the chart.`;

export const coverCaption = (
  { threshold }
) => phrase`colour: the step from which on a region stays within ${percent(threshold)} of the final latent, as a share of its spread`;

/** What the scale of the colours is called. */
export const coverScale = () => phrase`settled at step`;

export const bandHint = ({ cycles }, { threshold }) =>
  phrase`Distance of the guess to the final one as a share of its spread, for waves of ${term(cycles)}. The ring marks the step from which on it stays within ${percent(threshold)}`;

export const bandReading = (name, value) =>
  (value === null || value === undefined ? term(name) : `${term(name)} ${percent(value)}`);

export const bandSpoken = (name, step) => (
  step === null || step === undefined
    ? phrase`distance of ${term(name)}`
  : phrase`${term(name)} settles at step ${step}`
);

/** The facts of a run, as words.js has them, with the steps at which a run that is shown alone settled. */
export function withSettledFacts(facts, trajectories) {
  const steps = trajectories.length === 1
    ? Object.entries(trajectories[0].settling?.settled ?? {}).filter(([, step]) => step !== null)
    : [];
  return steps.length
    ? [...facts, ["settled at step", steps.map(([part, step]) => `${term(part)} ${step}`).join(", ")]]
    : facts;
}
