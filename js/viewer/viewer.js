// The viewer of a deck: made with a document and a way to load pictures, it knows nothing of where it stands.

import { createComparison } from "./cells/comparison.js";
import { createSelection } from "./cells/selection.js";
import { createTogether } from "./cells/together.js";
import { createWalk } from "./cells/walk.js";
import { createAttentionBar } from "./covers/attention_bar.js";
import { attentionSources } from "./deck/attention.js";
import { readDeck, tabOf, tabsOf, viewOf } from "./deck/deck.js";
import { liveDeck, stoppedDeck } from "./deck/live.js";
import { liveCells, stoppedCells } from "./deck/live_cells.js";
import { lockOn } from "./deck/lock.js";
import { begun, hides, walkedOn } from "./deck/prediction.js";
import { showsSettling } from "./deck/settling.js";
import * as moves from "./deck/state.js";
import { unordered, veiled } from "./deck/veil.js";
import { createBigView } from "./elements/big_view.js";
import { createScope, setAttribute } from "./elements/elements.js";
import { createKeeping } from "./elements/keeping.js";
import { createTabs } from "./elements/tabs.js";
import { createFacts } from "./facts.js";
import { layOut, watchSight, watchWidth } from "./layout.js";
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
import { bigView, closeBigView, emptyViewer, viewerLabel, viewsLabel } from "./words/viewer.js";

/**
 * load(source) gives a Blob for a sheet of the payload, or null where the file is gone. `saved` is what an earlier
 * viewer gave to remember(place), called whenever the user has moved.
 *
 * Returns { element, show(payload), step(liveEvent), cells(liveEvent), hold(), stop(), recall(place), shows(), destroy() }.
 */
