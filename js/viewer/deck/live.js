// The deck of a run that is still sampling, grown from the events of its steps.

import { itemLabel, liveTitle, stoppedAt } from "../words/run.js";
import { liveLost } from "../words/viewer.js";

/**
 * Adds one event to the live deck, or begins another where the event is of another run. A late picture of a stopped run
 * starts nothing.
 * @type {(previous: ?import("./deck.js").Deck, event: any) => import("./deck.js").Deck}
 */
export function liveDeck(previous, event) {
  const same = previous?.run === event.run ? previous : null;
  const arrived = new Map(same?.arrived);
  arrived.set(event.step, event);
  const sigmas = sigmasOf(arrived, event.steps);
  const labels = event.labels ?? Array.from({ length: event.items }, (_, item) => itemLabel(item));
  const deck = {
    live: true,
    opens: "x0",
    stopped: false,
    run: event.run,
    arrived,
    newest: event.step,
    failure: liveLost(),
    title: "",
    tile: event.tile,
    trajectories: labels.map((label) => liveTrajectory(label, sigmas, event.steps)),
    steps: event.steps,
    frames: 1,
    views: event.views.map((id, row) => liveView(id, row, arrived, event.tile)),
  };
  return same?.stopped ? stoppedDeck(deck) : deck;
}

/** The live deck of a run that will not go on: what has arrived is all there is, and says so. */
export function stoppedDeck(deck) {
  const note = stoppedAt(deck.newest, deck.steps);
  return {
    ...deck, stopped: true, trajectories: deck.trajectories.map((run) => ({ ...run, complete: false, notes: [note] })),
  };
}

const sigmasOf = (arrived, steps) => Array.from({ length: steps + 1 }, (_, step) => arrived.get(step)?.sigma ?? null);

const liveTrajectory = (label, sigmas, steps) =>
  ({ label, sigmas, steps, frames: 1, model_calls: [], change: [], complete: true, notes: [] });

/** One picture file holds a step: rows are views, columns are items. */
function liveView(id, row, arrived, tile) {
  const newestFirst = [...arrived.values()].sort((a, b) => b.step - a.step);
  return {
    id,
    title: liveTitle(id),
    caption: "",
    source: "approximate",
    range: null,
    absent: null,
    sources: newestFirst.map((event) => event.file),
    picture: (index, state) => {
      const event = arrived.get(state);
      if (!event) return { words: liveLost() };
      return {
        source: event.file, x: index * tile.width, y: row * tile.height, width: tile.width, height: tile.height,
      };
    },
  };
}
