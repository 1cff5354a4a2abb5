// The formula of the CFG triangle: each term points to its picture, and beside it stands whether it is the whole truth.

import { setAttribute, setText } from "../elements/elements.js";
import { term } from "../language/language.js";
import { BARE, WHOLE, scaleText, spokenBare, spokenWhole } from "../words/triangle.js";

/** say(form, scale, truth, brief): form is "whole", "bare" or "none"; brief shortens the names of the terms. */
export function createFormula(scope) {
  const spanOf = ({ text, term: one, within }) =>
    scope.make("span", { class: one && "ds-term", "data-term": one, "data-within": within }, term(text));
  const whole = WHOLE.map(spanOf);
  const bare = BARE.map(spanOf);
  const formula = scope.make("p", { class: "ds-formula", role: "math" });
  const sentence = scope.make("p", { class: "ds-truth" });
  const element = scope.make("div", { class: "ds-words" }, formula, sentence);
  let written = null;

  function write(form) {
    written = form;
    formula.replaceChildren(...(form === "whole" ? whole : bare));
    setAttribute(formula, "hidden", form === "none");
  }

  function say(form, scale, truth, brief) {
    if (form !== written) write(form);
    WHOLE.forEach(({ text, short, term: one }, at) =>
      setText(whole[at], one === "scale" ? scaleText(scale) : term(brief && short ? short : text)),
    );
    setAttribute(formula, "aria-label", form === "whole" ? spokenWhole(scale) : spokenBare());
    setText(sentence, truth);
    for (const words of [formula, sentence]) setAttribute(words, "title", truth);
  }

  return { element, say };
}
