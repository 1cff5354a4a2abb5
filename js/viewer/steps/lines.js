// The lines that a chart can draw: whose numbers they are, how high each number stands, and how it is read.

import { highest, logHeight, logRange, share } from "./curves.js";
import {
  changeHint, changeWord, errorHint, errorWord, pullHint, pullWord, sigmaHint, signalHint, spokenChange, spokenChart,
  spokenError, spokenPull, spokenSigma, spokenSignal,
} from "../words/curves.js";
import { number } from "../words/numbers.js";
import { signalName } from "../words/run.js";
import { bandHint, bandReading, bandSpoken } from "../words/settling.js";

/** The curve of a live run keeps its place while it grows. */
const SPAN_EXPECTED = 500;

/** Each line has a scale of its own; `hint` says of what, `spoken` what a screen reader hears of it. */
const LINES = [
  {
    id: "sigma",
    name: () => "σ",
    hint: (deck) => sigmaHint(isStraight(deck)),
    values: (run) => run.sigmas,
    scale: (values, deck) => (isStraight(deck) ? ofOne : onLogScale(values, deck)),
    spoken: ({ sigmas }) => spokenSigma(...ends(sigmas)),
  },
  {
    id: "signal",
    name: signalName,
    hint: signalHint,
    values: (run, deck) => (deck.kind === "forward" ? run.signal : []),
    scale: () => ofOne,
    spoken: ({ signal }) => spokenSignal(...ends(signal)),
  },
  {
    id: "change",
    name: changeWord,
    hint: changeHint,
    values: (run, deck) => (deck.kind === "forward" ? [] : run.change),
    scale: asShare,
    spoken: spokenChange,
  },
  {
    id: "pull",
    name: pullWord,
    hint: pullHint,
    values: (run) => run.pull,
    scale: asShare,
    spoken: spokenPull,
  },
  {
    id: "error",
    name: errorWord,
    hint: errorHint,
    values: (run) => run.error,
    scale: asShare,
    spoken: spokenError,
  },
];

/** A flow model noises along a straight line, which only an even scale shows. */
const isStraight = (deck) => deck.kind === "forward" && deck.parameterization === "flow";

const ofOne = (value) => share(value, 1);

function onLogScale(values, deck) {
  const range = logRange(values, deck.live ? SPAN_EXPECTED : 1);
  return (value) => logHeight(value, range);
}

function asShare(values) {
  const top = highest(values);
  return (value) => share(value, top);
}

/** One band of the distance to the final guess; beyond its spread it stands at the top. */
const bandLine = (band) => ({
  id: band.id,
  name: () => band.id,
  hint: (deck) => bandHint(band, deck.settling),
  values: (run) => run.settling?.distance[band.id],
  scale: () => (value) => share(value === null ? null : Math.min(1, value), 1),
  reading: bandReading,
  ring: (run) => run.settling?.settled[band.id] ?? null,
  spoken: (run) => bandSpoken(band.id, run.settling?.settled[band.id]),
});

/** The lines that these trajectories have numbers for, each ready to be drawn and read. */
export function linesOf(deck, trajectories, settled = false) {
  const lines = settled ? [LINES[0], ...deck.settling.bands.map(bandLine)] : LINES;
  return lines.map((line) => ready(line, deck, trajectories)).filter(({ id, top }) => id === "sigma" || top > 0);
}

function ready(line, deck, trajectories) {
  const values = (run) => line.values(run, deck) ?? [];
  const all = trajectories.flatMap(values);
  const height = line.scale(all, deck);
  return {
    id: line.id,
    hint: line.hint(deck),
    top: highest(all),
    heights: (run) => values(run).map(height),
    reading: (run, state) => (line.reading ?? plainReading)(line.name(deck), values(run)[state]),
    ring: line.ring,
    spoken: line.spoken,
  };
}

/** Where a line has no number, as at the ends of a run, its name alone. */
const plainReading = (name, value) => (Number.isFinite(value) ? `${name} ${number(value)}` : name);

/** The chart in words. */
export const spokenLines = (lines, trajectory) => spokenChart(lines.map((line) => line.spoken(trajectory)));

/** The first number of a run, and the last one known. */
const ends = (values) => [values[0], values.findLast((value) => value !== null)];
