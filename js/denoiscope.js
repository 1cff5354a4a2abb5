// The one file that talks to ComfyUI: puts a view into each node that has one, and brings it what it shows.

import { api } from "../../scripts/api.js";
import { app } from "../../scripts/app.js";
import { createAppMode } from "./graph/app_mode.js";
import { fillInName } from "./graph/file_names.js";
import { everyNode, executionIdOf, isNameless, newId, nodeByExecutionId, outputIdOf } from "./graph/ids.js";
import { openingItems, openingOf } from "./graph/opening.js";
import { blockIn, createOwners, payloadIn, saysIn, signatureOf } from "./graph/payloads.js";
import { KEPT, createPlaces } from "./graph/places.js";
import { createWatched } from "./graph/watched.js";
import { offerFirst } from "./graph/suggestions.js";
import { sayOnNode } from "./graph/words_on_node.js";
import { addCourse } from "./panel/sidebar.js";
import { EVENTS, RESULTS } from "./viewer/contract/contract.js";
import { createComparison } from "./viewer/doctor/comparison.js";
import { createDoctor } from "./viewer/doctor/doctor.js";
import { createLab } from "./viewer/lab/lab.js";
import { speak, term } from "./viewer/language/language.js";
import { createPlot } from "./viewer/plot/plot.js";
import { createSpectrum } from "./viewer/plot/spectrum.js";
import { createViewer } from "./viewer/viewer.js";
import { watchedRun } from "./viewer/words/doctor.js";
import { appModeWords, openingWords, serverAnswered } from "./viewer/words/viewer.js";

/**
 * Nodes with something to look at: under which name their result brings it, what shows it, and how much room that gets
 * at first. What `create` gives has { element, show, shows, recall, destroy }, and { step, stop } where it can be live.
 */
const SHOWN_IN = {
  DenoiscopeViewer: { key: RESULTS.deck, name: "viewer", create: createViewer, size: [420, 740], leastHeight: 220 },
  DenoiscopeSchedule: { key: RESULTS.chart, name: "chart", create: createPlot, size: [480, 860], leastHeight: 440 },
  DenoiscopeMeasures: { key: RESULTS.chart, name: "curves", create: createPlot, size: [500, 1120], leastHeight: 520 },
  DenoiscopeDoctor: {
    key: RESULTS.diagnosis, name: "findings", create: createDoctor, size: [480, 520], leastHeight: 320,
  },
  DenoiscopeCompareRuns: {
    key: RESULTS.comparison, name: "comparison", create: createComparison, size: [520, 620], leastHeight: 320,
  },
  DenoiscopeLowRankLab: { key: RESULTS.lowRank, name: "lab", create: createLab, size: [460, 820], leastHeight: 480 },
  DenoiscopeLoraRankSweep: {
    key: RESULTS.chart, name: "chart", create: createPlot, size: [480, 1040], leastHeight: 440,
  },
  DenoiscopeLoraSpectrum: {
    key: RESULTS.spectrum, name: "spectrum", create: createSpectrum, size: [480, 860], leastHeight: 480,
  },
};
const KEYS = [...new Set(Object.values(SHOWN_IN).map(({ key }) => key))];
/** A later sheet may set what an earlier one has set. */
const SHEETS = [
  ...["elements/theme.css", "elements/elements.css", "elements/help.css", "viewer.css", "stage/stage.css"],
  "triangle/triangle.css",
  ...["steps/steps.css", "cells/cells.css", "cells/kept.css", "plot/plot.css", "lab/lab.css", "plot/heat.css"],
  "predict/predict.css",
  "../panel/panel.css",
  ...["doctor/marks.css", "doctor/doctor.css"],
  "../graph/words_on_node.css",
];
/** What comes while a run goes on, and the verb of a view that takes it. */
const LIVE = { [EVENTS.step]: "step", [EVENTS.cells]: "cells", [EVENTS.views]: "views" };
/** What would give away what is to be predicted; a deck hides that itself. */
const HELD_BACK = ["step", "cells"];
const MUTED = 2;
const BYPASSED = 4;
const JOBS_TO_SEARCH = 5;
const MIDDLE_BUTTON = 1;
const MIDDLE_HELD = 4;
/** Words that may be longer than their place, and with them what scrolls before it hands the wheel on. */
const CAPTURES_WHEEL = ".ds-side, .ds-controls, .ds-plot-content, .ds-lab-content, .ds-doctor-content";
const SCROLLERS = `${CAPTURES_WHEEL}, .ds-stage`;

