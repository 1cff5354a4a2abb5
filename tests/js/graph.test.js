import assert from "node:assert/strict";
import test from "node:test";

import { createAppMode } from "../../js/graph/app_mode.js";
import { everyNode, executionIdOf, isNameless, newId, nodeByExecutionId, outputIdOf } from "../../js/graph/ids.js";
import { blockIn, createOwners, payloadIn, REMEMBERED, saysIn, signatureOf } from "../../js/graph/payloads.js";
import { createPlaces } from "../../js/graph/places.js";
import { offerFirst } from "../../js/graph/suggestions.js";
import { deckPayload, view } from "./payloads.js";

function graph(nodes, rest = {}) {
  const made = { nodes, getNodeById: (id) => nodes.find((node) => node.id === id) ?? null, ...rest };
  for (const node of nodes) node.graph = made;
  return made;
}

const inner = { id: "3" };
const inside = graph([inner], { id: "uuid" });
const outer = { id: "5", subgraph: inside };
const plain = { id: "4" };
const root = graph([plain, outer], { id: "root", isRootGraph: true });

test("an execution id leads into subgraphs and back", () => {
  for (const [node, id] of [[plain, "4"], [outer, "5"], [inner, "5:3"]]) {
    assert.equal(nodeByExecutionId(root, id), node);
    assert.equal(executionIdOf(root, node), id);
  }
});

test("an id that leads nowhere is null", () => {
  for (const id of ["9", "5:9", "4:3", ""]) assert.equal(nodeByExecutionId(root, id), null);
  assert.equal(nodeByExecutionId(undefined, "4"), null);
});

test("numeric ids of older frontends are found too", () => {
  const node = { id: 4 };
  assert.equal(nodeByExecutionId(graph([node]), "4"), node);
});

test("a copy that stands in no graph has no id", () => {
  assert.equal(executionIdOf(root, { id: "4" }), null);
  assert.equal(outputIdOf(root, { id: "4", graph: null }), null);
});

test("every node is visited with its id", () => {
  assert.deepEqual([...everyNode(root)].map(([, id]) => id), ["4", "5", "5:3"]);
});

test("outputs inside a subgraph are filed under its definition", () => {
  assert.equal(outputIdOf(root, plain), "4");
  assert.equal(outputIdOf(root, inner), "uuid:3");
});

test("a payload is found in a node's output, or not", () => {
  const payload = deckPayload();
  assert.equal(payloadIn({ denoiscope_deck: [payload] }, "denoiscope_deck"), payload);
  for (const other of [null, undefined, {}, { images: [] }]) assert.equal(payloadIn(other, "denoiscope_deck"), null);
  assert.equal(payloadIn({ denoiscope_deck: [payload] }, undefined), null, "a node that shows nothing");
});

test("new pictures have a new signature", () => {
  const withSource = (source) =>
    deckPayload({ views: [view("x", { sheets: [{ source, columns: 1, first: 0, count: 1 }] })] });
  assert.equal(signatureOf(withSource("a")), signatureOf(withSource("a")));
  assert.notEqual(signatureOf(withSource("a")), signatureOf(withSource("b")));
});

test("a chart has no pictures: its numbers are its signature", () => {
  const chart = (value) => ({ title: "Schedules", panels: [{}], series: [{ values: [[value]] }] });
  assert.equal(signatureOf(chart(1)), signatureOf(chart(1)));
  assert.notEqual(signatureOf(chart(1)), signatureOf(chart(2)));
});

test("a result announced for one workflow does not belong to another", () => {
  const owners = createOwners();
  const payload = deckPayload();
  owners.announced("A", "4", payload);
  assert.ok(owners.belongs("A", "4", payload));
  assert.ok(!owners.belongs("B", "4", payload));
  assert.ok(!owners.belongs("A", "5:3", payload));
});

test("a cached result belongs to every workflow that it was announced for", () => {
  const owners = createOwners();
  owners.announced("A", "4", deckPayload());
  owners.announced("B", "4", deckPayload());
  assert.ok(owners.belongs("A", "4", deckPayload()) && owners.belongs("B", "4", deckPayload()));
});

