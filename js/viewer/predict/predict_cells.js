// What stands at the cells of a grid that is predicted: a letter and a menu of the values, then what was right.

import { choicesOf, hides, verdictOn } from "../deck/prediction.js";
import { setAttribute } from "../elements/elements.js";
import { UNKNOWN, cellLetter, spokenVerdict, valueOf, verdictMark } from "../words/predict.js";

/** give(cell, value): a cell as it is shown, and the index of a value on the axis, or null. */
export function createGuesses(scope, { give }) {
  let menus = [];

  /** { over, below } for the cell of `index`, laid over its picture and under it; null where there is nothing. */
  function dress(whole, { prediction }, index) {
    if (prediction?.of !== "cells") return null;
    return hides(prediction)
      ? asking(whole, prediction, index)
      : { over: verdict(verdictOn(whole, prediction, index)), below: null };
  }

  function asking(whole, { given }, cell) {
    const [{ name, values }] = whole.axes;
    if (cell === 0) menus = [];
    const letter = cellLetter(cell);
    const options = choicesOf(whole).map((index) => scope.make("option", { value: index }, values[index]));
    const menu = scope.make(
      "select", { class: "ds-select ds-guess", "aria-label": valueOf(name, letter) },
      scope.make("option", { value: "" }, UNKNOWN), ...options,
    );
    scope.on(menu, "change", () => give(cell, menu.value === "" ? null : Number(menu.value)));
    scope.on(menu, "keydown", (event) => !event.ctrlKey && !event.metaKey && event.stopPropagation());
    menus[cell] = menu;
    stand(menu, given[cell]);
    return { over: scope.make("span", { class: "ds-letter", "aria-hidden": "true" }, letter), below: menu };
  }

  function stand(menu, value) {
    menu.value = value ?? "";
    setAttribute(menu, "data-given", value !== null);
  }

  const arrange = ({ given }) => menus.forEach((menu, cell) => stand(menu, given[cell]));

  function verdict(found) {
    const { right } = found;
    return scope.make(
      "span", { class: "ds-verdict", "data-right": String(right), role: "img", "aria-label": spokenVerdict(found) },
      verdictMark(found),
    );
  }

  return { dress, arrange, first: () => menus.find((menu) => menu.isConnected) ?? null };
}
