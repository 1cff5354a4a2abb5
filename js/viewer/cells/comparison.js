// Two pinned cells: when their comparison is open, what it shows now, and the search for where they part.

import { createCompare } from "./compare.js";
import { createParting } from "./parting.js";
import { viewOf } from "../deck/deck.js";
import { seenAt } from "../pictures/sight.js";

/** mark(step) marks where they part on the chart, or nothing (null); changed() is called when that has been found. */
export function createComparison(scope, { sheets, mark, changed, setMode, setWipe, unpin }) {
  const pane = createCompare(scope, { setMode, setWipe, unpin });
  const parting = createParting(scope, { sheets, changed });

  const isOpen = (deck, state) =>
    state.pins.length === 2 && state.trajectory === null && !deck.live && !viewOf(deck, state.view).corners;

  function arrange(deck, state, together) {
    pane.arrange(deck, state, isOpen(deck, state));
    if (isOpen(deck, state)) return seek(deck, state, together);
    parting.rest();
    return mark(null);
  }

  function seek(deck, state, together) {
    const found = parting.ask(deck, indicesOf(state), together, state.frame);
    const { sigmas } = deck.trajectories[together.read];
    mark(found?.step ?? null);
    pane.say(found, sigmas[found?.step] ?? null);
  }

  function paint(deck, state, together) {
    if (!isOpen(deck, state)) return;
    const view = viewOf(deck, state.view);
    const seen = indicesOf(state).map((index) =>
      seenAt(sheets, deck, view, index, together.at(index, state.step), state.frame),
    );
    pane.paint(seen, state);
  }

  return {
    element: pane.element,
    arrange,
    paint,
    /** Sheets that the search needs beside those of the view. */
    sources: (deck) => (parting.searches() ? viewOf(deck, "x0").sources : []),
    wake: parting.wake,
    forget: parting.forget,
    end: parting.rest,
  };
}

const indicesOf = (state) => state.pins.map(({ index }) => index);
