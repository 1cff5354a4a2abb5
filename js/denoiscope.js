// The one file that talks to ComfyUI: puts a viewer into each DenoiscopeViewer node and brings it what it shows.

import { app } from "../../scripts/app.js";
import { api } from "../../scripts/api.js";
import { everyNode, executionIdOf, nodeByExecutionId, outputIdOf } from "./graph/ids.js";
import { createOwners, payloadIn, signatureOf } from "./graph/payloads.js";
import { createPlaces } from "./graph/places.js";
import { createViewer } from "./viewer/viewer.js";

const NODE = "DenoiscopeViewer";
const STEP = "denoiscope.step";
const SIZE = [420, 740];
const LEAST_HEIGHT = 340;
const MUTED = 2;
const BYPASSED = 4;
const JOBS_TO_SEARCH = 5;
const MIDDLE_BUTTON = 1;
const MIDDLE_HELD = 4;

/* Weak: the frontend makes copies of nodes that it never puts into a graph and never removes. */
const residents = new WeakMap();
const owners = createOwners();
const places = createPlaces(sessionStorage);
let heard = Promise.resolve();
let latest = { prompt: null, workflow: null };
let widgets = 0;

const currentWorkflow = () => app.rootGraph?.id ?? null;
const isCurrent = (workflow) => !workflow || !currentWorkflow() || workflow === currentWorkflow();

app.registerExtension({
  name: "denoiscope.viewer",
  setup() {
    document.head.append(stylesheet());
    api.addEventListener(STEP, ({ detail }) => takeStep(detail));
    for (const end of ["execution_interrupted", "execution_error"]) api.addEventListener(end, ({ detail }) => takeEnd(detail));
    api.addEventListener("executed", ({ detail }) => {
      heard = heard.then(() => takeResult(detail));
    });
  },
  nodeCreated(node) {
    if (node.comfyClass === NODE) settleIn(node);
  },
  onNodeOutputsUpdated: (outputs) => void takeOutputs(outputs),
  afterConfigureGraph: () => void setTimeout(restore),
});

function stylesheet() {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL("./viewer/viewer.css", import.meta.url).href;
  return link;
}

/* A viewer in a node */

function settleIn(node) {
  const viewer = createViewer({ document, load, remember: (place) => keepPlace(node, place) });
  const resident = { viewer, signature: null, recalled: false };
  residents.set(node, resident);
  forwardToCanvas(viewer.element);
  addWidget(node, viewer);
  const removed = node.onRemoved;
  node.onRemoved = function (...args) {
    removed?.apply(this, args);
    residents.delete(node);
    viewer.destroy();
  };
}

/**
 * A type of its own for each widget: Nodes 2.0 re-uses the widget of an undone node whose name and type are the same,
 * and leaves a dead viewer on the screen.
 */
function addWidget(node, viewer) {
  const widget = node.addDOMWidget("viewer", `DENOISCOPE_VIEWER_${++widgets}`, viewer.element, {
    serialize: false,
    hideOnZoom: false,
    margin: 8,
    getMinHeight: () => LEAST_HEIGHT,
    onDraw: () => dim(node, viewer.element),
  });
  widget.serialize = false;
  // The panel on the right writes its own width here, and the classic canvas would squeeze the viewer into it.
  Object.defineProperty(widget, "width", { get: () => undefined, set: () => {}, configurable: true });
  const [width, height] = node.computeSize();
  node.setSize([Math.max(node.size[0], width, SIZE[0]), Math.max(node.size[1], height, SIZE[1])]);
}

/** The classic canvas dims a bypassed or muted node, but not what stands in it. */
function dim(node, element) {
  const opacity = node.mode === BYPASSED || node.mode === MUTED ? "0.4" : "";
  if (element.style.opacity !== opacity) element.style.opacity = opacity;
}

/** The classic canvas hears nothing of what happens over a widget: zooming and panning are handed on. */
function forwardToCanvas(element) {
  element.querySelector(".ds-side").dataset.captureWheel = "true";
  const isClassic = () => !LiteGraph.vueNodesMode;
  const forward = (type, method, concerns, options) =>
    element.addEventListener(type, (event) => isClassic() && concerns(event) && pass(event, method), options);
  forward("wheel", "processMouseWheel", (event) => !scrolls(event), { passive: false });
  forward("pointerdown", "processMouseDown", (event) => event.button === MIDDLE_BUTTON);
  forward("pointermove", "processMouseMove", (event) => (event.buttons & MIDDLE_HELD) !== 0);
  forward("pointerup", "processMouseUp", (event) => event.button === MIDDLE_BUTTON);
  element.addEventListener("pointerdown", (event) => app.canvas.read_only && event.stopPropagation(), { capture: true });
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
  const box = event.target.closest(".ds-side, .ds-stage");
  return !event.ctrlKey && box?.scrollHeight > box?.clientHeight && box.contains(document.activeElement);
}

