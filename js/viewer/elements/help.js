// What the words mean: a "?" that opens a page of sentences over everything, first of what is shown, then all words.

import { iconButton } from "./icons.js";
import { closeHelp, glossary, helpLabel, wordsTitle } from "../words/help.js";

/**
 * `sections()` gives what is said before the words, [{ title, entries: [[name, sentence]] }]; `element` says the
 * language. Returns { button, open }.
 */
export function createHelp(scope, { element, sections = () => [] }) {
  const { element: button } = iconButton(scope, "help", helpLabel());
  scope.on(button, "click", open);

  function open() {
    const { element: closing } = iconButton(scope, "close", closeHelp());
    const head = scope.make("header", { class: "ds-help-head" }, scope.make("h2", {}, helpLabel()), closing);
    const all = [...sections(), { title: wordsTitle(), entries: glossary() }];
    const dialog = scope.make(
      "dialog", { class: "denoiscope ds-help", "aria-label": helpLabel(), lang: element().lang || null }, head,
      ...all.filter(({ entries }) => entries.length > 0).flatMap(section),
    );
    scope.on(closing, "click", () => dialog.close());
    scope.on(dialog, "click", ({ target }) => target === dialog && dialog.close());
    scope.on(dialog, "keydown", (event) => event.stopPropagation());
    scope.on(dialog, "close", () => {
      dialog.remove();
      button.focus();
    });
    scope.document.body.append(dialog);
    dialog.showModal();
  }

  function section({ title, entries }) {
    const pairs = entries.flatMap(([name, text]) => [scope.make("dt", {}, name), scope.make("dd", {}, text)]);
    return [scope.make("h3", {}, title), scope.make("dl", {}, ...pairs)];
  }

  return { button, open };
}
