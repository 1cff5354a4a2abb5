// The low-rank lab: made with a document alone, it knows nothing of where it stands.

import { setAttribute, setText } from "../elements/elements.js";
import { createNotes, createPanel } from "../elements/panel.js";
import { createScale } from "../elements/scale.js";
import { createCurve } from "./lab_curve.js";
import * as data from "./lab_data.js";
import { createMatrices } from "./lab_matrices.js";
import {
  ON_ANOTHER, emptyLab, keptAt, labLabel, onOneScale, rankLabel, rankWord, readingOf, spokenRank,
} from "../words/lab.js";

/** Up to so many cells a side they are large enough to be seen one by one. */
const LARGE = 24;

const LAB = {
  name: "lab", style: "lab", label: labLabel, empty: emptyLab, read: data.readLab, recalled: data.recalled, build,
};

export const createLab = (options) => createPanel(LAB, options);

function build(scope, at) {
  let shown = null;
  let pointed = data.NOWHERE;
  const curve = createCurve(scope, { go });
  const matrices = createMatrices(scope, { beside: curve.element, point });
  const limits = { min: 0, max: 0, step: 1 };
  const slider = scope.make("input", { type: "range", class: "ds-slider", ...limits, "aria-label": rankLabel() });
  const count = scope.make("output", { class: "ds-count", "aria-hidden": "true" });
  const name = scope.make("span", { "aria-hidden": "true" }, rankWord());
  const rank = scope.make("div", { class: "ds-lab-rank" }, name, slider, count);
  const sentence = scope.make("p", { class: "ds-lab-sentence" });
  const readings = [0, 1, 2].map(() => scope.make("span", {}));
  const reading = scope.make("p", { class: "ds-lab-reading", "aria-live": "polite" }, ...readings);
  const scales = { update: createScale(scope), factors: createScale(scope) };
  const lines = [[onOneScale(), scales.update], [ON_ANOTHER, scales.factors]];
  const legend = scope.make(
    "div",
    { class: "ds-lab-scales" },
    ...lines.map(([words, scale]) => scope.make("p", {}, scope.make("span", {}, words), scale.element)),
  );
  const notes = createNotes(scope);
  const words = scope.make("div", { class: "ds-lab-words" }, rank, sentence, reading, legend, notes.element);
  scope.on(slider, "input", () => go(Number(slider.value)));

  function fill(lab, content) {
    slider.max = lab.full;
    for (const [kind, scale] of Object.entries(scales)) scale.show(lab.scales[kind]);
    notes.write(lab.notes);
    pointed = data.NOWHERE;
    content.style.setProperty("--ds-cells", lab.cells);
    setAttribute(content, "data-large", lab.cells <= LARGE);
    matrices.arrange(lab);
    curve.arrange(lab);
  }

  function draw(lab, state) {
    const here = data.rankOf(state, lab);
    shown = data.atRank(lab, here);
    if (slider.value !== String(here)) slider.value = here;
    slider.style.setProperty("--ds-done", here / lab.full);
    setAttribute(slider, "aria-valuetext", spokenRank(lab, here));
    setText(count, `${here}/${lab.full}`);
    setText(sentence, keptAt(lab.ranks[here]));
    matrices.draw(lab, shown);
    curve.move(here);
    point(pointed);
  }

  function go(next) {
    if (at.shown()) at.go(data.movedTo(at.shown(), next));
  }

  /** What one points at stays while the rank changes, so that one entry can be followed. */
  function point(next) {
    if (!at.shown()) return;
    pointed = next;
    matrices.mark(pointed);
    readingOf(shown, pointed).forEach((line, index) => setText(readings[index], line));
  }

  return { parts: [matrices.element, words], focused: slider, fill, draw };
}