async function load({ filename, subfolder, type }) {
  const response = await api.fetchApi(`/view?${new URLSearchParams({ filename, subfolder: subfolder ?? "", type })}`);
  if (response.status === 404) return null;
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.blob();
}

/* What the user has set, per workflow and node */

function keepPlace(node, place) {
  const id = executionIdOf(app.rootGraph, node);
  if (id) places.write(currentWorkflow(), id, place);
}

function recallOnce(resident, id) {
  if (resident.recalled) return;
  resident.recalled = true;
  const place = places.read(currentWorkflow(), id);
  if (place) resident.viewer.recall(place);
}

/* What there is to show, and how it arrives */

function takeStep(event) {
  latest = { prompt: event.prompt, workflow: event.workflow };
  if (!isCurrent(event.workflow)) return;
  for (const id of event.viewers) {
    const resident = residents.get(nodeByExecutionId(app.rootGraph, id));
    if (!resident) continue;
    recallOnce(resident, id);
    resident.viewer.step(event);
  }
}

/** A run that ends early gives no result: its live pictures stay, and are marked as all there is. */
function takeEnd({ prompt_id }) {
  if (latest.prompt !== prompt_id || !isCurrent(latest.workflow)) return;
  for (const [node] of everyNode(app.rootGraph)) residents.get(node)?.viewer.stop();
}

/** A finished node. The event does not say of which workflow: the job does. */
async function takeResult({ node, display_node, prompt_id, output }) {
  const payload = payloadIn(output);
  if (!payload) return;
  const id = display_node ?? node;
  const workflow = await workflowOf(prompt_id);
  owners.announced(workflow ?? currentWorkflow(), id, payload);
  if (isCurrent(workflow)) deliver(nodeByExecutionId(app.rootGraph, id), id, payload);
}

async function workflowOf(prompt) {
  if (latest.prompt !== prompt) latest = { prompt, workflow: (await job(prompt))?.workflow_id ?? null };
  return latest.workflow;
}

/** Outputs that the frontend brings back itself: after undo, a change of tab, a workflow opened from the history. */
async function takeOutputs(outputs) {
  await heard;
  for (const [node, id] of everyNode(app.rootGraph)) {
    const payload = payloadIn(outputs?.[outputIdOf(app.rootGraph, node)]);
    if (payload && owners.belongs(currentWorkflow(), id, payload)) deliver(node, id, payload);
  }
}

/** After a reload the frontend has forgotten all outputs; the server's list of jobs has not. */
async function restore() {
  await heard;
  const workflow = currentWorkflow();
  if (!workflow || waiting().length === 0) return;
  const query = new URLSearchParams({ status: "completed", limit: JOBS_TO_SEARCH, workflow_id: workflow });
  for (const { id: prompt } of (await json(`/jobs?${query}`))?.jobs ?? []) {
    if (waiting().length === 0) return;
    const outputs = (await job(prompt))?.outputs;
    if (currentWorkflow() !== workflow) return;
    for (const [node, id] of waiting()) bringBack(node, id, outputs?.[id]);
  }
}

function bringBack(node, id, output) {
  const payload = payloadIn(output);
  if (!payload) return;
  owners.announced(currentWorkflow(), id, payload);
  deliver(node, id, payload);
}

const waiting = () => [...everyNode(app.rootGraph)].filter(([node]) => residents.get(node)?.viewer.shows() === null);

function deliver(node, id, payload) {
  const resident = residents.get(node);
  if (!resident) return;
  const signature = signatureOf(payload);
  if (resident.signature === signature && resident.viewer.shows() === "deck") return;
  resident.signature = signature;
  recallOnce(resident, id);
  resident.viewer.show(payload);
}

const job = (prompt) => json(`/jobs/${encodeURIComponent(prompt)}`);

/** Null where the server has no such list or no such job: then there is nothing to bring back. */
async function json(path) {
  const response = await api.fetchApi(path);
  return response.ok ? response.json() : null;
}
