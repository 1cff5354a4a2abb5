// A place to answer: a step, a number, a choice, or a text.

import { LONGEST } from "./answers.js";
import { line } from "./text.js";

const MAKE = {
  step: ({ make }) => make("input", { type: "number", min: 0, step: 1, inputmode: "numeric" }),
  number: ({ make }) => make("input", { type: "number", step: "any", inputmode: "decimal" }),
  text: ({ make }) => make("textarea", { rows: 3, maxlength: LONGEST }),
};

/** A labelled element; `change(value)` is called with text at every input, "" where nothing stands; a choice is
 * kept as its place, counted from 1, so that it is the same in every language. */
export function createField({ scope }, field, value, change) {
  const { make, on } = scope;
  if (field.kind === "choice") return choice(scope, field, value, change);
  const input = MAKE[field.kind](scope);
  input.value = value;
  on(input, "input", () => change(input.value));
  const label = make("span", {}, ...line(make, field.label));
  return make("label", { class: "dsp-field", "data-kind": field.kind }, label, input);
}

let groups = 0;

function choice({ make, on }, field, value, change) {
  const name = `dsp-choice-${++groups}`;
  const options = field.options.map((option, at) => {
    const input = make("input", { type: "radio", name, value: String(at + 1), checked: String(at + 1) === value });
    on(input, "change", () => change(input.value));
    return make("label", {}, input, make("span", {}, option));
  });
  return make("fieldset", { class: "dsp-field" }, make("legend", {}, ...line(make, field.label)), ...options);
}