test("of many results the newest are remembered, and one that comes again counts as new", () => {
  const owners = createOwners();
  const titled = (title) => deckPayload({ title });
  for (const title of ["first", "second", "first"]) owners.announced("A", "4", titled(title));
  for (let other = 2; other <= REMEMBERED; other++) owners.announced("A", "4", titled(`run ${other}`));
  assert.ok(!owners.belongs("B", "4", titled("first")));
  assert.ok(owners.belongs("B", "4", titled("second")), "forgotten");
});

test("a result that came with a workflow from the history belongs there", () => {
  assert.ok(createOwners().belongs("A", "4", deckPayload()));
});

function storage(fail) {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, text) => {
      if (fail) throw Object.assign(new Error("full"), { name: fail });
      kept.set(key, text);
    },
    kept,
  };
}

test("places are kept apart by workflow and node", () => {
  const places = createPlaces(storage());
  places.write("A", "4", { step: 3 });
  assert.deepEqual(places.read("A", "4"), { step: 3 });
  assert.equal(places.read("B", "4"), null);
});

test("a full storage is no reason to stop, a broken entry is no place", () => {
  createPlaces(storage("QuotaExceededError")).write("A", "4", {});
  const broken = storage();
  broken.kept.set("denoiscope.place|A|4", "{");
  assert.equal(createPlaces(broken).read("A", "4"), null);
});

test("a graph whose id is all zeros has none", () => {
  for (const id of [null, undefined, "", "00000000-0000-0000-0000-000000000000"]) assert.ok(isNameless(id));
  assert.ok(!isNameless("00000000-0000-0000-0000-00000000000a"));
});

test("a new id is one that ComfyUI could have made", () => {
  const id = newId((bytes) => bytes.fill(255));
  assert.equal(id, "ffffffff-ffff-4fff-bfff-ffffffffffff");
  assert.ok(!isNameless(newId((bytes) => bytes)), "not even from zeros");
});

test("a node that was stopped because what it takes is not there says why, and every other end is none", () => {
  const message = "Execution Blocked: the batch has items 0..0";
  const block = { exception_type: "ExecutionBlocked", exception_message: message, node_id: "6", prompt_id: "p" };
  assert.deepEqual(blockIn(block), { node: "6", words: "the batch has items 0..0" });
  assert.equal(blockIn({ exception_type: "ValueError", exception_message: "no", node_id: "6" }), null);
  assert.equal(blockIn({ prompt_id: "p" }), null, "an interrupt");
});

test("what a node says in place of a payload is found, or not", () => {
  assert.equal(saysIn({ text: ["No deck comes."] }), "No deck comes.");
  for (const other of [null, {}, { text: [] }]) assert.equal(saysIn(other), null);
});

test("a deck's link offers the viewer first, and nothing twice", () => {
  const LiteGraph = { slot_types_default_out: { DECK: ["Reroute", "Measures", "Viewer"] } };
  offerFirst(LiteGraph, "DECK", "Viewer");
  offerFirst(LiteGraph, "OTHER", "Viewer");
  assert.deepEqual(LiteGraph.slot_types_default_out, { DECK: ["Viewer", "Reroute", "Measures"] });
  offerFirst({}, "DECK", "Viewer");
});

test("App Mode is told once a workflow where the viewer stands, the graph never", () => {
  const toasts = [];
  const canvas = { offsetParent: null };
  const app = { canvas: { canvas }, extensionManager: { toast: { add: (toast) => toasts.push(toast.detail) } } };
  const filled = createAppMode({ app, words: () => ({ summary: "", detail: "in the graph" }) });
  for (const workflow of ["one", "one", "other"]) filled(workflow);
  assert.deepEqual(toasts, ["in the graph", "in the graph"]);
  canvas.offsetParent = {};
  filled("third");
  assert.equal(toasts.length, 2);
});
