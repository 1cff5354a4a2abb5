// The low-rank lab: made with a document alone, it knows nothing of where it stands.

import { createBigView } from "../elements/big_view.js";
import { createScope, setAttribute, setText } from "../elements/elements.js";
import { iconButton } from "../elements/icons.js";
import { createKeeping } from "../elements/keeping.js";
import { createScale } from "../elements/scale.js";
import { createCurve } from "./lab_curve.js";
import * as data from "./lab_data.js";
import { createMatrices } from "./lab_matrices.js";
import { term } from "../language/language.js";
import { ON_ANOTHER, emptyLab, labLabel, onOneScale, rankLabel, rankWord, readingOf, spokenRank } from "../words/lab.js";
import { notesLabel } from "../words/run.js";
import { bigView, closeBigView } from "../words/viewer.js";

/** Up to so many cells a side they are large enough to be seen one by one. */
const LARGE = 24;

/**
 * `saved` is what an earlier lab gave to remember(place), called whenever the user has moved.
 *
 * Returns { element, show(payload), recall(place), shows(), destroy() }.
 */
export function createLab({ document, saved, remember = () => {} }) {
  const scope = createScope(document);
  const keeping = createKeeping(scope, () => remember(state));
  let state = data.recalled(saved);
  let lab = null;
  let shown = null;
  let pointed = data.NOWHERE;

  const title = scope.make("b", {});
  const enlarge = iconButton(scope, "enlarge", bigView());
  const head = scope.make("header", { class: "ds-lab-head" }, title, enlarge.element);
  const curve = createCurve(scope, { go });
  const matrices = createMatrices(scope, { beside: curve.element, point });
  const slider = scope.make("input", { type: "range", class: "ds-slider", min: 0, max: 0, step: 1, "aria-label": rankLabel() });
  const count = scope.make("output", { class: "ds-count", "aria-hidden": "true" });
  const rank = scope.make("div", { class: "ds-lab-rank" }, scope.make("span", { "aria-hidden": "true" }, rankWord()), slider, count);
  const sentence = scope.make("p", { class: "ds-lab-sentence" });
  const readings = [0, 1, 2].map(() => scope.make("span", {}));
  const reading = scope.make("p", { class: "ds-lab-reading", "aria-live": "polite" }, ...readings);
  const scales = { update: createScale(scope), factors: createScale(scope) };
  const legend = scope.make("div", { class: "ds-lab-scales" }, ...[[onOneScale(), "update"], [ON_ANOTHER, "factors"]].map(([words, name]) => scope.make("p", {}, scope.make("span", {}, words), scales[name].element)));
  const notes = scope.make("ul", { class: "ds-notes", "aria-label": notesLabel() });
  const empty = scope.make("p", { class: "ds-sentence" });
  const words = scope.make("div", { class: "ds-lab-words" }, rank, sentence, reading, legend, notes);
  const content = scope.make("div", { class: "ds-lab-content" }, head, matrices.element, words, empty);
  const element = scope.make("section", { class: "denoiscope", "aria-label": labLabel() }, content);
  const big = createBigView(scope, {
    element,
    content,
    opener: enlarge.element,
    focused: slider,
    label: () => term(lab?.title) || labLabel(),
    changed: (open) => enlarge.use(open ? "shrink" : "enlarge", open ? closeBigView() : bigView()),
  });

  scope.on(enlarge.element, "click", () => big.toggle());
  scope.on(slider, "input", () => go(Number(slider.value)));
  say(emptyLab());

  function say(why) {
    lab = null;
    setAttribute(content, "data-state", "empty");
    setText(empty, why);
  }

  function show(payload) {
    try {
      lab = data.readLab(payload);
    } catch (error) {
      return say(error.message);
    }
    setAttribute(content, "data-state", "lab");
    setAttribute(element, "aria-label", labLabel(term(lab.title)));
    setText(title, term(lab.title));
    slider.max = lab.full;
    for (const [name, scale] of Object.entries(scales)) scale.show(lab.scales[name]);
    notes.replaceChildren(...lab.notes.map((note) => scope.make("li", {}, note)));
    pointed = data.NOWHERE;
    content.style.setProperty("--ds-cells", lab.cells);
    setAttribute(content, "data-large", lab.cells <= LARGE);
    matrices.arrange(lab);
    curve.arrange(lab);
    return draw();
  }

  function draw() {
    const at = data.rankOf(state, lab);
    shown = data.atRank(lab, at);
    if (slider.value !== String(at)) slider.value = at;
    slider.style.setProperty("--ds-done", at / lab.full);
    setAttribute(slider, "aria-valuetext", spokenRank(lab, at));
    setText(count, `${at}/${lab.full}`);
    setText(sentence, lab.ranks[at].sentence);
    matrices.draw(lab, shown);
    curve.move(at);
    point(pointed);
  }

  function go(next) {
    if (!lab) return;
    state = data.movedTo(lab, next);
    draw();
    keeping.soon();
  }

  /** What one points at stays while the rank changes, so that one entry can be followed. */
  function point(next) {
    if (!lab) return;
    pointed = next;
    matrices.mark(pointed);
    readingOf(shown, pointed).forEach((line, index) => setText(readings[index], line));
  }

  function destroy() {
    big.close();
    keeping.end();
    scope.destroy();
    element.remove();
    lab = null;
  }

  return {
    element,
    show,
    destroy,
    shows: () => (lab ? "lab" : null),
    recall: (place) => {
      state = data.recalled(place);
      if (lab) draw();
    },
  };
}
