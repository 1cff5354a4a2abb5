// What every instrument that samples has: a viewer, a button that runs and stops, a line that says how far it is.

import { createViewer } from "../../viewer/viewer.js";
import { createQuick } from "../quick.mjs";
import { createStudio } from "../studio.mjs";

/** work(settings) does the run and may throw a sentence; `controls` stand above the button, `more` folded below it. */
export function createBench(scope, { say, engine, parts, warning, ran, opens, controls, more, work }) {
  const { make, on } = scope;
  const studio = createStudio({ hear, quick: createQuick(parts) });
  const viewer = createViewer({ document: scope.document, load: studio.load });
  if (opens) viewer.open(opens);
  let busy = false;

  const button = make("button", { type: "button", class: "lv-run", disabled: true }, say("run"));
  const status = make("p", { class: "lv-status", role: "status" }, say("loading"));
  const caution = make("p", { class: "lv-hint lc-caution", role: "status" });
  const trouble = make("p", { class: "lv-hint", role: "alert" });
  const settings = make(
    "details",
    { class: "lv-group lc-settings" },
    make("summary", {}, say("settings")),
    make("div", { class: "lv-inside" }, ...more),
  );
  const frame = make("div", { class: "lv-frame lc-frame" }, viewer.element);
  const element = make(
    "div",
    { class: "lc-instrument" },
    make("div", { class: "lv-prompt" }, ...controls, make("div", { class: "lv-go" }, button, status, caution, trouble)),
    frame,
    ...(more.length ? [settings] : []),
  );
  on(button, "click", () => void going());
  void engine.then((ready) => {
    studio.with({ engine: ready, viewer });
    button.disabled = false;
    status.textContent = "";
  });

  async function going() {
    if (busy) return studio.stop();
    busy = true;
    arrange();
    trouble.textContent = "";
    caution.textContent = warning();
    const began = scope.window.performance.now();
    try {
      await work({ studio, engine: await engine });
      const seconds = (scope.window.performance.now() - began) / 1000;
      status.textContent = studio.stopped() ? say("stopped") : say("ranIn", seconds.toFixed(1));
      ran();
    } catch (error) {
      viewer.stop();
      status.textContent = "";
      trouble.textContent = say("failed", error.message);
    }
    busy = false;
    arrange();
  }

  function arrange() {
    button.textContent = say(busy ? "stop" : "run");
    button.classList.toggle("lv-stop", busy);
  }

  /** @param {{ step: number, steps: number, run?: number, runs?: number }} how */
  function hear({ step, steps, run: at, runs: of }) {
    status.textContent = of ? say("samplingMany", at, of, step, steps) : say("sampling", step, steps);
  }

  /** Where an item of the text sends the viewer: { view: "x0", step: 5, attention: true }; there is one viewer. */
  function point(place) {
    if (viewer.shows() !== "deck") return "no viewer";
    const done = viewer.point(place);
    frame.scrollIntoView({ block: "nearest", behavior: "smooth" });
    return done ? null : "not yet";
  }

  function end() {
    if (busy) studio.stop();
    viewer.destroy();
  }

  return { element, point, end, hear, run: () => button.click() };
}
