// What was said and what was measured, as two marks on the chart under the slider.

import { answerOf, hides } from "../deck/prediction.js";
import { setAttribute } from "../elements/elements.js";
import { across } from "../steps/curves.js";
import { measuredWord, you } from "../words/predict.js";

/** From here on a mark's words stand on its left. */
const LATE = 0.75;

/** Marks in `plot`, an element that runs from the first step to the last. */
export function createMarks(scope, plot) {
  const make = (who, words) =>
    scope.make("div", { class: "ds-cursor ds-flag", "data-who": who, hidden: true }, scope.make("span", {}, words));
  const marks = { said: make("you", you()), decided: make("measured", measuredWord()) };
  plot.append(...Object.values(marks));

  /** `together` says where on the slider a state of a run stands. */
  function arrange(whole, { prediction, trajectory }, together) {
    const shown = prediction?.of === "step" && !hides(prediction) && [null, prediction.trajectory].includes(trajectory);
    const answer = shown ? answerOf(whole, prediction) : {};
    for (const [name, mark] of Object.entries(marks)) {
      setAttribute(mark, "hidden", !shown);
      if (shown) place(mark, across(together.where(prediction.trajectory, answer[name]), whole.steps));
    }
  }

  function place(mark, at) {
    mark.style.setProperty("--ds-at", at);
    setAttribute(mark, "data-late", at > LATE);
  }

  return { arrange };
}
