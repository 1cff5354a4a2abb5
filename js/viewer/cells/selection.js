// Which trajectories are on the stage: all of them side by side, or one by its label.

import { viewOf } from "../deck/deck.js";
import { shownIndices } from "../deck/moves.js";
import { setAttribute } from "../elements/elements.js";
import { selectionLabel } from "../words/cells.js";
import { sideBySide } from "../words/viewer.js";

export function createSelection(scope, choose) {
  const element = scope.make(
    "select", { class: "ds-select ds-selection", "aria-label": selectionLabel(), hidden: true },
  );
  scope.on(element, "change", () => choose(element.value === "" ? null : Number(element.value)));
  let offered = null;

  function arrange(deck, state) {
    setAttribute(element, "hidden", deck.trajectories.length < 2 || Boolean(deck.veil));
    if (offered !== deck) offer(deck);
    const one = Boolean(viewOf(deck, state.view).corners);
    setAttribute(element.options[0], "hidden", one);
    const index = one ? shownIndices(state, deck)[0] : state.trajectory;
    element.value = index === null ? "" : String(index);
  }

  function offer(deck) {
    offered = deck;
    const all = scope.make("option", { value: "" }, sideBySide());
    const each = deck.trajectories.map((one, index) => scope.make("option", { value: index }, one.label));
    element.replaceChildren(all, ...each);
  }

  return { element, arrange };
}
