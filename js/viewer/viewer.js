// The viewer of a deck: made with a document and a way to load pictures, it knows nothing of where it stands.

import { createBigView } from "./bigview.js";
import { createChart } from "./chart.js";
import { readDeck, tabOf, tabsOf, viewOf } from "./deck.js";
import { createScope, setAttribute, setText } from "./elements.js";
import { createFacts } from "./facts.js";
import { createLegend } from "./legend.js";
import { liveDeck, stoppedDeck } from "./live.js";
import { canCopy, composed, copy, save } from "./picture_file.js";
import { createPlayer } from "./player.js";
import { createSheets } from "./sheets.js";
import { createStage } from "./stage.js";
import * as moves from "./state.js";
import { createTabs } from "./tabs.js";
import { createTransport, iconButton } from "./transport.js";
import { EMPTY, fileName } from "./words.js";

/** Where viewer.css puts the words beside the pictures. */
const WIDE = 860;

/** Milliseconds after which a place is worth remembering. */
const REST = 200;

/**
 * load(source) gives a Blob for a sheet of the payload, or null where the file is gone. `saved` is what an earlier
 * viewer gave to remember(place), called whenever the user has moved.
 *
 * Returns { element, show(payload), step(liveEvent), stop(), recall(place), shows(), destroy() }.
 */
export function createViewer({ document, load, saved, remember = () => {} }) {
  const scope = createScope(document);
  const { window } = scope;
  let state = moves.recalled(saved);
  let deck = null;
  let frame = 0;
  let resting = 0;
  let seen = false;

  const sheets = createSheets({ load, decode: (file) => window.createImageBitmap(file), changed: schedule });
  const stageId = `ds-${Math.random().toString(36).slice(2)}`;
  const tabs = createTabs(scope, { label: "Views", choose: (id) => rearrange(moves.viewed(state, deck, id)) });
  const stage = createStage(scope, {
    id: stageId,
    sheets,
    choose: (index) => relay(moves.chosen(state, index)),
    scrub: { start: () => state.step, by: (from, part) => deck && go(from + Math.round(part * deck.steps)) },
  });
  const legend = createLegend(scope, { switchRaw: () => rearrange(moves.rawSwitched(state)) });
  const transport = createTransport(scope, {
    go,
    goFrame: (at) => rearrange({ ...state, frame: at }),
    toggle: togglePlay,
    setSpeed: (speed) => rearrange({ ...state, speed }),
    setLoop: (loop) => rearrange({ ...state, loop }),
  });
  const chart = createChart(scope, { go: (step) => go(step ?? state.step) });
  const facts = createFacts(scope);
  const player = createPlayer(window, tick);
  const selection = createSelection(scope, (index) => relay(moves.chosen(state, index)));
  const status = scope.make("p", { class: "ds-status", role: "status" });
  const tools = createTools(scope, { savePicture, copyPicture, enlarge: () => big.toggle() });
  const content = layOut(scope, { tabs, tools, stage, legend, selection, transport, chart, facts, status });
  const element = scope.make("section", { class: "denoiscope", "aria-label": "Deck viewer" }, content);
  const big = createBigView(scope, {
    element,
    content,
    opener: tools.enlarge.element,
    label: () => deck?.title || "Deck viewer",
    changed: (open) => tools.enlarge.use(open ? "shrink" : "enlarge", open ? "Close the big view" : "Big view"),
  });

  scope.on(content, "keydown", onKey);
  const watch = new window.IntersectionObserver((entries) => {
    seen = entries.at(-1).isIntersecting;
    if (seen) wantSheets();
  });
  watch.observe(content);
  const width = watchWidth(scope, content, facts.roomy);
  empty(EMPTY);

  function empty(words) {
    deck = null;
    setAttribute(content, "data-state", "empty");
    stage.clear();
    stage.say(words);
  }

  /** Shows a finished deck, in place of a live one or an earlier one. */
  function show(payload) {
    try {
      settle(readDeck(payload));
    } catch (error) {
      empty(error.message);
    }
  }

  /** One step of a run that is sampling now. */
  function step(event) {
    const next = liveDeck(deck?.live ? deck : null, event);
    if (!deck?.live || deck.run !== next.run) state = { ...state, touched: false };
    settle(next);
  }

  /** The run ended without a result: its live pictures are all there will be. */
  function stop() {
    if (deck?.live) settle(stoppedDeck(deck));
  }

  function settle(next) {
    const sameShape = deck?.live && next.live && deck.run === next.run;
    if (!sameShape) sheets.forget();
    deck = next;
    setAttribute(content, "data-state", deck.live ? "live" : "deck");
    setAttribute(element, "aria-label", deck.title ? `Deck viewer: ${deck.title}` : "Deck viewer");
    state = moves.fitted(state, deck);
    if (!sameShape) tabs.offer(tabsOf(deck), stageId);
    relay(state, !sameShape);
  }

  /** New cells, then everything else. */
  function relay(next, cells = true) {
    state = next;
    selection.arrange(deck, state);
    if (cells) stage.lay(deck, state);
    const shown = moves.shownIndices(state, deck);
    chart.draw(deck, shown, readTrajectory());
    facts.arrange(deck, shown);
    rearrange(state);
  }

  /** Everything but the cells; the words of a view, the buttons, the sheets that are needed now. */
  function rearrange(next) {
    state = next;
    const view = viewOf(deck, state.view);
    tabs.select(tabOf(deck, view.id));
    legend.arrange(deck, view);
    transport.arrange(deck, state);
    if (state.playing) player.run(state.speed);
    else player.stop();
    wantSheets();
    schedule();
    note();
  }

  function wantSheets() {
    if (deck && seen) sheets.want(viewOf(deck, state.view).sources);
  }

  function go(next) {
    if (!deck) return;
    state = moves.moved(state, deck, next);
    schedule();
    note();
  }

  /** Told once the user rests, not at every step of a scrub. */
  function note() {
    report("");
    window.clearTimeout(resting);
    resting = window.setTimeout(() => remember(moves.remembered(state)), REST);
  }

  function togglePlay() {
    if (deck && !transport.play.disabled) rearrange(moves.toggled(state, deck));
  }

  function tick() {
    const next = moves.played(state, deck);
    if (next.playing) go(next.step);
    else rearrange(next);
    return next.step === moves.reach(deck);
  }

  function schedule() {
    frame ||= window.requestAnimationFrame(paint);
  }

  /** The whole cost of a scrub: pictures, slider, cursor and numbers, once for each frame of the screen. */
  function paint() {
    frame = 0;
    if (!deck) return;
    stage.paint(deck, state);
    transport.move(readTrajectory(), deck, state);
    chart.move(state.step);
  }

  const readTrajectory = () => deck.trajectories[state.trajectory ?? 0];

  function onKey(event) {
    if (!deck || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("select, [role=tab], .ds-frames")) return;
    const next = moves.stepByKey(event.key, state.step, deck);
    const space = event.key === " " && !event.target.closest("button, summary");
    if (next === null && !space) return;
    event.preventDefault();
    event.stopPropagation();
    if (space) togglePlay();
    else go(next);
  }

  function picture() {
    const pictures = stage.canvases();
    const columns = Math.ceil(Math.sqrt(pictures.length));
    return pictures.length ? composed(document, pictures, columns) : null;
  }

  function savePicture() {
    const canvas = deck && picture();
    if (!canvas) return report("There is no picture to save here.");
    const label = state.trajectory === null && deck.trajectories.length > 1 ? "all" : readTrajectory().label;
    return save(scope, canvas, fileName(deck, viewOf(deck, state.view), label, state.step));
  }

  async function copyPicture() {
    const canvas = deck && picture();
    if (!canvas) return report("There is no picture to copy here.");
    try {
      await copy(scope, canvas);
      report("Picture copied.");
    } catch (error) {
      report(`The picture could not be copied: ${error.message}`);
    }
  }

  const report = (words) => setText(status, words);

  function destroy() {
    big.close();
    player.stop();
    window.cancelAnimationFrame(frame);
    window.clearTimeout(resting);
    watch.disconnect();
    width.disconnect();
    stage.destroy();
    sheets.close();
    scope.destroy();
    element.remove();
    deck = null;
  }

  return {
    element,
    show,
    step,
    stop,
    destroy,
    shows: () => (deck === null ? null : deck.live ? "live" : "deck"),
    recall: (place) => {
      state = moves.recalled(place);
      if (deck) settle(deck);
    },
  };
}