export function createViewer({ document, load, saved, remember = () => {} }) {
  const scope = createScope(document);
  const { window } = scope;
  const keeping = createKeeping(scope, () => remember(moves.remembered(state)));
  let state = moves.recalled(saved);
  let whole = null;
  let deck = null;
  let held = false;
  let together = null;
  let frame = 0;
  let seen = false;

  const sheets = createSheets({ load, decode: (file) => window.createImageBitmap(file), changed: arrived });
  const stageId = `ds-${Math.random().toString(36).slice(2)}`;
  const tabs = createTabs(scope, { label: viewsLabel(), choose: (id) => relay(moves.viewed(state, deck, id), false) });
  const preview = createPreview(scope, { room: () => content });
  const plain = createStage(scope, {
    id: stageId,
    sheets,
    preview,
    choose,
    dress: (index) => whole && predicting.dress(whole, state, index),
    pick: (index) => rearrange(moves.pinned(state, deck, index)),
    scrub: { start: () => state.step, by: (from, part) => deck && go(from + Math.round(part * deck.steps)) },
  });
  const stage = withTriangle(scope, plain, { sheets });
  const legend = createLegend(scope, { switchRaw: () => rearrange(moves.rawSwitched(state)), switchSettled: () => relay(moves.settledSwitched(state), false), switchAttention: () => relay(moves.attentionSwitched(state), false) });
  const attention = createAttentionBar(scope, {
    setWord: (word) => rearrange({ ...state, word }),
    setLayers: (layers) => rearrange({ ...state, layers }),
    setShare: (share) => rearrange({ ...state, share }),
    largestOf: (index) => plain.largestOf(index),
  });
  const transport = createTransport(scope, {
    go,
    goFrame: (at) => rearrange({ ...state, frame: at }),
    toggle: togglePlay,
    setSpeed: (speed) => rearrange({ ...state, speed }),
    setLoop: (loop) => rearrange({ ...state, loop }),
  });
  const chart = createChart(scope, { go: (step) => go(step ?? state.step), toggle: (line) => relay(moves.lineSwitched(state, line), false) });
  const facts = createFacts(scope);
  const predicting = createPredicting(scope, { plot: chart.plot, next: () => go(state.step + 1), change: predict });
  const player = createPlayer(window, tick);
  const selection = createSelection(scope, choose);
  const many = createTogether(scope, { selection, setLock: (lock) => relay({ ...state, lock }, false), setSubject: (subject) => rearrange({ ...state, subject }) });
  const walk = createWalk(scope, { go: stroll });
  const compare = createComparison(scope, {
    sheets,
    mark: (step) => chart.mark(step),
    changed: () => rearrange(state),
    setMode: (mode) => rearrange({ ...state, compare: mode }),
    setWipe,
    unpin: () => rearrange(moves.unpinned(state)),
  });
  const tools = createTools(scope, { picture, enlarge: () => big.toggle() });
  const content = layOut(scope, { tabs, tools, stage, preview, compare, legend, attention, many, walk, predicting, transport, chart, facts });
  const element = scope.make("section", { class: "denoiscope", "aria-label": viewerLabel() }, content);
  const big = createBigView(scope, {
    element,
    content,
    opener: tools.enlarge.element,
    label: () => deck?.title || viewerLabel(),
    changed: (open) => tools.enlarge.use(open ? "shrink" : "enlarge", open ? closeBigView() : bigView()),
  });

  scope.on(content, "keydown", onKey);
  const watches = [watchSight(scope, content, look), watchWidth(scope, content, facts.roomy)];
  empty(emptyViewer());

  function empty(words) {
    whole = deck = null;
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

  /** A sweep or walk has finished some more of its cells, or has stopped. */
  function cells(event) {
    settle(liveCells(deck?.cells ? deck : null, event));
  }

  /** A run is under way whose pictures would give away what is to be predicted. */
  function hold() {
    if (!held) empty(heldBack());
    held = true;
  }

  /** The run ended without a result: its live pictures are all there will be. */
  function stop() {
    if (held) empty(heldStopped());
    held = false;
    if (deck?.live && !deck.stopped) settle(deck.cells ? stoppedCells(deck) : stoppedDeck(deck));
  }

  function settle(next) {
    const sameShape = deck?.live && next.live && deck.run === next.run;
    if (!sameShape) for (const memory of [sheets, compare]) memory.forget();
    held = false;
    whole = next;
    state = { ...state, prediction: begun(state.prediction, whole) };
    unveil(sameShape);
  }

  /** Shows of the deck what may be seen. */
  function unveil(sameShape) {
    deck = veiled(whole, state.prediction);
    setAttribute(content, "data-state", deck.live ? "live" : "deck");
    setAttribute(content, "data-cells", deck.cells ?? false);
    setAttribute(element, "aria-label", viewerLabel(deck.title));
    state = moves.fitted(state, deck);
    if (!sameShape) tabs.offer(tabsOf(deck), stageId);
    relay(state, !sameShape);
  }

  function predict(move) {
    const hid = hides(state.prediction);
    state = move(state, whole);
    if (hides(state.prediction) === hid) rearrange(state);
    else unveil(false);
  }

  /** New cells, then everything else. */
  function relay(next, cells = true) {
    state = next;
    together = lockOn(deck, state);
    preview.hide();
    selection.arrange(deck, state);
    if (cells) stage.lay(deck, state);
    read();
    rearrange(state);
  }

  /** The numbers and words of what is shown; the curves of a walk keep their scale from stop to stop. */
  function read() {
    const shown = moves.shownIndices(state, deck);
    const drawn = moves.strolls(state, deck) ? moves.shownIndices({ trajectory: null }, deck) : shown;
    chart.draw(deck, drawn, readTrajectory(), { hidden: state.hidden, settled: showsSettling(state, deck), where: together.where });
    facts.arrange(deck, unordered(deck, shown));
  }

  function choose(index) {
    relay(moves.chosen(state, deck, index));
  }

  /** Along the cells, one of them alone on the stage. */
  function stroll(index) {
    state = moves.strolled(state, deck, index);
    together = lockOn(deck, state);
    stage.retarget(deck, state.trajectory);
    selection.point(state);
    walk.arrange(deck, state);
    read();
    schedule();
    note();
  }

  /** Everything but the cells; the words of a view, the buttons, the sheets that are needed now. */
  function rearrange(next) {
    state = next;
    together = lockOn(deck, state);
    const view = viewOf(deck, state.view);
    tabs.select(tabOf(deck, view.id));
    legend.arrange(deck, view, state);
    attention.arrange(deck, view, state);
    transport.arrange(deck, state);
    many.arrange(deck, state, together);
    walk.arrange(deck, state);
    compare.arrange(deck, state, together);
    predicting.arrange(whole, state, together);
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
    if (!deck || !seen) return;
    sheets.want([...new Set([...viewOf(deck, state.view).sources, ...compare.sources(deck), ...attentionSources(state, deck)])]);
  }

  function arrived() {
    compare.wake();
    schedule();
  }

  function setWipe(wipe) {
    state = { ...state, wipe };
    compare.move(deck, state);
    schedule();
    note();
  }

  function go(next) {
    if (!deck) return;
    walkOn(next);
    state = moves.moved(state, deck, next);
    schedule();
    note();
  }

  /** What is predicted shows one step more for each step forward. */
  function walkOn(next) {
    const walked = walkedOn(state, deck, next);
    if (walked === state) return;
    state = walked;
    deck = veiled(whole, state.prediction);
    transport.arrange(deck, state);
  }

  function note() {
    tools.quiet();
    keeping.soon();
  }

  function togglePlay() {
    if (deck && !transport.play.disabled) rearrange(moves.toggled(state, deck));
  }

  function tick() {
    const next = moves.played(state, deck);
    if (!next.playing) rearrange(next);
    else if (moves.playsWalk(next, deck)) stroll(next.trajectory);
    else go(next.step);
    return moves.atEnd(next, deck);
  }

  function schedule() {
    frame ||= window.requestAnimationFrame(paint);
  }

  /** The whole cost of a scrub: pictures, slider, cursor and numbers, once for each frame of the screen. */
  function paint() {
    frame = 0;
    if (!deck) return;
    stage.paint(deck, state, together);
    compare.paint(deck, state, together);
    transport.move(readTrajectory(), deck, state);
    attention.move(deck, together.read, together.at(together.read, state.step));
    chart.move(state.step);
    predicting.move(state, deck.steps);
  }

  const readTrajectory = () => deck.trajectories[together.read];

  function onKey(event) {
    if (!deck || event.ctrlKey || event.metaKey || event.altKey || event.target.closest("select, [role=tab], .ds-frames, .ds-walk")) return;
    if (onCellsKey(event)) return taken(event);
    const next = moves.stepByKey(event.key, state.step, deck);
    const space = event.key === " " && !event.target.closest("button, summary");
    if (next === null && !space) return;
    taken(event);
    if (space) togglePlay();
    else go(next);
  }

  /** [ and ] lead along the cells while one is alone on the stage; Escape lets the pinned ones go. */
  function onCellsKey(event) {
    const stride = state.trajectory !== null && deck.trajectories.length > 1 ? moves.strideByKey(event) : null;
    if (stride !== null) stroll(state.trajectory + stride);
    const unpins = event.key === "Escape" && state.pins.length > 0 && state.trajectory === null;
    if (unpins) rearrange(moves.unpinned(state));
    return stride !== null || unpins;
  }

  function taken(event) {
    event.preventDefault();
    event.stopPropagation();
  }

  /** The pictures on the stage as one canvas, with a name for its file; null where there is none. */
  function picture() {
    const pictures = stage.canvases();
    if (!deck || pictures.every((one) => one === null)) return null;
    const columns = stage.columns();
    const label = state.trajectory === null && deck.trajectories.length > 1 ? "all" : readTrajectory().label;
    const name = fileName(deck, viewOf(deck, state.view), label, state.step);
    return { canvas: composed(document, pictures, columns), name };
  }

  function destroy() {
    big.close();
    player.stop();
    window.cancelAnimationFrame(frame);
    keeping.end();
    for (const end of watches) end();
    stage.destroy();
    preview.hide();
    compare.end();
    sheets.close();
    scope.destroy();
    element.remove();
    whole = deck = null;
  }

  return {
    element,
    show,
    step,
    cells,
    hold,
    stop,
    destroy,
    shows: () => (deck === null ? null : deck.live ? "live" : "deck"),
    recall: (place) => {
      state = moves.recalled(place);
      if (whole) settle(whole);
    },
  };
}
