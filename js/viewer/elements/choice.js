// A choice between few words, one of them pressed.

import { setAttribute } from "./elements.js";

/** `words` holds { text, hint } for each of `ids`, and the group's label. */
export function createChoice(scope, { label, ids, words, choose }) {
  const buttons = ids.map((id) =>
    scope.make("button", { type: "button", title: words[id].hint, "data-choice": id }, words[id].text),
  );
  const element = scope.make("div", { class: "ds-choice", role: "group", "aria-label": label }, ...buttons);
  scope.on(element, "click", ({ target }) => target.dataset.choice && choose(target.dataset.choice));

  function select(id) {
    for (const button of buttons) setAttribute(button, "aria-pressed", String(button.dataset.choice === id));
  }

  return { element, select };
}
