// Decks of different runs as one, so that one slider moves them all; core/recording/side_by_side.py does it in a graph.

import { term } from "../language/language.js";
import { keptGone, keptRun, notInThisRun, ownColours, samplingNow, seedName } from "../words/kept.js";
import { triangleViews } from "./corners.js";
import { differencesOf } from "./differing.js";

/** @typedef {import("./deck.js").Deck} Deck */

/** Shares of a side: pictures whose shapes differ by less lie over each other. */
const HAIR = 0.01;

/**
 * Why one deck cannot stand beside another, as a word that words/kept.js knows; null where it can.
 * @type {(one: Deck, other: Deck) => ?string}
 */
export function refusalBeside(one, other) {
  if (aspect(one) / aspect(other) < 1 - HAIR || aspect(one) / aspect(other) > 1 + HAIR) return "shape";
  if (one.live || other.live) return null;
  if ((one.kind === "forward") !== (other.kind === "forward")) return "kind";
  return one.parameterization === other.parameterization ? null : "predicts";
}

const aspect = ({ tile }) => tile.width / tile.height;

/**
 * One deck whose cells are the runs of all, in order. Decks of one run each lie on one axis; decks with the same cells
 * on one axis keep it across, one deck a row; all else lies run after run. Of a run that samples now only what it
 * shows itself is shown.
 * @type {(decks: Deck[], newest: Deck) => Deck}
 */
export function beside(decks, newest) {
  if (decks.length === 1) return decks[0];
  const { axes, cells } = laidOut(decks, calledBy(decks));
  const drawn = cells.map(({ deck, index, label, place }) =>
    ({ ...deck.trajectories[index], label, place, failure: deck === newest ? null : keptGone() }),
  );
  const views = viewsOver(decks, cells, newest);
  return {
    ...newest,
    title: "",
    model: [...new Set(decks.map(({ model }) => model).filter(Boolean))].join("; ") || null,
    kind: newest.kind === "forward" ? "forward" : "sweep",
    axes,
    settling: settlingOver(decks),
    attention: null,
    predict: null,
    drawing: newest.drawing,
    trajectories: drawn,
    steps: Math.max(...drawn.map(({ steps }) => steps)),
    frames: Math.max(...drawn.map(({ frames }) => frames)),
    views: [...views, ...(newest.live ? [] : triangleViews(views))],
  };
}

/**
 * { name, labels, spoken }: what differs, what each deck is called for it, and that in words, where several settings
 * differ: "seed 5 · guidance 7".
 */
export function calledBy(decks) {
  const done = decks.filter(({ live }) => !live);
  const { names, values } = differencesOf(done);
  const label = (words, at) => words.join(" · ") || seedOf(done) || keptRun(at + 1);
  const inWords = (words) => words.map((word, k) => `${names[k]} ${word}`).join(" · ");
  const now = decks.filter(({ live }) => live).map(samplingNow);
  return {
    name: names.join(" × ") || term("run"),
    labels: toldApart([...values.map(label), ...now]),
    spoken: names.length > 1 ? toldApart([...values.map(inWords), ...now]) : null,
  };
}

/** The name of a run that stands alone; null where there are more, or where it has no seed of its own. */
function seedOf(decks) {
  const [{ trajectories }, ...others] = decks;
  const [{ seed }] = trajectories;
  return others.length === 0 && trajectories.length === 1 && seed ? seedName(seed) : null;
}

/** A number behind each label that has come before. */
function toldApart(labels) {
  return labels.map((label, at) => {
    const before = labels.slice(0, at).filter((one) => one === label).length;
    return before ? `${label} (${before + 1})` : label;
  });
}

/** The axes, and of each cell: { deck, index, label, place }. */
function laidOut(decks, { name, labels, spoken }) {
  const runs = decks.flatMap((deck, row) => deck.trajectories.map((_, index) => ({ deck, row, index })));
  const cell = ({ deck, row, index }) =>
    (deck.trajectories.length === 1 ? labels[row] : `${labels[row]}, ${deck.trajectories[index].label}`);
  const across = decks.every((deck) => deck.trajectories.length > 1) ? sharedAxis(decks) : null;
  if (across) {
    const place = ({ deck, row, index }) => [deck.axes?.length ? deck.trajectories[index].place[0] : index, row];
    const cells = runs.map((run) => ({ ...run, label: cell(run), place: place(run) }));
    return { axes: [across, { name, values: labels, spoken }], cells };
  }
  const values = toldApart(runs.map(cell));
  const said = runs.length === decks.length ? spoken : null;
  const cells = runs.map((run, at) => ({ ...run, label: values[at], place: [at] }));
  return { axes: [{ name, values, spoken: said }], cells };
}

function sharedAxis(decks) {
  const [first, ...others] = decks.map(ownAxis);
  return first && others.every((axis) => JSON.stringify(axis) === JSON.stringify(first)) ? first : null;
}

function ownAxis(deck) {
  if (deck.axes?.length > 1) return null;
  return deck.axes?.[0] ?? { name: deck.varies ?? "item", values: deck.trajectories.map(({ label }) => label) };
}

const settlingOver = (decks) => {
  const known = decks.map(({ settling }) => settling).filter(Boolean);
  return known.length ? { ...known[0], last: Math.max(...known.map(({ last }) => last)) } : null;
};

function viewsOver(decks, cells, newest) {
  const ids = new Set((newest.live ? [newest] : [newest, ...decks]).flatMap(({ views }) => views.map(({ id }) => id)));
  const own = [...ids].filter((id) => decks.some(({ views }) => views.some((one) => one.id === id && !one.corners)));
  return own.map((id) => viewOver(id, decks, cells));
}

/** A view of several decks. Where their colours mean other numbers it is left out, and says so. */
function viewOver(id, decks, cells) {
  const parts = new Map(decks.map((deck) => [deck, deck.views.find((view) => view.id === id)]));
  const known = [...parts.values()].filter(Boolean);
  const shown = known.filter(({ absent }) => !absent);
  const best = shown[0] ?? known[0];
  const ranges = new Set(shown.map(({ range }) => JSON.stringify(range)));
  const words = ranges.size > 1 ? ownColours() : null;
  const approximate = shown.find(({ source }) => source === "approximate");
  return {
    ...best,
    absent: shown.length === 0 ? best.absent : words,
    source: (approximate ?? best).source,
    why: approximate?.why ?? best.why ?? null,
    drawing: known.some(({ drawing }) => drawing),
    sources: words ? [] : known.flatMap(({ sources }) => sources),
    picture: (at, state, frame) => {
      const { deck, index } = cells[at];
      const part = parts.get(deck);
      if (words) return { words };
      return part ? part.picture(index, state, frame) : { words: notInThisRun() };
    },
  };
}
