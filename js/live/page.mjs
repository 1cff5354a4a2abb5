// The live page: the model in its workers, the panel, the viewer of always, and what leads from one to the other.

import { speak } from "../viewer/language/language.js";
import { createViewer } from "../viewer/viewer.js";
import { heardIn, readIn, splitWords } from "../pocket/text.mjs";
import { deckOf } from "./deck.mjs";
import { createEngine } from "./engine.mjs";
import { createGiven } from "./given.mjs";
import { EXAMPLES, createPanel } from "./panel.mjs";
import { createQuick } from "./quick.mjs";
import { createSaving } from "./saving.mjs";
import { createShelf, labelsOf, variesIn } from "./shelf.mjs";
import { DEFAULTS, SETTINGS, fromHash, toHash } from "./settings.mjs";
import { createSavedNote, loadWith, settingsIn } from "./saved.mjs";
import { MOST_RUNS, axisOf, createStudio, walkNoises } from "./studio.mjs";
import { lastPicture } from "./views.mjs";

/** Words that fit into the first list of a prompt. */
const ROOM = 30;

/** `parts`: { start, weights, loras, scenes, factors, bias }, as the page's file carries them. */
export async function openLive(document, parts, { scope, say, language, live }) {
  const { window } = scope;
  speak(language);
  let runs = [];
  let kept = 0;
  let busy = false;

  const panel = createPanel(scope, {
    say,
    scenes: parts.scenes,
    changed,
    acts: {
      run,
      sweep,
      walk,
      openLora: (file) => given.openLora(file),
      openPicture: (file) => given.openPicture(file),
      savePicture: () => saving.savePicture(),
      saveDeck: () => saving.saveDeck(),
      copyLink: () => saving.copyLink(),
    },
  });
  const studio = createStudio({ hear, quick: createQuick(parts) });
  const viewer = createViewer({ document, load: loadWith(studio.load) });
  viewer.open({ view: "x0" });
  const shelf = createShelf(scope, {
    say,
    keep,
    remove,
    paint: (one) => lastPicture(one, (latent) => engine.paint(latent)),
  });
  const frame = scope.make("div", { class: "lv-frame" }, viewer.element);
  live.append(
    panel.promptBar,
    panel.heard,
    scope.make("div", { class: "lv-stage" }, frame, shelf.element),
    panel.chips,
    panel.element,
  );
  const { saved } = parts;
  const before = saved && settingsIn(saved);
  panel.set(before && !window.location.hash ? { ...DEFAULTS, ...before.settings } : fromHash(window.location.hash));
  panel.enable(false);
  hearWords();
  const note = saved && createSavedNote(scope, { say, otherwise: before.otherwise, show: showSaved });
  if (note) {
    frame.before(note.element);
    showSaved();
  }

  const engine = await createEngine(parts);
  delete parts.weights;
  const given = createGiven({ document, parts, panel, say, engine });
  const saving = createSaving(scope, { panel, say, engine, parts, shown: studio.shown });
  studio.with({ engine, viewer });
  panel.enable(true);
  panel.say("");

  scope.on(document, "keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    run();
  });
  scope.on(window, "hashchange", () => {
    if (window.location.hash.slice(1) !== toHash(panel.form.get())) panel.set(fromHash(window.location.hash));
  });

  function changed(name, settings) {
    window.history.replaceState(null, "", `#${toHash(settings)}`);
    if (name === "prompt") hearWords();
    if (name === "lora") given.hearLora(settings.lora);
    if (name === "scene" || name === "start") given.hearStart(settings);
  }

  function hearWords() {
    const { prompt } = panel.form.get();
    const { unknown, near, free } = heardIn(prompt);
    const told = [
      !splitWords(prompt).length && say("none"),
      unknown.length && say("unknown", unknown.join(", ")),
      near.length && say("near", near.map((pair) => pair.join(" → ")).join(", ")),
      free.length && say("free", free.join(", ")),
      readIn(prompt).length > ROOM && say("longer"),
    ];
    panel.hint(told.filter(Boolean).join(" "));
  }

  /** Leaves the page's own runs for the one that was saved. */
  function showSaved() {
    runs = [];
    kept = 0;
    studio.forget();
    shelf.arrange(runs, kept, MOST_RUNS);
    viewer.show(saved);
    note.arrange(true);
  }

  /** Any of the three ways to run, with the button as its stop. */
  async function going(work) {
    if (busy) return studio.stop();
    busy = true;
    panel.running(true);
    panel.complain("");
    note?.arrange(false);
    try {
      await work();
      panel.say(studio.stopped() ? say("stopped") : (panel.done ?? ""));
    } catch (error) {
      viewer.stop();
      panel.say("");
      panel.complain(say("failed", error.message));
    } finally {
      busy = false;
      panel.running(false);
    }
  }

  function run() {
    return going(async () => {
      const settings = panel.form.get();
      const done = await studio.one(settings, await given.extrasOf(settings), (one) =>
        together([...runs.slice(0, kept), one]),
      );
      const told = say("finished", done.x0.length, done.seconds.toFixed(1));
      panel.done = kept ? say("beside", `${told}.`, kept) : told;
    });
  }

  /** Shows these runs on one slider. */
  function together(list) {
    runs = list;
    const last = runs.at(-1);
    if (!last.complete) last.notes = [say("stoppedNote", last.x0.length, last.settings.steps)];
    studio.show(
      deckOf(runs, labelsOf(runs, say), {
        varies: runs.length > 1 ? variesIn(runs, say) : null,
        title: runs.length > 1 ? "" : last.settings.prompt,
      }),
    );
    shelf.arrange(runs, kept, MOST_RUNS);
    return last;
  }

  function keep() {
    kept = runs.length;
    shelf.arrange(runs, kept, MOST_RUNS);
  }

  function remove(index) {
    const left = runs.filter((_, at) => at !== index);
    kept = Math.max(0, kept - 1);
    if (left.length) together(left);
    else {
      runs = left;
      shelf.arrange(runs, kept, MOST_RUNS);
    }
  }

  function sweep(name, text) {
    const said = [
      ...new Set(
        text
          .split(",")
          .map((value) => value.trim())
          .filter(Boolean),
      ),
    ];
    const values = [...new Set(said.map((value) => SETTINGS[name].read(value)))];
    if (values.length < 2 || values.length > MOST_RUNS) return panel.complain(say("sweepBad", EXAMPLES[name]));
    return going(async () => {
      const settings = panel.form.get();
      const cells = [];
      for (const value of values) {
        const own = { ...settings, [name]: value };
        cells.push({ settings: own, extra: await given.extrasOf(own), label: String(value) });
      }
      await several(cells, "sweep", axisOf(name, cells.map(({ label }) => label)));
    });
  }

  function walk(to, stops) {
    const settings = panel.form.get();
    const end = SETTINGS.seed.read(to);
    if (end === settings.seed) return panel.complain(say("walkSame", end));
    return going(async () => {
      const extra = await given.extrasOf(settings);
      const count = Math.min(MOST_RUNS, Math.max(3, Math.round(stops) || 5));
      const cells = walkNoises(settings.seed, end, count).map(({ noise, label, seed }) => ({
        settings,
        extra: { ...extra, noise },
        label,
        seed,
      }));
      await several(cells, "walk", axisOf("stop", cells.map(({ label }) => label)));
    });
  }

  async function several(cells, kind, axis) {
    const began = window.performance.now();
    const done = await studio.several(cells, { kind, axes: [axis] });
    if (!done.length) return viewer.stop();
    const seconds = (window.performance.now() - began) / 1000;
    panel.done = say(
      "finished",
      done.reduce((sum, one) => sum + one.x0.length, 0),
      seconds.toFixed(1),
    );
  }

  function hear({ step, steps, run: at, runs: of }) {
    panel.say(of ? say("samplingMany", at, of, step, steps) : say("sampling", step, steps));
  }

  return { panel, shelf, viewer, engine, run };
}
