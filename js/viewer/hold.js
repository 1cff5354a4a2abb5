// The button that holds the step that is shown, so that every other step of the run can be laid over it.

import { canHold, holds } from "./deck/moves.js";
import { setAttribute } from "./elements/elements.js";
import { iconButton } from "./elements/icons.js";
import { holdLabel, releaseLabel } from "./words/kept.js";

export function createHold(scope, { hold }) {
  const button = iconButton(scope, "hold", holdLabel());
  scope.on(button.element, "click", hold);

  function arrange(deck, state) {
    const held = holds(state);
    setAttribute(button.element, "hidden", !held && !canHold(state, deck));
    setAttribute(button.element, "aria-pressed", String(held));
    setAttribute(button.element, "aria-label", held ? releaseLabel() : holdLabel());
    setAttribute(button.element, "title", held ? releaseLabel() : holdLabel());
  }

  return { element: button.element, arrange };
}
