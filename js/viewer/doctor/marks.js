// What a doctor found, as marks on the chart under the slider and as a list that leads to the steps.

import { setAttribute } from "../elements/elements.js";
import { findingsLabel, seenIn, showStep, strengthWord } from "../words/doctor.js";

const STRENGTHS = ["certain", "measured", "suspected"];

/** Marks in `plot`, an element that runs from the first step to the last. `go({ view, step })` moves there. */
export function createMarks(scope, { plot, go }) {
  const flags = scope.make("div", { class: "ds-found" });
  const element = scope.make("ul", { class: "ds-findings", "aria-label": findingsLabel(), hidden: true });
  plot.append(flags);

  /** `shown` are the trajectories on the stage; `where(index, state)` is the step of the slider of a state. */
  function arrange(deck, shown, where) {
    const found = deck.veil ? [] : shown.flatMap((index) => marksOf(deck, index, where));
    const steps = [...bySteps(found)];
    flags.replaceChildren(...steps.map(([step, marks]) => flag(marks, deck.steps > 0 ? step / deck.steps : 0)));
    element.replaceChildren(...firsts(found).map(entry));
    setAttribute(element, "hidden", found.length === 0);
  }

  function flag(marks, at) {
    const title = [...new Set(marks.map(seenIn))].join("\n");
    const one = scope.make("div", { class: "ds-finding", "data-strength": strongest(marks), title });
    one.style.setProperty("--ds-at", at);
    return one;
  }

  function entry(mark) {
    const words = [scope.make("b", {}, strengthWord(mark.strength)), scope.make("span", {}, seenIn(mark))];
    if (mark.at === null) return scope.make("li", { "data-strength": mark.strength }, ...words);
    const button = scope.make("button", { type: "button", title: showStep(mark.step) }, ...words);
    scope.on(button, "click", () => go({ view: mark.view, step: Math.round(mark.at) }));
    return scope.make("li", { "data-strength": mark.strength }, button);
  }

  return { element, arrange };
}

const marksOf = (deck, index, where) =>
  (deck.trajectories[index].marks ?? []).map((mark) =>
    ({ ...mark, at: mark.step === null ? null : where(index, mark.step) }));

function bySteps(marks) {
  const steps = new Map();
  for (const mark of marks.filter(({ at }) => at !== null)) steps.set(mark.at, [...(steps.get(mark.at) ?? []), mark]);
  return steps;
}

/** What is said of several runs is said once. */
const firsts = (marks) => marks.filter((mark, at) => marks.findIndex(({ rule }) => rule === mark.rule) === at);

const strongest = (marks) => STRENGTHS.find((strength) => marks.some((mark) => mark.strength === strength));
