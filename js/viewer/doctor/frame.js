// The frame that doctor and comparison share: a head, a body that scrolls, a sentence where there is nothing.

import { createHelp } from "../elements/help.js";
import { createScope, setAttribute, setText } from "../elements/elements.js";

/**
 * `fill(scope, payload)` gives the head's words and the parts of the body, or throws an Error with the sentence to say.
 *
 * Returns { element, show(payload), recall(), shows(), destroy() }.
 */
export function createFrame(document, { label, empty, fill }) {
  const scope = createScope(document);
  let shown = null;
  const help = createHelp(scope, { element: () => element });
  const title = scope.make("b", {});
  const words = scope.make("span", {});
  const head = scope.make("header", { class: "ds-doctor-head" }, title, words, help.button);
  const body = scope.make("div", { class: "ds-doctor-body" });
  const content = scope.make("div", { class: "ds-doctor-content", tabindex: 0 }, head, body);
  const element = scope.make("section", { class: "denoiscope", "aria-label": label() }, content);
  say(empty());

  function say(sentence) {
    shown = null;
    setText(title, "");
    setText(words, "");
    body.replaceChildren(scope.make("p", { class: "ds-sentence" }, sentence));
  }

  function show(payload) {
    try {
      const filled = fill(scope, payload);
      shown = payload;
      setText(title, filled.title);
      setText(words, filled.words);
      body.replaceChildren(...filled.parts);
      setAttribute(element, "aria-label", label());
    } catch (error) {
      say(error.message);
    }
  }

  return { element, show, recall: () => {}, shows: () => (shown ? "findings" : null), destroy: () => scope.destroy() };
}

/** Words that a person may fold away. */
export const folded = (scope, title, content, open = false) =>
  scope.make("details", { class: "ds-doctor-looked", open }, scope.make("summary", {}, title), content);

/** A table whose first row is its head; cells are text. */
export function table(scope, columns, rows) {
  const head = scope.make("tr", {}, ...columns.map((name) => scope.make("th", { scope: "col" }, name)));
  const body = rows.map((row) => scope.make("tr", {}, ...row.map((cell) => scope.make("td", {}, cell))));
  const parts = [scope.make("thead", {}, head), scope.make("tbody", {}, ...body)];
  return scope.make("table", { class: "ds-doctor-table" }, ...parts);
}