/* Weak: the frontend makes copies of nodes that it never puts into a graph and never removes. */
const residents = new WeakMap();
const owners = createOwners();
const filled = createAppMode({ app, words: appModeWords });
const places = createPlaces(sessionStorage);
const keeps = createPlaces(sessionStorage, KEPT);
const watchedOn = createWatched();
let heard = Promise.resolve();
let latest = { prompt: null, workflow: null };
let widgets = 0;
let language = "en";

const currentWorkflow = () => app.rootGraph?.id ?? null;
/** ComfyUI takes the id from a cleared graph; without one nothing would come back to it after undo or a reload. */
function nameWorkflow() {
  const graph = app.rootGraph;
  if (graph && isNameless(graph.id)) graph.id = newId((bytes) => document.defaultView.crypto.getRandomValues(bytes));
}

const isCurrent = (workflow) => !workflow || !currentWorkflow() || workflow === currentWorkflow();

app.registerExtension({
  name: "denoiscope.viewer",
  /** Before the first node is made; another language is spoken after a reload. */
  init() {
    language = speak(app.extensionManager.setting.get("Comfy.Locale"));
  },
  setup() {
    document.head.append(...SHEETS.map(stylesheet));
    offerFirst(LiteGraph, "DENOISCOPE_DECK", "DenoiscopeViewer");
    const nodes = () => [...everyNode(app.rootGraph)].map(([node]) => node);
    addCourse({ app, api, window: document.defaultView, base: import.meta.url, language, nodes, pointAt });
    for (const [event, verb] of Object.entries(LIVE))
      api.addEventListener(event, ({ detail }) => takeLive(detail, verb));
    api.addEventListener(EVENTS.words, ({ detail }) => takeWords(detail));
    api.addEventListener(EVENTS.watch, ({ detail }) => takeWatch(detail));
    for (const end of ["execution_interrupted", "execution_error"])
      api.addEventListener(end, ({ detail }) => takeEnd(detail));
    api.addEventListener("execution_error", ({ detail }) => sayError(detail), { capture: true });
    api.addEventListener("executed", ({ detail }) => {
      heard = heard.then(() => takeResult(detail));
    });
  },
  nodeCreated(node) {
    nameWorkflow();
    if (node.comfyClass in SHOWN_IN) settleIn(node, SHOWN_IN[node.comfyClass]);
    fillInName(node, filledIn);
  },
  getNodeMenuItems(node) {
    const view = residents.get(node)?.view;
    return view?.place ? openingItems(node, view.place(), { words: openingWords(), changed: noteChange }) : [];
  },
  onNodeOutputsUpdated: (outputs) => void takeOutputs(outputs),
  afterConfigureGraph: () => void setTimeout(restore),
});

function stylesheet(name) {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(`./viewer/${name}`, import.meta.url).href;
  return link;
}

/** Sets a viewer to a view, a step, an overlay; gives why it could not, or null. */
function pointAt(node, place) {
  const view = residents.get(node)?.view;
  if (view?.shows() !== "deck") return "no viewer";
  return view.point(place) ? null : "not yet";
}

/** Sets every viewer that shows a deck; gives why none is, or null. */
function pointAtDeck(fingerprint, place) {
  const nodes = [...everyNode(app.rootGraph)].map(([node]) => node);
  const showing = nodes.filter((node) => residents.get(node)?.view.fingerprint?.() === fingerprint);
  const answers = showing.map((node) => pointAt(node, place));
  return answers.length ? (answers.find((why) => why !== null) ?? null) : "no viewer";
}

/** A change that ComfyUI does not see: the workflow is marked as not saved, and can be undone. */
function noteChange() {
  app.graph.setDirtyCanvas(true, true);
  app.extensionManager.workflow?.activeWorkflow?.changeTracker?.checkState?.();
}

/** As ComfyUI fills in the names of its own Save nodes. */
const filledIn = (name) => globalThis.comfyAPI?.utils?.applyTextReplacements?.(app.graph, name) ?? name;

/* A viewer or a chart in a node */

function settleIn(node, kind) {
  const view = kind.create({
    document, load, point: pointAtDeck, remember: (place) => keepPlace(node, place),
    store: (payloads) => keepRuns(node, payloads),
  });
  residents.set(node, { view, key: kind.key, signature: null, recalled: false });
  view.element.lang = language;
  forwardToCanvas(view.element);
  addWidget(node, view, kind);
  const removed = node.onRemoved;
  node.onRemoved = function (...args) {
    removed?.apply(this, args);
    residents.delete(node);
    view.destroy();
  };
}

