// What the viewer says of many cells: labels, costs, pins, and where two of them part.

import { phrase, term } from "../language/language.js";
import { number, percent, sum } from "./numbers.js";

export const notRun = () => phrase`not run`;
export const waiting = () => phrase`waiting`;
export const showAlone = () => phrase`Show this one alone`;
export const pinHint = () => phrase`Click two cells to compare them.`;
export const pinSecond = () => phrase`Click another cell to compare.`;
export const unpinWord = () => phrase`Unpin`;
export const LETTERS = ["A", "B"];

export const lockWords = () => ({
  label: phrase`Cells stand`,
  sigma: {
    text: phrase`same σ`,
    hint: phrase`The slider runs over the states of the longest run. Every cell shows its last state whose σ is not below that, so at the end all are finished.`,
  },
  step: {
    text: phrase`same step`,
    hint: phrase`Every cell shows the state of the same number; a shorter run rests at its last one.`,
  },
});

export const subjectWords = () => ({
  label: phrase`Play goes along`,
  steps: { text: phrase`play steps`, hint: phrase`Play goes through the steps of the run, at one stop of the walk.` },
  walk: { text: phrase`play walk`, hint: phrase`Play goes along the walk, at one step of the run. Keys: [ and ]` },
});

/** "steps 8 · euler" as a screen reader hears it, with what a pin says. */
export const spokenCell = (view, place, letter) =>
  [term(view.title), place, letter && phrase`pinned as ${letter}`].filter(Boolean).join(", ");

export const aloneLabel = (label) => phrase`Show ${label} alone`;

/** "20 calls · 0.42 s"; what the deck does not know is left out. */
export function costOf(trajectory) {
  return [
    callCount(trajectory), trajectory.seconds > 0 ? seconds(trajectory.seconds) : null,
  ].filter(Boolean).join(" · ");
}

export const batchOf = ({ at_once: together }) => (together > 1 ? phrase`${together} at once` : "");

function callCount({ model_calls: calls }) {
  const total = sum(calls);
  if (calls.length === 0) return null;
  return total === 1 ? phrase`1 call` : phrase`${total} calls`;
}

const inSeconds = (value) => (value >= 100 ? Math.round(value) : number(Number(value.toPrecision(2))));

export const seconds = (value) => phrase`${inSeconds(value)} s`;

/** What a deck of cells cost in all: "8.4 s in all, 0.21 to 0.44 s a cell, 4 at once"; null where nothing is known. */
export function timeOf(trajectories) {
  const times = trajectories.map((run) => run.seconds).filter((seconds) => seconds > 0);
  if (times.length === 0) return null;
  const together = Math.max(...trajectories.map((run) => run.at_once ?? 1));
  const batch = together > 1 ? phrase`${together} at once` : null;
  if (trajectories.length === 1) return [seconds(times[0]), batch].filter(Boolean).join(", ");
  const [low, high] = [Math.min(...times), Math.max(...times)].map(inSeconds);
  const each = low === high ? phrase`${low} s a cell` : phrase`${low} to ${high} s a cell`;
  return [phrase`${seconds(sum(times))} in all`, each, batch].filter(Boolean).join(", ");
}

/** One starting noise is proved by its fingerprint, said once; where they differ each cell has its own. */
export function noiseOf(trajectories) {
  const known = trajectories.filter((run) => run.noise);
  const different = new Set(known.map((run) => run.noise));
  if (known.length < 2 || different.size > 1)
    return known.map((run) => (known.length > 1 ? `${run.label}: ${run.noise}` : run.noise)).join("\n") || null;
  return known.length === trajectories.length ? phrase`one for all ${known.length}: ${known[0].noise}` : known[0].noise;
}

export const stopOf = (at, count) => `${at + 1}/${count}`;

export const spokenStop = (label, at, count) => phrase`${label}, stop ${at + 1} of ${count}`;

/* Two cells compared. */

export const partsHere = () => phrase`Here A and B part.`;
export const wipeWords = () =>
  ({ text: phrase`wipe`, hint: phrase`A on the left of the border, B on the right. Drag it, or use the arrow keys.` });
export const differenceWords = (gain) => ({
  text: phrase`difference × ${gain}`,
  hint: phrase`How far the two pictures are apart, colour by colour, ${gain} times as bright. Black: equal.`,
});
export const wipeLabel = ([a, b]) => phrase`Border between A, ${a}, and B, ${b}`;
export const spokenWipe = (share) => `${Math.round(100 * share)} % A`;
export const differenceLabel = ([a, b], gain) =>
  phrase`Difference of A, ${a}, and B, ${b}, times ${gain}; black is equal`;

export const partingHint = (threshold) =>
  phrase`The first state at which the two x0 guesses are more than ${percent(threshold)} apart: root mean square over all pixels, black to white being 100 %.`;

/** Where two cells part, as parting.js found it; `threshold` 0..1, `sigma` of the slider's run there. */
export function partingWords(found, threshold, sigma) {
  if (found === undefined) return phrase`Looking for where they part …`;
  if (found.kind === "unknown")
    return phrase`Where they part is not known: there are no x0 guesses of both to compare.`;
  if (found.kind === "never") return phrase`They never part: their x0 guesses stay within ${percent(found.largest)}.`;
  if (found.kind === "start")
    return phrase`They part from the start: the x0 guesses are ${percent(found.distance)} apart at once.`;
  return phrase`They part at step ${found.step}, σ ${number(sigma)}: the x0 guesses get more than ${percent(threshold)} apart.`;
}

/**
 * The facts of a run, as words.js has them, with what many cells have beyond it: their time, and the noise they share.
 */
export function withCellFacts(facts, trajectories) {
  const values = { "starting noise": noiseOf(trajectories) };
  const known = facts.map(([name, value]) => [name, values[name] ?? value]);
  const time = timeOf(trajectories);
  const after = known.findIndex(([name]) => name === "model calls") + 1;
  return time ? [...known.slice(0, after), ["time", time], ...known.slice(after)] : known;
}

export const restingLabel = (label, own) => `${label} · ${own}`;

/* Cells that are still being sampled. */

export const finalGuesses = () => phrase`final x0 guesses`;
export const cellsFinished = (finished, total) => phrase`${finished} of ${total} cells`;
export const cellsStopped = (finished, total) => phrase`Stopped after ${finished} of ${total} cells.`;

export const selectionLabel = () => phrase`Shown`;
export const compareLabel = () => phrase`Compare by`;
export const comparedLabel = () => phrase`A and B compared`;
export const stopLabel = () => phrase`Stop`;
export const walkWord = () => phrase`walk`;
