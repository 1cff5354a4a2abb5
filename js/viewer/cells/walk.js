// The slider along the stops of a walk that is seen one stop at a time.

import { strolls } from "../deck/moves.js";
import { setAttribute, setText } from "../elements/elements.js";
import { spokenStop, stopLabel, stopOf, walkWord } from "../words/cells.js";

/** go(index): that stop. */
export function createWalk(scope, { go }) {
  const slider = scope.make(
    "input", { type: "range", class: "ds-slider ds-stops", min: 0, max: 0, step: 1, "aria-label": stopLabel() },
  );
  const count = scope.make("output", { class: "ds-count", "aria-hidden": "true" });
  const element = scope.make(
    "div", { class: "ds-walk", hidden: true }, scope.make("span", { "aria-hidden": "true" }, walkWord()), slider, count,
  );
  scope.on(slider, "input", () => go(Number(slider.value)));

  function arrange(deck, state) {
    setAttribute(element, "hidden", !strolls(state, deck));
    if (strolls(state, deck)) move(deck, state);
  }

  function move(deck, { trajectory }) {
    const { label } = deck.trajectories[trajectory];
    const last = deck.trajectories.length - 1;
    slider.max = last;
    if (slider.value !== String(trajectory)) slider.value = trajectory;
    slider.style.setProperty("--ds-done", last > 0 ? trajectory / last : 0);
    setAttribute(slider, "aria-valuetext", spokenStop(label, trajectory, last + 1));
    setText(count, stopOf(trajectory, last + 1));
  }

  return { element, arrange };
}
