// Predict before reveal: the question, the marks of the answer and the menus of cells, as one.

import { again, checked, gave, hides, marked } from "../deck/prediction.js";
import { createPredictBar } from "./predict_bar.js";
import { createGuesses } from "./predict_cells.js";
import { createMarks } from "./predict_marks.js";

/**
 * `plot`: the chart that the marks stand in; next(): a step forward; change(move): the viewer's state becomes
 * move(state, whole), where `whole` is the deck with everything in it.
 */
export function createPredicting(scope, { plot, next, change }) {
  const guesses = createGuesses(scope, { give: (cell, value) => change((state) => gave(state, cell, value)) });
  const bar = createPredictBar(scope, {
    next,
    mark: () => turn(marked),
    check: () => turn(checked),
    again: () => turn(again),
  });
  const marks = createMarks(scope, plot);

  /** What the button stood for is over: the focus goes to the answer, or to where the next one begins. */
  function turn(move) {
    change(move);
    const start = bar.next.hidden ? guesses.first() : bar.next;
    (bar.element.hasAttribute("data-asks") ? start : bar.words)?.focus();
  }

  function arrange(whole, state, together) {
    bar.arrange(whole, state);
    if (state.prediction?.of === "cells" && hides(state.prediction)) guesses.arrange(state.prediction);
    marks.arrange(whole, state, together);
  }

  return { element: bar.element, dress: guesses.dress, arrange, move: bar.move };
}
