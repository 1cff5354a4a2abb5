// Which trajectories are on the stage: all of them side by side, or one by its label.

import { setAttribute } from "./elements.js";
import { SIDE_BY_SIDE } from "./words.js";

export function createSelection(scope, choose) {
  const element = scope.make("select", { class: "ds-select ds-selection", "aria-label": "Shown", hidden: true });
  scope.on(element, "change", () => choose(element.value === "" ? null : Number(element.value)));

  function arrange(deck, state) {
    setAttribute(element, "hidden", deck.trajectories.length < 2);
    const all = scope.make("option", { value: "" }, SIDE_BY_SIDE);
    const each = deck.trajectories.map((one, index) => scope.make("option", { value: index }, one.label));
    element.replaceChildren(all, ...each);
    element.value = state.trajectory === null ? "" : String(state.trajectory);
  }

  return { element, arrange };
}
