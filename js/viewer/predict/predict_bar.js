// The line in which something is predicted: the question with its buttons, then the answer with its definition.

import { allGiven, answerOf, hides, refusalOf, scoreOf } from "../deck/prediction.js";
import { setAttribute, setText } from "../elements/elements.js";
import * as say from "../words/predict.js";

/** next(), mark(), check(), again(): the buttons. */
export function createPredictBar(scope, { next, mark, check, again }) {
  const button = (words, press, kind = "") => {
    const element = scope.make("button", { type: "button", class: `ds-press ${kind}`, hidden: true }, words);
    scope.on(element, "click", press);
    return element;
  };
  const words = scope.make("p", { class: "ds-predict-words", role: "status", tabindex: -1 });
  const definition = scope.make("p", { class: "ds-measured" });
  const measured = scope.make(
    "details", { class: "ds-measure" }, scope.make("summary", {}, say.whatWasMeasured()), definition,
  );
  const buttons = {
    next: button(say.nextStep(), next),
    mark: button("", mark, "ds-main-press"),
    check: button(say.checkWord(), check, "ds-main-press"),
    again: button(say.predictAgain(), again),
  };
  const presses = scope.make("div", { class: "ds-presses" }, ...Object.values(buttons));
  const element = scope.make(
    "div", { class: "ds-predict", role: "group", "aria-label": say.predictWord(), hidden: true }, words, presses,
  );

  /** The sentence, and the buttons by name. */
  function show(sentence, ...shown) {
    setText(words, sentence);
    for (const [name, button] of Object.entries(buttons)) setAttribute(button, "hidden", !shown.includes(name));
    setAttribute(presses, "hidden", shown.length === 0);
  }

  /** `whole` is the deck with everything in it, whatever of it may be seen. */
  function arrange(whole, state) {
    const { prediction } = state;
    const asked = Boolean(whole.predict) && !whole.live;
    setAttribute(element, "hidden", !asked);
    setAttribute(element, "data-asks", hides(prediction));
    define(asked && prediction?.of === "step" && !hides(prediction));
    if (!asked) return;
    if (!prediction) show(say.nothingToPredict(refusalOf(whole)));
    else if (prediction.of === "cells") arrangeCells(whole, prediction);
    else if (hides(prediction)) ask(state, whole.trajectories[prediction.trajectory]);
    else answer(answerOf(whole, prediction));
  }

  /** The definition stands below an answer alone. */
  function define(wanted) {
    if (!wanted) measured.remove();
    else if (!element.contains(measured)) element.append(measured);
  }

  function ask(state, { steps }) {
    show(say.askStep(), "next", "mark");
    move(state, steps);
  }

  function arrangeCells(whole, prediction) {
    if (!hides(prediction)) return show(say.cellsAnswer(scoreOf(whole, prediction)), "again");
    const left = prediction.given.filter((answer) => answer === null).length;
    const begun = left > 0 && left < prediction.given.length;
    show(begun ? say.cellsLeft(left) : say.askCells(whole.axes[0].name), "check");
    buttons.check.disabled = !allGiven(prediction);
  }

  function answer(found) {
    show(say.stepAnswer(found), "again");
    setText(definition, say.stepMeasure(found));
  }

  /** The step that the button would mark; called for every picture of a scrub. */
  function move({ step }, steps) {
    if (buttons.mark.hidden) return;
    setText(buttons.mark, say.markAt(step));
    buttons.next.disabled = step >= steps;
  }

  return { element, arrange, move, words, next: buttons.next };
}
