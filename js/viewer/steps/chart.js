// The chart under the slider: the numbers of a run, step by step, with a cursor to drag.

import { setAttribute, setText } from "../elements/elements.js";
import { columnAt } from "../drawing/paths.js";
import { across, dotsPath, linePath, nearestStep } from "./curves.js";
import { linesOf, spokenLines } from "./lines.js";
import { callsHint, lineHint, linesLabel, placeAt } from "../words/curves.js";
import { atStep, callsOf, joinsOf, placeOf, unitOf } from "../words/run.js";

// Lines of SVG stay crisp at every zoom of ComfyUI's canvas and follow the theme by themselves.
export function createChart(scope, { go, toggle }) {
  const field = scope.draw(
    "svg", { class: "ds-curves", viewBox: "0 0 1000 100", preserveAspectRatio: "none", "aria-hidden": "true" },
  );
  const cursor = scope.make("div", { class: "ds-cursor" });
  const ghost = scope.make("div", { class: "ds-cursor ds-ghost", hidden: true });
  const parting = scope.make("div", { class: "ds-cursor ds-parts", hidden: true });
  const plot = scope.make("div", { class: "ds-plot", role: "img" }, field, parting, ghost, cursor);
  const readings = createReadings(scope, toggle);
  let drawn = null;
  let pointed = null;

  /**
   * The curves of every trajectory shown; the one that is read stands out. `hidden` names the lines left out, `settled`
   * says whether the lines are those of when the run settles.
   * `where(index, state)` is the step of the slider at which a state stands.
   */
  function draw(deck, shown, read, { view = null, hidden = [], settled = false, where = (_, state) => state } = {}) {
    drawn = { deck, read, view };
    const trajectories = shown.map((index) => deck.trajectories[index]);
    const lines = linesOf(deck, trajectories, settled);
    const seen = lines.filter((line) => !hidden.includes(line.id));
    const behind = trajectories.filter((one) => one !== read);
    field.style.setProperty("--ds-behind", Math.max(0.1, 0.5 / Math.sqrt(trajectories.length)));
    const standing = (one) => (state) => where(deck.trajectories.indexOf(one), state);
    const level = settled
      ? [scope.draw("path", { class: "ds-level", d: linePath([deck.settling.threshold, deck.settling.threshold], 1) })]
      : [];
    const joins = joinsOf(read).map((state) => standing(read)(state));
    field.replaceChildren(
      ...level,
      ...joins.map((step) => scope.draw("path", { class: "ds-join", d: columnAt(across(step, deck.steps)) })),
      ...[...behind, read].flatMap((one) =>
        seen.flatMap((line) => curve(line, one, one === read, deck.steps, standing(one))),
      ),
    );
    readings.arrange(lines, hidden);
    setAttribute(plot, "aria-label", spokenLines(lines, read));
  }

  function curve(line, trajectory, front, steps, where) {
    const heights = line.heights(trajectory);
    const path = (kind, d) =>
      scope.draw("path", { class: `${kind} ${front ? "ds-front" : "ds-behind"}`, "data-line": line.id, d });
    const ring = front
      ? dotsPath(heights.map((height, state) => (state === line.ring?.(trajectory) ? height : null)), steps)
      : "";
    const rings = ring ? [path("ds-ring", ring), path("ds-ring ds-hole", ring)] : [];
    return [
      path("ds-curve", linePath(heights, steps, where)), ...(front ? [path("ds-dots", dotsPath(heights, steps))] : []),
      ...rings,
    ];
  }

  function move(step) {
    place(cursor, step);
    if (pointed === null) readings.read(drawn.read, step, drawn.view);
  }

  const place = (line, step) => line.style.setProperty("--ds-at", across(step, drawn.deck.steps));

  function point(step) {
    pointed = step;
    setAttribute(ghost, "hidden", step === null);
    if (step === null) return;
    place(ghost, step);
    readings.read(drawn.read, step, drawn.view);
  }

  /** A step, why it is marked, and the sign that stands there; null for none. */
  function mark(step, words, sign) {
    setAttribute(parting, "hidden", step === null);
    setAttribute(parting, "title", words);
    setAttribute(parting, "data-sign", sign);
    if (step !== null) place(parting, step);
  }

  function stepUnder(event) {
    const box = plot.getBoundingClientRect();
    return nearestStep((event.clientX - box.left) / box.width, drawn.deck.steps);
  }

  scope.on(plot, "pointerdown", (event) => {
    if (event.button !== 0 || !drawn) return;
    plot.setPointerCapture(event.pointerId);
    point(null);
    go(stepUnder(event));
  });
  scope.on(plot, "pointermove", (event) => {
    if (!drawn) return;
    if (plot.hasPointerCapture(event.pointerId)) go(stepUnder(event));
    else point(stepUnder(event));
  });
  scope.on(plot, "pointerleave", () => {
    if (!drawn || pointed === null) return;
    point(null);
    go(null);
  });

  return { plot, readings: readings.element, draw, move, mark };
}

/** What the curves say at one step; these words are the legend, too, and a click on one hides its line. */
function createReadings(scope, toggle) {
  const at = scope.make("span", { class: "ds-at" });
  const legend = scope.make("span", { class: "ds-keys", role: "group", "aria-label": linesLabel() });
  const calls = scope.make("span", { class: "ds-calls", title: callsHint() });
  const element = scope.make("div", { class: "ds-readings" }, at, legend, calls);
  let keys = new Map();

  function arrange(lines, hidden) {
    const same = lines.length === keys.size && lines.every(({ id }) => keys.has(id));
    if (!same) legend.replaceChildren(...lines.map(({ id }) => keyFor(id)));
    keys = new Map(lines.map((line, index) => [line.id, { line, button: legend.children[index] }]));
    for (const { line, button } of keys.values()) {
      const shown = !hidden.includes(line.id);
      setAttribute(button, "aria-pressed", String(shown));
      setAttribute(button, "title", lineHint(line, shown));
    }
  }

  function keyFor(id) {
    const button = scope.make("button", { type: "button", class: "ds-key", "data-line": id });
    scope.on(button, "click", () => toggle(id));
    return button;
  }

  function read(trajectory, step, view) {
    const here = Math.min(step, trajectory.steps);
    const [where, place] = [atStep(here, unitOf(trajectory)), placeOf(trajectory, here, view)];
    setText(at, place ? placeAt(where, place) : where);
    for (const { line, button } of keys.values()) setText(button, line.reading(trajectory, here));
    setText(calls, callsOf(trajectory, here) ?? "");
  }

  return { element, arrange, read };
}
