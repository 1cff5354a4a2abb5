// The stage: one canvas for each trajectory shown, drawn from its sheet, or the sentence that stands in its place.

import { stateAt, viewOf } from "./deck.js";
import { setAttribute, setText } from "./elements.js";
import { gridShape } from "./grid.js";
import { shownIndices } from "./state.js";
import { cellLabel, loadFailed } from "./words.js";

const LABEL_HEIGHT = 26;

export function createStage(scope, { id, sheets, choose, scrub }) {
  const cellsBox = scope.make("div", { class: "ds-cells" });
  const sentence = scope.make("p", { class: "ds-sentence" });
  const element = scope.make("div", { class: "ds-stage", id, role: "tabpanel", tabindex: 0 }, cellsBox, sentence);
  let cells = [];
  let shape = null;

  /** New cells for another deck or another choice of trajectories. */
  function lay(deck, state) {
    const indices = shownIndices(state, deck);
    cells = indices.map((index) => createCell(scope, deck.trajectories[index], index, indices.length > 1 ? choose : null));
    cellsBox.replaceChildren(...cells.map((cell) => cell.element));
    shape = { count: cells.length, aspect: deck.tile.width / deck.tile.height, label: cells.length > 1 ? LABEL_HEIGHT : 0 };
    fit();
  }

  function fit() {
    const { clientWidth: width, clientHeight: height } = element;
    if (!shape || !width || !height) return;
    const { columns, cell } = gridShape({ ...shape, width, height });
    cellsBox.style.setProperty("--ds-columns", columns);
    cellsBox.style.setProperty("--ds-cell", `${cell}px`);
    cellsBox.style.setProperty("--ds-aspect", shape.aspect);
  }

  function paint(deck, state) {
    const view = viewOf(deck, state.view);
    say(view.absent);
    setAttribute(element, "data-source", view.source);
    setAttribute(element, "aria-label", view.title);
    if (view.absent) return;
    for (const cell of cells) paintCell(cell, deck, view, state);
  }

  function paintCell(cell, deck, view, state) {
    const step = stateAt(cell.trajectory, state.step);
    const picture = view.picture(cell.index, step, state.frame);
    cell.name(cellLabel(cell.trajectory, state.step, deck.steps), `${view.title}, ${cell.trajectory.label}`);
    if (picture.words) return cell.say(picture.words);
    const failure = sheets.failure(picture.source);
    if (failure !== undefined) return cell.say(failure === null ? deck.failure : loadFailed(failure));
    cell.show(sheets.get(picture.source), picture);
  }

  /** A sentence for the whole stage, in place of all pictures. */
  function say(words) {
    setText(sentence, words ?? "");
    setAttribute(sentence, "hidden", !words);
    setAttribute(cellsBox, "hidden", Boolean(words));
    setAttribute(element, "data-says", Boolean(words));
  }

  const resized = new scope.window.ResizeObserver(fit);
  resized.observe(element);
  scrubByDragging(scope, element, scrub);

  return {
    element,
    lay,
    paint,
    say,
    clear: () => {
      cells = [];
      cellsBox.replaceChildren();
    },
    canvases: () => cells.filter((cell) => cell.shows()).map((cell) => ({ canvas: cell.canvas, label: cell.trajectory.label })),
    destroy: () => resized.disconnect(),
  };
}

function createCell(scope, trajectory, index, choose) {
  const canvas = scope.make("canvas", { width: 1, height: 1, role: "img" });
  const words = scope.make("p", { class: "ds-sentence", hidden: true });
  const frame = scope.make("div", { class: "ds-frame" }, canvas, words);
  const label = choose && scope.make("button", { type: "button", class: "ds-label", title: "Show this one alone" });
  const element = scope.make("figure", { class: "ds-cell" }, frame, ...(label ? [label] : []));
  const context = canvas.getContext("2d");
  let visible = false;
  if (label) scope.on(label, "click", () => choose(index));

  function show(bitmap, { x, y, width, height }) {
    setAttribute(element, "data-waiting", !bitmap);
    setAttribute(element, "data-says", false);
    setAttribute(words, "hidden", true);
    setAttribute(canvas, "hidden", false);
    if (!bitmap) return;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    else context.clearRect(0, 0, width, height);
    context.drawImage(bitmap, x, y, width, height, 0, 0, width, height);
    visible = true;
  }

  function say(text) {
    setText(words, text);
    setAttribute(words, "hidden", false);
    setAttribute(canvas, "hidden", true);
    setAttribute(element, "data-waiting", false);
    setAttribute(element, "data-says", true);
    visible = false;
  }

  function name(visibleLabel, spoken) {
    if (label) setText(label, visibleLabel);
    setAttribute(canvas, "aria-label", spoken);
  }

  return { element, canvas, trajectory, index, show, say, name, shows: () => visible };
}

/** Dragging across the whole width of the stage moves through the whole run, from wherever it stands. */
function scrubByDragging(scope, element, scrub) {
  let from = null;
  scope.on(element, "pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary || event.target.closest("button")) return;
    from = { x: event.clientX, step: scrub.start() };
    element.setPointerCapture(event.pointerId);
  });
  scope.on(element, "pointermove", (event) => {
    if (!from) return;
    const fraction = (event.clientX - from.x) / element.getBoundingClientRect().width;
    scrub.by(from.step, fraction);
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) scope.on(element, end, () => (from = null));
}
