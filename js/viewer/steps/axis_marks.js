// The numbers beside and below the chart: σ on the left, all else on the right, the steps below with a flag among them.

import { setAttribute, setText } from "../elements/elements.js";
import { INSET, across } from "./curves.js";
import { markText, stepMarks } from "./axes.js";
import { HEIGHT } from "../drawing/paths.js";
import { axisHint, noiseAxisHint, stepsWord, topMark } from "../words/curves.js";
import { unitOf } from "../words/run.js";

export function createAxes(scope) {
  const hidden = { "aria-hidden": "true" };
  const left = scope.make("div", { class: "ds-ups", "data-line": "sigma", title: noiseAxisHint(), ...hidden });
  const right = scope.make("div", { class: "ds-ups ds-ups-right", ...hidden });
  const unit = scope.make("div", { class: "ds-unit", ...hidden });
  const marks = scope.make("div", {});
  const flag = scope.make("span", { class: "ds-step-flag" });
  const below = scope.make("div", { class: "ds-acrosses", ...hidden }, marks, flag);

  function draw(deck, ofNoise, ofOthers) {
    left.replaceChildren(...upwards(ofNoise.hidden ? null : ofNoise, (text) => `σ ${text}`));
    right.replaceChildren(...upwards(ofOthers, (text) => topMark(text, ofOthers)));
    setAttribute(right, "title", axisHint(ofOthers));
    setText(unit, stepsWord(unitOf(deck)));
    marks.replaceChildren(...stepMarks(deck.steps).map((step) => placed(String(step), across(step, deck.steps))));
  }

  /** The number at the top says what is counted. */
  function upwards(axis, saying) {
    const marks = axis?.marks ?? [];
    const top = Math.max(...marks.map(({ at }) => at));
    return marks.map(({ at, value }) => {
      const text = markText(value, axis.shares);
      return placed(at === top ? saying(text) : text, (INSET + at * (HEIGHT - 2 * INSET)) / HEIGHT);
    });
  }

  function placed(text, share) {
    const mark = scope.make("span", {}, text);
    mark.style.setProperty("--ds-share", share);
    return mark;
  }

  /** Words below one place of the chart, 0..1; null for none. */
  function point(at, words) {
    setAttribute(flag, "hidden", !words);
    if (!words) return;
    setText(flag, words);
    flag.style.setProperty("--ds-share", at);
  }

  return { left, right, unit, below, draw, flag: point };
}
