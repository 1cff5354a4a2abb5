// Two pinned cells, or two steps of one run: when their comparison is open, what it shows now, and what is found.

import { createCompare } from "./compare.js";
import { createApart } from "./apart.js";
import { createParting } from "./parting.js";
import { spokenPlace } from "../deck/axes.js";
import { viewOf } from "../deck/deck.js";
import { SAME, firstDifference } from "../deck/first_difference.js";
import { holds } from "../deck/moves.js";
import { seenAt } from "../pictures/sight.js";
import { partsHere } from "../words/cells.js";
import { differenceFound, differenceHint, heldHere, stepAndSigma } from "../words/kept.js";

/**
 * mark(step, words, sign) marks a step on the chart and says why, or marks nothing (null); changed() is called when an
 * answer has been found.
 */
export function createComparison(scope, { sheets, mark, changed, setMode, setWipe, unpin }) {
  const pane = createCompare(scope, { setMode, setWipe, unpin });
  const parting = createParting(scope, { sheets, changed });
  const apart = createApart(scope, { tell: pane.tell });

  /** Of the cells side by side, or of the steps of the run that is alone on the stage. */
  const isOpen = (deck, state) =>
    state.pins.length === 2 && !deck.live && !viewOf(deck, state.view).corners && isSeen(state);

  const isSeen = ({ trajectory, pins }) => trajectory === null || pins.every(({ index }) => index === trajectory);

  function arrange(deck, state, together) {
    const open = isOpen(deck, state);
    pane.arrange(deck, state, open && namesOf(deck, state, together));
    if (open && !holds(state)) return seek(deck, state, together);
    parting.rest();
    if (!open) apart.rest();
    if (open) pane.say(null);
    const [held] = state.pins;
    return mark(open ? together.where(held.index, held.step) : null, heldHere(), "A");
  }

  function seek(deck, state, together) {
    const pair = state.pins.map(({ index }) => index);
    const found = parting.ask(deck, pair, together, state.frame);
    const { sigmas } = deck.trajectories[together.read];
    mark(found?.step ?? null, partsHere(), "A≠B");
    const first = firstDifference(...pair.map((index) => deck.trajectories[index]));
    pane.say({ found, sigma: sigmas[found?.step] ?? null, first: differenceFound(first), hint: differenceHint(SAME) });
  }

  /** By their places; with their steps where a step is held, and by these alone where both are of one run. */
  function namesOf(deck, state, together) {
    const [one, other] = state.pins;
    const place = (pin) => (one.index === other.index ? null : spokenPlace(deck, pin.index));
    const step = (pin) =>
      holds(state) ? stepAndSigma(atPin(pin, state, together), deck.trajectories[pin.index]) : null;
    return state.pins.map((pin) => [step(pin), place(pin)].filter(Boolean).join(", "));
  }

  function paint(deck, state, together) {
    if (!isOpen(deck, state)) return;
    const view = viewOf(deck, state.view);
    const seen = state.pins.map((pin) =>
      seenAt(sheets, deck, view, pin.index, atPin(pin, state, together), state.frame),
    );
    if (holds(state)) pane.name(namesOf(deck, state, together));
    pane.paint(seen, state);
    apart.look(seen);
  }

  return {
    element: pane.element,
    arrange,
    paint,
    /** Sheets that the search needs beside those of the view. */
    sources: (deck) => (parting.searches() ? viewOf(deck, "x0").sources : []),
    wake: parting.wake,
    forget: parting.forget,
    end: () => {
      parting.rest();
      apart.rest();
    },
  };
}

/** The state where one side of the comparison stands: held, or with the slider. */
const atPin = ({ index, step }, state, together) => step ?? together.at(index, state.step);
