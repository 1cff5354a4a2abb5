// The scale of a map: its colours between its lowest and its highest number.

import { setAttribute, setText } from "./elements.js";
import { term } from "../language/language.js";
import { number } from "../words/numbers.js";
import { spokenScale } from "../words/viewer.js";

/** show({ low, high, label, colours }), or show(null) for no map. */
export function createScale(scope) {
  const low = scope.make("span", {});
  const bar = scope.make("span", { class: "ds-ramp", role: "img" });
  const high = scope.make("span", {});
  const element = scope.make("span", { class: "ds-scale", hidden: true }, low, bar, high);

  function show(range) {
    setAttribute(element, "hidden", !range);
    if (!range) return;
    setText(low, number(range.low));
    setText(high, number(range.high));
    bar.style.backgroundImage = `linear-gradient(to right, ${(range.colours ?? []).join(", ")})`;
    const label = term(range.label);
    setAttribute(bar, "aria-label", spokenScale(label, range));
    setAttribute(element, "title", label);
  }

  return { element, show };
}
