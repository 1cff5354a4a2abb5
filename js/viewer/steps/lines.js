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
    values: (one) => one.sigmas,
    scale: (values, deck) => (isStraight(deck) ? ofOne : onLogScale(values, deck)),
    spoken: ({ sigmas }) => spokenSigma(...ends(sigmas)),
  },
  {
    id: "signal",
    name: signalName,
    hint: signalHint,
    values: (one, deck) => (deck.kind === "forward" ? one.signal : []),
    scale: () => ofOne,
    spoken: ({ signal }) => spokenSignal(...ends(signal)),
  },
  {
    id: "change",
    name: changeWord,
    hint: changeHint,
    values: (one, deck) => (deck.kind === "forward" ? [] : one.change),
    scale: asShare,
    spoken: spokenChange,
  },
  {
    id: "pull",
    name: pullWord,
    hint: pullHint,
    values: (one) => one.pull,
    scale: asShare,
    spoken: spokenPull,
  },
  {
    id: "error",
    name: errorWord,
    hint: errorHint,
    values: (one) => one.error,
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
  values: (one) => one.settling?.distance[band.id],
  scale: () => (value) => share(value === null ? null : Math.min(1, value), 1),
  reading: bandReading,
  ring: (one) => one.settling?.settled[band.id] ?? null,
  spoken: (one) => bandSpoken(band.id, one.settling?.settled[band.id]),
});

/** The lines that these trajectories have numbers for, each ready to be drawn and read. */
export function linesOf(deck, trajectories, settled = false) {
  const lines = settled ? [LINES[0], ...deck.settling.bands.map(bandLine)] : LINES;
  return lines.map((line) => ready(line, deck, trajectories)).filter(({ id, top }) => id === "sigma" || top > 0);
}

function ready(line, deck, trajectories) {
  const values = (one) => line.values(one, deck) ?? [];
  const all = trajectories.flatMap(values);
  const height = line.scale(all, deck);
  return {
    id: line.id,
    hint: line.hint(deck),
    top: highest(all),
    heights: (one) => values(one).map(height),
    reading: (one, state) => (line.reading ?? plainReading)(line.name(deck), values(one)[state]),
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
