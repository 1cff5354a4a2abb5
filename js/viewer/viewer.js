// The viewer of a deck: made with a document and a way to load pictures, it knows nothing of where it stands.

import { createComparison } from "./cells/comparison.js";
import { createKept } from "./cells/kept.js";
import { createSelection } from "./cells/selection.js";
import { createTogether } from "./cells/together.js";
import { createWalk } from "./cells/walk.js";
import { createAttentionBar } from "./covers/attention_bar.js";
import { attentionSources } from "./deck/attention.js";
import { readDeck, tabOf, tabsOf, viewOf } from "./deck/deck.js";
import { liveDeck, stoppedDeck } from "./deck/live.js";
import { growsInto, leftUndrawn } from "./deck/drawing.js";
import { liveCells, stoppedCells } from "./deck/live_cells.js";
import { lockOn } from "./deck/lock.js";
import * as moves from "./deck/moves.js";
import { begun, walkedOn } from "./deck/prediction.js";
import { showsSettling } from "./deck/settling.js";
import { DRAWS, extentOf, openingAt, recalled, remembered } from "./deck/state.js";
import { unordered, veiled } from "./deck/veil.js";
import { createMarks } from "./doctor/marks.js";
import { createBigView } from "./elements/big_view.js";
import { createScope, onKey, setAttribute } from "./elements/elements.js";
import { createHelp } from "./elements/help.js";
import { createKeeping } from "./elements/keeping.js";
import { createTabs } from "./elements/tabs.js";
import { explained } from "./explained.js";
import { createFacts } from "./facts.js";
import { createHold } from "./hold.js";
import { layOut, watchRoom, watchSight } from "./layout.js";
import { composed } from "./pictures/picture_file.js";
import { createSheets } from "./pictures/sheets.js";
import { createPredicting } from "./predict/predicting.js";
import { createLegend } from "./stage/legend.js";
import { createPreview } from "./stage/preview.js";
import { createStage } from "./stage/stage.js";
import { createChart } from "./steps/chart.js";
import { createPlayer } from "./steps/player.js";
import { createTransport } from "./steps/transport.js";
import { createTools } from "./tools.js";
import { withTriangle } from "./triangle/triangle.js";
import { heldBack, heldStopped } from "./words/predict.js";
import { fileName } from "./words/run.js";
import { emptyViewer, viewerLabel, viewsLabel } from "./words/viewer.js";

/**
 * load(source) gives a Blob for a sheet of the payload, or null where the file is gone. `saved` is what an earlier
 * viewer gave to remember(place), called whenever the user has moved. With store(payloads), which says whether there
 * was room, runs can be kept beside the next one; keep(payloads) brings them back.
 *
 * Returns { element, show(payload), say(words), step(liveEvent), cells(liveEvent), views(liveEvent), hold(), stop(),
 * recall(place), keep(payloads), open(place), point(place), place(), fingerprint(), shows(), view(), destroy() }.
 * `recall` stands where a user once stood, `open` where a workflow says; `point` moves there from here.
 *
 * @param {import("./elements/panel.js").Given & { load: (source: any) => Promise<?Blob>,
 *   store?: (payloads: any[]) => boolean }} given
 */
