// The five matrices of the low-rank lab, a square each, with marks for what one points at.

import { painter } from "../drawing/colours.js";
import { onKey, setAttribute, setText } from "../elements/elements.js";
import { NOWHERE, markIn, pointedAt, pointedByKey } from "./lab_data.js";
import { countOf, matricesLabel, namesOf, spokenMatrix } from "../words/lab.js";

const OWN_SCALE = { up: "factors", down: "factors" };

/** `beside` stands in the last free place. point(what) is called whenever the pointer or a key has moved. */
export function createMatrices(scope, { beside, point }) {
  const matrices = Object.keys(namesOf()).map((name) => createMatrix(scope, name, point));
  const element = scope.make(
    "div", { class: "ds-lab-matrices", role: "group", tabindex: 0, "aria-label": matricesLabel() },
    ...matrices.map((matrix) => matrix.element), beside,
  );
  let shows = null;
  let pointed = NOWHERE;

  onKey(scope, element, ({ key }) => (shows ? pointedByKey(key, shows.lab, pointed) : null), point);
  // A finger leaves wherever it is lifted, and what it has tapped stays marked.
  scope.on(element, "pointerleave", ({ pointerType }) => pointerType === "mouse" && point(NOWHERE));

  function arrange(lab) {
    for (const matrix of matrices) matrix.arrange(lab);
  }

  function draw(lab, shown) {
    shows = { lab, rank: shown.rank };
    for (const matrix of matrices) matrix.draw(lab, shown);
  }

  function mark(next) {
    pointed = next;
    for (const matrix of matrices) matrix.mark(shows.lab, shows.rank, pointed);
  }

  return { element, arrange, draw, mark };
}

function createMatrix(scope, name, point) {
  const counts = ["ds-lab-shape", "ds-lab-count"].map((one) => scope.make("span", { class: one }));
  const canvas = scope.make("canvas", { role: "img" });
  const box = scope.make("i", { class: "ds-lab-mark", hidden: true });
  const frame = scope.make("div", { class: "ds-lab-frame" }, canvas, box);
  const element = scope.make(
    "figure", { class: "ds-lab-matrix", "data-matrix": name },
    scope.make("figcaption", {}, scope.make("b", {}, namesOf()[name]), ...counts), frame,
  );
  let paint = null;
  let shows = null;

  for (const type of ["pointermove", "pointerdown"]) scope.on(frame, type, (event) => shows && point(under(event)));

  function under({ clientX, clientY }) {
    const at = frame.getBoundingClientRect();
    const place = (start, length) => Math.floor((start / length) * shows.lab.cells);
    return pointedAt(
      shows.lab, shows.rank, name, place(clientY - at.top, at.height), place(clientX - at.left, at.width),
    );
  }

  function arrange(lab) {
    canvas.width = lab.cells;
    canvas.height = lab.cells;
    paint = painter(lab.scales[OWN_SCALE[name] ?? "update"]);
  }

  /** A pixel for each entry; where there is none the canvas stays clear. */
  function draw(lab, shown) {
    shows = { lab, rank: shown.rank };
    const field = canvas.getContext("2d");
    const pixels = field.createImageData(lab.cells, lab.cells);
    shown[name].forEach((row, down) =>
      row.forEach((entry, across) => paint(entry, pixels.data, 4 * (down * lab.cells + across))),
    );
    field.putImageData(pixels, 0, 0);
    countOf(name, lab, shown.rank).forEach((text, index) => setText(counts[index], text));
    setAttribute(canvas, "aria-label", spokenMatrix(name, lab, shown.rank));
  }

  function mark(lab, rank, pointed) {
    const at = markIn(name, lab, rank, pointed);
    setAttribute(box, "hidden", at === null);
    for (const [side, cells] of Object.entries(at ?? {})) box.style.setProperty(`--ds-${side}`, cells);
  }

  return { element, arrange, draw, mark };
}
