// The singular values of an update, the energy that each rank keeps, and a cursor at the rank.

import { HEIGHT, WIDTH, lineThrough } from "../drawing/paths.js";
import { setAttribute, setText } from "../elements/elements.js";
import { breakEven } from "./lab_data.js";
import { breakEvenHint, curveHint, energyWord, rankWord } from "../words/lab.js";

/** How much of its place a bar takes. */
const BAR_SHARE = 0.7;

/** go(rank) is called while one points with the button down. The slider says the same to a screen reader. */
export function createCurve(scope, { go }) {
  const bars = scope.draw("g", { class: "ds-lab-bars" });
  const line = scope.draw("path", { class: "ds-lab-energy" });
  const field = scope.draw(
    "svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", focusable: "false" }, bars, line,
  );
  const even = scope.make("div", { class: "ds-lab-even", title: breakEvenHint() });
  const cursor = scope.make("div", { class: "ds-cursor" });
  const dot = scope.make("i", { class: "ds-lab-dot" });
  const area = scope.make("div", { class: "ds-lab-frame ds-lab-curve" }, field, even, cursor, dot);
  const ends = [0, 1].map(() => scope.make("span", {}));
  const kept = scope.make("span", { class: "ds-lab-count" });
  const keys = [
    scope.make("span", { class: "ds-lab-bar-key" }, "σ"),
    scope.make("span", { class: "ds-lab-line-key" }, scope.make("span", { class: "ds-lab-shape" }, energyWord()), kept),
  ];
  const element = scope.make(
    "figure", { class: "ds-lab-matrix", "data-matrix": "curve", "aria-hidden": "true" },
    scope.make("figcaption", { title: curveHint() }, ...keys), area,
    scope.make("p", { class: "ds-lab-ends" }, ends[0], scope.make("span", {}, rankWord()), ends[1]),
  );
  let lab = null;

  scope.on(area, "pointerdown", (event) => {
    if (event.button !== 0 || !lab) return;
    area.setPointerCapture(event.pointerId);
    go(rankUnder(event));
  });
  scope.on(area, "pointermove", (event) => lab && area.hasPointerCapture(event.pointerId) && go(rankUnder(event)));

  function rankUnder({ clientX }) {
    const at = area.getBoundingClientRect();
    return Math.round(((clientX - at.left) / at.width) * lab.full);
  }

  function arrange(next) {
    lab = next;
    const wide = WIDTH / lab.full;
    bars.replaceChildren(...lab.values.map((value, index) => bar(value / lab.values[0], index, wide)));
    setAttribute(
      line, "d", lineThrough(lab.ranks.map(({ energy }, rank) => ({ x: rank * wide, y: (1 - energy) * HEIGHT }))),
    );
    even.style.setProperty("--ds-at", breakEven(lab));
    setText(ends[0], "0");
    setText(ends[1], String(lab.full));
  }

  function bar(share, index, wide) {
    const [x, width, height] = [(index + (1 - BAR_SHARE) / 2) * wide, BAR_SHARE * wide, share * HEIGHT];
    return scope.draw("rect", { x, y: HEIGHT - height, width, height });
  }

  function move(rank) {
    cursor.style.setProperty("--ds-at", rank / lab.full);
    dot.style.setProperty("--ds-at", rank / lab.full);
    dot.style.setProperty("--ds-up", lab.ranks[rank].energy);
    setText(kept, lab.ranks[rank].kept);
    [...bars.children].forEach((bar, index) => setAttribute(bar, "data-kept", index < rank));
  }

  return { element, arrange, move };
}