export function createViewer({ document, load, saved, remember = () => {}, store }) {
  const scope = createScope(document);
  const { window } = scope;
  const keeping = createKeeping(scope, () => remember(remembered(state)));
  const stageId = `ds-${Math.random().toString(36).slice(2)}`;
  let state = recalled(saved);
  /** @type {?import("./deck/deck.js").Deck} */
  let newest = null;
  /** @type {?import("./deck/deck.js").Deck} That, and what is kept beside it. */
  let whole = null;
  /** @type {?import("./deck/deck.js").Deck} What of it may be seen. */
  let deck = null;
  let held = false;
  /** @type {?number} The step of the first finished deck, where the workflow says one. */
  let opening = null;
  let together = null;
  let frame = 0;
  let seen = false;

  const set = (part) => become({ ...state, ...part });
  const choose = (index) => become(moves.chosen(state, deck, index));
  const stroll = (index) => become(moves.strolled(state, deck, index));

  const sheets = createSheets({ load, decode: (file) => window.createImageBitmap(file), changed: arrived });
  const tabs = createTabs(scope, { label: viewsLabel(), choose: (id) => become(moves.viewed(state, deck, id)) });
  const preview = createPreview(scope, { room: () => content });
  const plain = createStage(scope, {
    id: stageId,
    sheets,
    preview,
    choose,
    dress: (index) => predicting.dress(whole, state, index),
    pick: (index) => become(moves.pinned(state, deck, index)),
    scrub: { start: () => state.step, by: (from, part) => deck && go(from + Math.round(part * deck.steps)) },
  });
  const stage = withTriangle(scope, plain, { sheets });
  const legend = createLegend(scope, {
    switchRaw: () => become(moves.rawSwitched(state)),
    switchSettled: () => become(moves.settledSwitched(state)),
    switchAttention: () => become(moves.attentionSwitched(state)),
  });
  const attention = createAttentionBar(scope, {
    setWord: (word) => set({ word }),
    setLayers: (layers) => set({ layers }),
    setShare: (share) => set({ share }),
    largestOf: (index) => plain.largestOf(index),
  });
  const transport = createTransport(scope, {
    go,
    goFrame: (at) => set({ frame: at }),
    toggle: togglePlay,
    setSpeed: (speed) => set({ speed }),
    setLoop: (loop) => set({ loop }),
  });
  const chart = createChart(scope, {
    go: (step) => go(step ?? state.step),
    toggle: (line) => become(moves.lineSwitched(state, line)),
  });
  const facts = createFacts(scope);
  const marks = createMarks(scope, { plot: chart.plot, go: (place) => set({ ...place, touched: true }) });
  const predicting = createPredicting(scope, {
    plot: chart.plot,
    next: () => go(state.step + 1),
    change: (move) => become(move(state, whole)),
  });
  const player = createPlayer(window, tick);
  const selection = createSelection(scope, choose);
  const many = createTogether(scope, {
    selection,
    setLock: (lock) => set({ lock }),
    setSubject: (subject) => set({ subject }),
  });
  const walk = createWalk(scope, { go: stroll });
  const compare = createComparison(scope, {
    sheets,
    mark: (step, words, sign) => chart.mark(step, words, sign),
    changed: () => redraw(DRAWS.controls),
    setMode: (mode) => set({ compare: mode }),
    setWipe: (wipe) => set({ wipe }),
    unpin: () => become(moves.unpinned(state)),
  });
  const hold = createHold(scope, { hold: () => become(moves.held(state, deck)) });
  const kept = createKept(scope, { store, changed: () => newest && settle(newest), say: (words) => tools.say(words) });
  const help = createHelp(scope, {
    element: () => element, sections: () => (deck ? explained(deck, chart.lines()) : []),
  });
  const tools = createTools(
    scope, { picture, enlarge: () => big.toggle(), others: [hold.element, kept.button, help.button] },
  );
  const content = layOut(scope, {
    ...{ tabs, tools, stage, preview, compare, legend, attention, many, kept, walk, predicting, transport },
    ...{ chart, marks, facts },
  });
  const element = scope.make("section", { class: "denoiscope", "aria-label": viewerLabel() }, content);
  const big = createBigView(
    scope, { element, content, opener: tools.enlarge, label: () => deck?.title || viewerLabel() },
  );

  onKey(scope, content, moveOf, (move) => move());
  const room = watchRoom(scope, content, facts.roomy);
  const endSight = watchSight(scope, content, look);
  empty(emptyViewer());

  /* What there is to show. */

  function empty(words) {
    newest = whole = deck = null;
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
    kept.take(payload, !next.drawing);
    return settle(next);
  }

  /** One step of a run that is sampling now. */
  function step(event) {
    const next = liveDeck(newest?.live ? newest : null, event);
    if (newest?.run !== next.run) state = { ...state, touched: false };
    kept.take(null);
    settle(next);
  }

  /** A sweep or walk has finished some more of its cells, or has stopped. */
  function cells(event) {
    kept.take(null);
    settle(liveCells(newest?.cells ? newest : null, event));
  }

  /** A deck whose views are still being drawn, as far as they are. */
  const views = (event) => show(event.deck);

  /** A run is under way whose pictures would give away what is to be predicted. */
  function holdBack() {
    if (!held) empty(heldBack());
    held = true;
  }

  /** The run ended without a result: its live pictures are all there will be. */
  function stop() {
    if (held) empty(heldStopped());
    held = false;
    if (newest?.live && !newest.stopped) settle(newest.cells ? stoppedCells(newest) : stoppedDeck(newest));
    if (newest?.drawing) settle(leftUndrawn(newest));
  }

  /** There is no deck, and why. */
  function say(words) {
    held = false;
    empty(words);
  }

  /** Another deck, or more of the one that is shown; with it what is kept beside it. */
  function settle(one) {
    const next = kept.around(one);
    newest = one;
    const grows = growsInto(whole, next);
    if (!grows) sheets.forget();
    if (!grows || next.drawing !== undefined) compare.forget();
    held = false;
    whole = next;
    if (!next.live) state = atOpening(state);
    become({ ...state, prediction: begun(state.prediction, whole) }, grows ? DRAWS.curves : DRAWS.deck);
  }

  function atOpening(place) {
    const opened = opening === null || place.touched ? place : { ...place, step: opening, touched: true };
    opening = null;
    return opened;
  }

  /* Where the viewer stands, and what of it is drawn. */

  /**
   * The one way to another state: how much is drawn anew follows from what has changed.
   * @param {import("./deck/state.js").State} next
   * @param {number} [least] What a deck asks for.
   */
  function become(next, least = DRAWS.step) {
    if (!whole) return;
    const before = state;
    const another = least > DRAWS.step || extentOf(before, next) === DRAWS.deck;
    if (another || next.prediction !== before.prediction) deck = veiled(whole, next.prediction);
    state = another ? moves.fitted(next, deck) : next;
    redraw(Math.max(least, extentOf(before, state)));
    tools.quiet();
    keeping.soon();
  }

  function redraw(extent) {
    if (!deck) return;
    if (extent >= DRAWS.controls) together = lockOn(deck, state);
    if (extent >= DRAWS.deck) introduce();
    if (extent >= DRAWS.cells) stage.lay(deck, state);
    if (extent >= DRAWS.curves) describe();
    if (extent >= DRAWS.controls) arrange();
    frame ||= window.requestAnimationFrame(paint);
  }

  function introduce() {
    setAttribute(content, "data-state", deck.live ? "live" : "deck");
    setAttribute(content, "data-cells", deck.cells ?? false);
    setAttribute(element, "aria-label", viewerLabel(deck.title));
    tabs.offer(tabsOf(deck), stageId);
  }

  /** The numbers and words of what is shown; the curves of a walk keep their scale from stop to stop. */
  function describe() {
    const shown = moves.shownIndices(state, deck);
    const drawn = moves.strolls(state, deck) ? moves.shownIndices({ trajectory: null }, deck) : shown;
    preview.hide();
    selection.arrange(deck, state);
    chart.draw(deck, drawn, readTrajectory(), {
      view: viewOf(deck, state.view).id,
      hidden: state.hidden,
      settled: showsSettling(state, deck),
      where: together.where,
    });
    marks.arrange(deck, shown, together.where);
    facts.arrange(deck, unordered(deck, shown));
  }

  /** The words of a view, the buttons, the sheets that are needed now. */
  function arrange() {
    const view = viewOf(deck, state.view);
    tabs.select(tabOf(deck, view.id));
    legend.arrange(deck, view, state);
    attention.arrange(deck, view, state);
    transport.arrange(deck, state);
    many.arrange(deck, state, together);
    walk.arrange(deck, state);
    compare.arrange(deck, state, together);
    room.show(moves.shownIndices(state, deck).length === 1 && !moves.holds(state));
    hold.arrange(deck, state);
    predicting.arrange(whole, state, together);
    if (state.playing) player.run(state.speed);
    else player.stop();
    wantSheets();
  }

  function look(visible) {
    seen = visible;
    wantSheets();
  }

  function wantSheets() {
    if (!deck || !seen) return;
    const { sources } = viewOf(deck, state.view);
    sheets.want([...new Set([...sources, ...compare.sources(deck), ...attentionSources(state, deck)])]);
  }

  function arrived() {
    compare.wake();
    redraw(DRAWS.step);
  }

  /** The whole cost of a scrub: pictures, slider, cursor and numbers, once for each frame of the screen. */
  function paint() {
    frame = 0;
    if (!deck) return;
    stage.paint(deck, state, together);
    compare.paint(deck, state, together);
    transport.move(readTrajectory(), deck, state, chart.numbersAt);
    attention.move(deck, together.read, together.at(together.read, state.step));
    chart.move(state.step);
    predicting.move(state, deck.steps);
  }

  const readTrajectory = () => deck.trajectories[together.read];

  /* How one moves. */

  /** What is predicted shows one step more for each step forward. */
  function go(next) {
    if (!deck) return;
    const walked = walkedOn(state, deck, next);
    become(moves.moved(walked, veiled(whole, walked.prediction), next));
  }

  function togglePlay() {
    if (deck && !transport.play.disabled) become(moves.toggled(state, deck));
  }

  function tick() {
    become(moves.played(state, deck));
    return moves.atEnd(state, deck);
  }

  /** [ and ] lead along the cells while one is alone on the stage; Escape lets the pinned ones go. */
  function moveOf(event) {
    if (!deck || event.target.closest("select, [role=tab], .ds-frames, .ds-walk")) return null;
    const alone = state.trajectory !== null && deck.trajectories.length > 1;
    const stride = alone ? moves.strideByKey(event) : null;
    if (stride !== null) return () => stroll(state.trajectory + stride);
    const pinned = state.pins.length > 0 && (state.trajectory === null || moves.holds(state));
    if (event.key === "Escape" && pinned) return () => become(moves.unpinned(state));
    if (event.key === "?") return help.open;
    if (event.key === "h" && moves.canHold(state, deck)) return () => become(moves.held(state, deck));
    const next = moves.stepByKey(event.key, state.step, deck);
    if (next !== null) return () => go(next);
    return event.key === " " && !event.target.closest("button, summary") ? togglePlay : null;
  }

  /** The pictures on the stage as one canvas, with a name for its file; null where there is none. */
  function picture() {
    const pictures = stage.canvases();
    if (!deck || pictures.every((one) => one === null)) return null;
    const all = state.trajectory === null && deck.trajectories.length > 1;
    const name = fileName(deck, viewOf(deck, state.view), all ? "all" : readTrajectory().label, state.step);
    return { canvas: composed(document, pictures, stage.columns()), name };
  }

  function recall(place) {
    state = recalled(place);
    if (newest) settle(newest);
  }

  function keep(payloads) {
    kept.recall(payloads);
    if (newest) settle(newest);
  }

  /**
   * Until somebody moves; the step is one of the finished deck, not of the run on its way there.
   * @param {{ step?: number, [name: string]: any }} place
   */
  function open({ step, ...place }) {
    opening = Number.isInteger(step) ? step : null;
    recall({ ...remembered(state), ...place, chosen: Boolean(place.view) });
  }

  /** False where it has no such view or step, or keeps it back until a prediction was made. */
  function point(place) {
    recall({ ...remembered(state), ...place, touched: true, chosen: Boolean(place.view) || state.chosen });
    const { id } = viewOf(deck, state.view);
    return (place.view ?? id) === id && (place.step ?? state.step) === state.step;
  }

  /** Of the finished deck that it shows. */
  const fingerprint = () => (shows() === "deck" ? newest.fingerprint : null);

  function shows() {
    if (deck === null) return null;
    return deck.live ? "live" : "deck";
  }

  /** The name of the view on the stage, or null. */
  const view = () => (deck === null ? null : viewOf(deck, state.view).id);

  /** Where it stands, for open(); null before there is anything. */
  const place = () => (deck && !deck.live && !deck.veil ? openingAt(state) : null);

  function destroy() {
    big.close();
    player.stop();
    window.cancelAnimationFrame(frame);
    keeping.end();
    room.end();
    endSight();
    stage.destroy();
    preview.hide();
    compare.end();
    sheets.close();
    scope.destroy();
    element.remove();
    newest = whole = deck = null;
  }

  return {
    ...{ element, show, say, step, cells, views, hold: holdBack, stop, recall, keep, open, point, place, fingerprint },
    ...{ shows, view, destroy },
  };
}
