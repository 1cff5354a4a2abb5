// The deck of a sweep or walk that is still being sampled: a grid that fills, one picture for each finished cell.

import { cellsFinished, cellsStopped, finalGuesses, notRun, waiting } from "../words/cells.js";
import { liveLost } from "../words/viewer.js";

/** Before the first picture, and where there is no quick way to draw one. */
const SQUARE = { width: 1, height: 1 };

/**
 * Adds one event to the live deck, or begins another where the event is of another run. A late event of a stopped run
 * starts nothing.
 * @type {(previous: ?import("./deck.js").Deck, event: any) => import("./deck.js").Deck}
 */
export function liveCells(previous, event) {
  const same = previous?.run === event.run ? previous : null;
  const tile = event.tile.width > 0 ? event.tile : (same?.tile ?? SQUARE);
  const arrived = new Map(same?.arrived);
  event.indices.forEach((index, column) => arrived.set(index, { file: event.file, column }));
  const trajectories = event.labels.map((label, index) => cellOf(label, event.places[index]));
  const deck = {
    live: true,
    cells: true,
    stopped: false,
    run: event.run,
    arrived,
    newest: 0,
    failure: liveLost(),
    title: "",
    kind: event.kind,
    axes: event.axes,
    tile,
    trajectories,
    total: event.total,
    finished: event.finished,
    steps: 0,
    frames: 1,
    views: [finalView({ ...event, arrived, tile }, waiting())],
  };
  return event.stopped || same?.stopped ? stoppedCells(deck, event.stopped || undefined) : deck;
}

/** What will not go on: the cells that have come stay, and the sentence says why there are no more. */
export function stoppedCells(deck, sentence = cellsStopped(deck.finished, deck.total)) {
  const trajectories = deck.trajectories.map((run) => ({ ...run, complete: false, notes: [sentence] }));
  return { ...deck, stopped: true, trajectories, views: [finalView(deck, notRun())] };
}

const cellOf = (label, place) =>
  ({ label, place, sigmas: [null], steps: 0, frames: 1, model_calls: [], change: [], complete: true, notes: [] });

/** One file is a strip of the cells that finished together. */
function finalView({ arrived, tile, total, finished }, absence) {
  const files = [...arrived.values()].map(({ file }) => file);
  return {
    id: "x0",
    title: finalGuesses(),
    caption: cellsFinished(finished, total),
    source: "approximate",
    range: null,
    absent: null,
    sources: [...new Map(files.map((file) => [file.filename, file])).values()].reverse(),
    picture: (index) => {
      const cell = arrived.get(index);
      return cell ? { source: cell.file, x: cell.column * tile.width, y: 0, ...tile } : { words: absence };
    },
  };
}