/**
 * A type of its own for each widget: Nodes 2.0 re-uses the widget of an undone node whose name and type are the same,
 * and leaves a dead viewer on the screen.
 */
function addWidget(node, view, { name, size, leastHeight }) {
  const widget = node.addDOMWidget(name, `DENOISCOPE_VIEWER_${++widgets}`, view.element, {
    serialize: false,
    hideOnZoom: false,
    margin: 8,
    getMinHeight: () => leastHeight,
    onDraw: () => dim(node, view.element),
  });
  widget.serialize = false;
  // The panel on the right writes its own width here, and the classic canvas would squeeze the viewer into it.
  Object.defineProperty(widget, "width", { get: () => undefined, set: () => {}, configurable: true });
  const [width, height] = node.computeSize();
  node.setSize([Math.max(node.size[0], width, size[0]), Math.max(node.size[1], height, size[1])]);
}

/** The classic canvas dims a bypassed or muted node, but not what stands in it. */
function dim(node, element) {
  const opacity = node.mode === BYPASSED || node.mode === MUTED ? "0.4" : "";
  if (element.style.opacity !== opacity) element.style.opacity = opacity;
}

/** The classic canvas hears nothing of what happens over a widget: zooming and panning are handed on. */
function forwardToCanvas(element) {
  for (const box of element.querySelectorAll(CAPTURES_WHEEL)) box.dataset.captureWheel = "true";
  const isClassic = () => !LiteGraph.vueNodesMode;
  const forward = (type, method, concerns, options) =>
    element.addEventListener(type, (event) => isClassic() && concerns(event) && pass(event, method), options);
  forward("wheel", "processMouseWheel", (event) => !scrolls(event), { passive: false });
  forward("pointerdown", "processMouseDown", (event) => event.button === MIDDLE_BUTTON);
  forward("pointermove", "processMouseMove", (event) => (event.buttons & MIDDLE_HELD) !== 0);
  forward("pointerup", "processMouseUp", (event) => event.button === MIDDLE_BUTTON);
  element.addEventListener(
    "pointerdown", (event) => app.canvas.read_only && event.stopPropagation(), { capture: true },
  );
}

function pass(event, method) {
  if (event.type === "wheel") {
    event.preventDefault();
    event.stopPropagation();
  }
  app.canvas[method](event);
}

/** The wheel belongs to words longer than their place, once they have the focus. */
function scrolls(event) {
  const box = event.target.closest(SCROLLERS);
  return !event.ctrlKey && box?.scrollHeight > box?.clientHeight && box.contains(document.activeElement);
}

async function load({ filename, subfolder, type }) {
  const response = await api.fetchApi(`/view?${new URLSearchParams({ filename, subfolder: subfolder ?? "", type })}`);
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(serverAnswered(response.status));
  return response.blob();
}

/* What the user has set, per workflow and node */

function keepPlace(node, place) {
  const id = executionIdOf(app.rootGraph, node);
  if (id) places.write(currentWorkflow(), id, place);
}

/** Runs that stand beside the next one; false where the browser has no room for them. */
function keepRuns(node, payloads) {
  const id = executionIdOf(app.rootGraph, node);
  return id !== null && keeps.write(currentWorkflow(), id, payloads);
}

function recallOnce(resident, node, id) {
  if (resident.recalled) return;
  resident.recalled = true;
  const place = places.read(currentWorkflow(), id);
  const opens = openingOf(node);
  if (place) resident.view.recall(place);
  else if (opens) resident.view.open?.(opens);
  const kept = keeps.read(currentWorkflow(), id);
  if (Array.isArray(kept)) resident.view.keep?.(kept);
}

/* What there is to show, and how it arrives */

function takeLive(event, verb) {
  latest = { prompt: event.prompt, workflow: event.workflow };
  if (!isCurrent(event.workflow)) return;
  for (const id of event.viewers) {
    const node = nodeByExecutionId(app.rootGraph, id);
    const resident = residents.get(node);
    if (!resident?.view[verb]) continue;
    recallOnce(resident, node, id);
    if (HELD_BACK.includes(verb) && event.predicting?.includes(id)) resident.view.hold();
    else resident.view[verb](event);
  }
}

