// The lines that a chart can draw: whose numbers they are, how high each number stands, and how it is read.

import { evenAxis, logAxis, roundTop } from "./axes.js";
import { highest } from "./curves.js";
import {
  changeHint, changeWord, errorHint, errorWord, lineTitle, pullHint, pullWord, sigmaHint, signalHint, spokenChange,
  spokenChart, spokenError, spokenPull, spokenSigma, spokenSignal,
} from "../words/curves.js";
import { number } from "../words/numbers.js";
import { signalName } from "../words/run.js";
import { bandHint, bandReading, bandSpoken } from "../words/settling.js";

/**
 * σ stands by the axis on the left, all others by the one on the right; `reaches` is how high that goes at least,
 * `shares` says that it counts in percent, `rms` that it counts root mean squares. `hint` says what the line is,
 * `spoken` what a screen reader hears of it.
 */
const LINES = [
  {
    id: "sigma",
    name: () => "σ",
    hint: (deck) => sigmaHint(isStraight(deck)),
    values: (run) => run.sigmas,
    spoken: ({ sigmas }) => spokenSigma(...ends(sigmas)),
  },
  {
    id: "signal",
    name: signalName,
    hint: signalHint,
    values: (run, deck) => (deck.kind === "forward" ? run.signal : []),
    reaches: 1,
    spoken: ({ signal }) => spokenSignal(...ends(signal)),
  },
  {
    id: "change",
    name: changeWord,
    hint: changeHint,
    values: (run, deck) => (deck.kind === "forward" ? [] : run.change),
    rms: true,
    spoken: spokenChange,
  },
  {
    id: "pull",
    name: pullWord,
    hint: pullHint,
    values: (run) => run.pull,
    rms: true,
    spoken: spokenPull,
  },
  {
    id: "error",
    name: errorWord,
    hint: errorHint,
    values: (run) => run.error,
    rms: true,
    spoken: spokenError,
  },
];

/** A flow model noises along a straight line, which only an even scale shows. */
const isStraight = (deck) => deck.kind === "forward" && deck.parameterization === "flow";

/** One band of the distance to the final guess; beyond its spread it stands at the top. */
const bandLine = (band) => ({
  id: band.id,
  name: () => band.id,
  hint: (deck) => bandHint(band, deck.settling),
  values: (run) => run.settling?.distance[band.id],
  stands: (value) => (value === null ? null : Math.min(1, value)),
  reaches: 1,
  shares: true,
  reading: bandReading,
  ring: (run) => run.settling?.settled[band.id] ?? null,
  spoken: (run) => bandSpoken(band.id, run.settling?.settled[band.id]),
});

/**
 * What these trajectories have numbers for: the lines, each ready to be drawn and read, and the two axes by which they
 * stand. The one on the right goes as high as the lines that are not `hidden`; null where there are none.
 */
export function linesOf(deck, trajectories, settled = false, hidden = []) {
  const kinds = settled ? [LINES[0], ...deck.settling.bands.map(bandLine)] : LINES;
  const lines = kinds.map((kind) => ready(kind, deck, trajectories)).filter(({ id, top }) => id === "sigma" || top > 0);
  const [sigma, ...others] = lines;
  const shown = others.filter(({ id }) => !hidden.includes(id));
  const left = isStraight(deck) ? evenAxis(1) : logAxis(sigma.all, deck.live);
  const right = rightAxis(shown);
  const axisOf = ({ id }) => (id === "sigma" ? left : (right ?? evenAxis(0)));
  return {
    lines: lines.map((line) => ({ ...line, heights: (run) => line.stand(run).map(axisOf(line).place) })),
    left: { ...left, hidden: hidden.includes("sigma") },
    right,
  };
}

function rightAxis(shown) {
  if (shown.length === 0) return null;
  const top = Math.max(...shown.map(({ top: own, reaches }) => (reaches ?? roundTop(own))));
  return { ...evenAxis(top), shares: shown.every(({ shares }) => shares), rms: shown.every(({ rms }) => rms) };
}

function ready(kind, deck, trajectories) {
  const values = (run) => kind.values(run, deck) ?? [];
  const all = trajectories.flatMap(values);
  return {
    ...kind,
    all,
    title: lineTitle(kind.name(deck)),
    hint: kind.hint(deck),
    top: highest(all),
    stand: (run) => values(run).map(kind.stands ?? ((value) => value)),
    reading: (run, state) => (kind.reading ?? plainReading)(kind.name(deck), values(run)[state]),
  };
}

/** Where a line has no number, as at the ends of a run, its name alone. */
const plainReading = (name, value) => (Number.isFinite(value) ? `${name} ${number(value)}` : name);

/** The chart in words. */
export const spokenLines = (lines, trajectory) => spokenChart(lines.map((line) => line.spoken(trajectory)));

/** The first number of a run, and the last one known. */
const ends = (values) => [values[0], values.findLast((value) => value !== null)];