/** Says when the content becomes wide enough for two columns, and when no longer. */
function watchWidth(scope, content, changed) {
  let wide = false;
  const observer = new scope.window.ResizeObserver(() => {
    const now = content.clientWidth >= WIDE;
    if (now !== wide) changed((wide = now));
  });
  observer.observe(content);
  return observer;
}

/** Which trajectories are on the stage: all of them, or one by its label. */
function createSelection(scope, choose) {
  const select = scope.make("select", { class: "ds-select ds-selection", "aria-label": "Shown", hidden: true });
  scope.on(select, "change", () => choose(select.value === "" ? null : Number(select.value)));

  function arrange(deck, state) {
    setAttribute(select, "hidden", deck.trajectories.length < 2);
    const all = scope.make("option", { value: "" }, "side by side");
    select.replaceChildren(all, ...deck.trajectories.map((one, index) => scope.make("option", { value: index }, one.label)));
    select.value = state.trajectory === null ? "" : String(state.trajectory);
  }

  return { element: select, arrange };
}

function createTools(scope, { savePicture, copyPicture, enlarge }) {
  const copying = iconButton(scope, "copy", "Copy this picture");
  const saving = iconButton(scope, "save", "Save this picture as PNG");
  const enlarging = iconButton(scope, "enlarge", "Big view");
  scope.on(copying.element, "click", copyPicture);
  scope.on(saving.element, "click", savePicture);
  scope.on(enlarging.element, "click", enlarge);
  setAttribute(copying.element, "hidden", !canCopy(scope));
  const element = scope.make("div", { class: "ds-tools" }, copying.element, saving.element, enlarging.element);
  return { element, enlarge: enlarging };
}

function layOut(scope, { tabs, tools, stage, legend, selection, transport, chart, facts, status }) {
  const { make } = scope;
  const under = make("div", { class: "ds-under" }, legend.element, selection.element);
  const time = make(
    "div",
    { class: "ds-time" },
    transport.play,
    transport.slider,
    transport.count,
    transport.speed,
    chart.plot,
    transport.loop,
  );
  const main = make("div", { class: "ds-main" }, stage.element, under, transport.frames, time, chart.readings, status);
  const side = make("div", { class: "ds-side" }, facts.element);
  return make("div", { class: "ds-content" }, tabs.element, main, side, tools.element);
}