/** What a node that encodes made of the words of its prompt. */
function takeWords({ node, workflow, sentences }) {
  if (isCurrent(workflow)) sayOnNode(document, nodeByExecutionId(app.rootGraph, node), sentences.map(term));
}

/** A watched run that is certainly broken: the newest are said on the Record node that watches. */
function takeWatch({ node: id, workflow, ...finding }) {
  const node = isCurrent(workflow) ? nodeByExecutionId(app.rootGraph, id) : null;
  if (node) sayOnNode(document, node, watchedOn.add(node, watchedRun(finding)));
}

/** What went wrong is said in the language spoken, with the English below it, before ComfyUI shows it. */
function sayError(detail) {
  const english = String(detail.exception_message).trim();
  const words = term(english);
  if (words !== english) detail.exception_message = `${words}\n${english}`;
}

/** A run that ends early gives no result: its live pictures stay, and are marked as all there is. */
function takeEnd(detail) {
  const block = blockIn(detail);
  if (block) return say(block.node, term(block.words)); // one node was stopped, and the run goes on
  const { prompt_id } = detail;
  if (latest.prompt !== prompt_id || !isCurrent(latest.workflow)) return;
  for (const [node] of everyNode(app.rootGraph)) residents.get(node)?.view.stop?.();
}

/** A finished node. The event does not say of which workflow: the job does. */
async function takeResult({ node, display_node, prompt_id, output }) {
  const payloads = KEYS.map((key) => payloadIn(output, key)).filter(Boolean);
  if (payloads.length === 0) return say(display_node ?? node, saysIn(output));
  const id = display_node ?? node;
  const workflow = await workflowOf(prompt_id);
  for (const payload of payloads) owners.announced(workflow ?? currentWorkflow(), id, payload);
  if (isCurrent(workflow)) deliver(nodeByExecutionId(app.rootGraph, id), id, output);
}

/** A view that has nothing to show says why. */
function say(id, words) {
  if (words) residents.get(nodeByExecutionId(app.rootGraph, id))?.view.say?.(words);
}

async function workflowOf(prompt) {
  if (latest.prompt !== prompt) latest = { prompt, workflow: (await job(prompt))?.workflow_id ?? null };
  return latest.workflow;
}

/** Outputs that the frontend brings back itself: after undo, a change of tab, a workflow opened from the history. */
async function takeOutputs(outputs) {
  await heard;
  for (const [node, id] of everyNode(app.rootGraph)) {
    const output = outputs?.[outputIdOf(app.rootGraph, node)];
    const payload = payloadFor(node, output);
    if (payload && owners.belongs(currentWorkflow(), id, payload)) deliver(node, id, output);
  }
}

/** After a reload the frontend has forgotten all outputs; the server's list of jobs has not. */
async function restore() {
  await heard;
  const workflow = currentWorkflow();
  if (!workflow || waiting().length === 0) return;
  const query = new URLSearchParams({ status: "completed", limit: String(JOBS_TO_SEARCH), workflow_id: workflow });
  for (const { id: prompt } of (await json(`/jobs?${query}`))?.jobs ?? []) {
    if (waiting().length === 0) return;
    const outputs = (await job(prompt))?.outputs;
    if (currentWorkflow() !== workflow) return;
    for (const [node, id] of waiting()) bringBack(node, id, outputs?.[id]);
  }
}

function bringBack(node, id, output) {
  const payload = payloadFor(node, output);
  if (!payload) return;
  owners.announced(currentWorkflow(), id, payload);
  deliver(node, id, output);
}

const payloadFor = (node, output) => payloadIn(output, residents.get(node)?.key);

const waiting = () => [...everyNode(app.rootGraph)].filter(([node]) => residents.get(node)?.view.shows() === null);

function deliver(node, id, output) {
  const resident = residents.get(node);
  const payload = payloadFor(node, output);
  if (!payload) return;
  const signature = signatureOf(payload);
  if (resident.signature === signature && ![null, "live"].includes(resident.view.shows())) return;
  resident.signature = signature;
  recallOnce(resident, node, id);
  resident.view.show(payload);
  filled(currentWorkflow());
}

const job = (prompt) => json(`/jobs/${encodeURIComponent(prompt)}`);

/** Null where the server has no such list or no such job: then there is nothing to bring back. */
async function json(path) {
  const response = await api.fetchApi(path);
  return response.ok ? response.json() : null;
}
