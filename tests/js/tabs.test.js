import assert from "node:assert/strict";
import test from "node:test";

import { createScope } from "../../js/viewer/elements/elements.js";
import { createTabs, neighbour } from "../../js/viewer/elements/tabs.js";
import { bareDocument } from "./bare_document.js";
import { view } from "./payloads.js";

const views = ["x", "x0", "channels"];

test("arrows go round the ends", () => {
  assert.equal(neighbour(views, "x", "ArrowRight"), "x0");
  assert.equal(neighbour(views, "channels", "ArrowRight"), "x");
  assert.equal(neighbour(views, "x", "ArrowLeft"), "channels");
});

test("Home and End go to the ends, other keys nowhere", () => {
  assert.equal(neighbour(views, "x0", "Home"), "x");
  assert.equal(neighbour(views, "x0", "End"), "channels");
  assert.equal(neighbour(views, "x0", "a"), null);
});

test("a tab says what its view shows, or why it shows nothing", () => {
  const { element, offer } = createTabs(createScope(bareDocument().document), { label: "Views", choose: () => {} });
  offer([view("x0", { caption: "the guess" }), view("uncond", { absent: "It was not asked." })], "stage");
  assert.deepEqual(element.children.map((tab) => tab.attributes.get("title")), ["the guess", "It was not asked."]);
});
