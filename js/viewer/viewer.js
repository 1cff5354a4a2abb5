// The viewer of a deck: made with a document and a way to load pictures, it knows nothing of where it stands.

import { createBigView } from "./bigview.js";
import { createChart } from "./chart.js";
import { readDeck, tabOf, tabsOf, viewOf } from "./deck.js";
import { createScope, setAttribute } from "./elements.js";
import { createFacts } from "./facts.js";
import { createLegend } from "./legend.js";
import { liveDeck, stoppedDeck } from "./live.js";
import { layOut, watchSight, watchWidth } from "./layout.js";
import { composed } from "./picture_file.js";
import { createPlayer } from "./player.js";
import { createSelection } from "./selection.js";
import { createSheets } from "./sheets.js";
import { createStage } from "./stage.js";
import * as moves from "./state.js";
import { createTabs } from "./tabs.js";
import { createTools } from "./tools.js";
import { createTransport } from "./transport.js";
import { EMPTY, fileName } from "./words.js";

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
  const tools = createTools(scope, { picture, enlarge: () => big.toggle() });
  const content = layOut(scope, { tabs, tools, stage, legend, selection, transport, chart, facts });
  const element = scope.make("section", { class: "denoiscope", "aria-label": "Deck viewer" }, content);
  const big = createBigView(scope, {
    element,
    content,
    opener: tools.enlarge.element,
    label: () => deck?.title || "Deck viewer",
    changed: (open) => tools.enlarge.use(open ? "shrink" : "enlarge", open ? "Close the big view" : "Big view"),
  });

  scope.on(content, "keydown", onKey);
  const watches = [watchSight(scope, content, look), watchWidth(scope, content, facts.roomy)];
  empty(EMPTY);

  function empty(words) {
    deck = null;
    player.stop();
    setAttribute(content, "data-state", "empty");
    stage.clear();
    stage.say(words);
  }

  /** Shows a finished deck, in place of a live one or an earlier one. */
  function show(payload) {
    let next = null;
    try {
      next = readDeck(payload);
    } catch (error) {
      return empty(error.message);
    }
    return settle(next);
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

  function look(visible) {
    seen = visible;
    wantSheets();
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
    tools.quiet();
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

  /** The pictures on the stage as one canvas, with a name for its file; null where there is none. */
  function picture() {
    const pictures = stage.canvases();
    if (!deck || pictures.length === 0) return null;
    const columns = Math.ceil(Math.sqrt(pictures.length));
    const label = state.trajectory === null && deck.trajectories.length > 1 ? "all" : readTrajectory().label;
    const name = fileName(deck, viewOf(deck, state.view), label, state.step);
    return { canvas: composed(document, pictures, columns), name };
  }

  function destroy() {
    big.close();
    player.stop();
    window.cancelAnimationFrame(frame);
    window.clearTimeout(resting);
    for (const end of watches) end();
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
