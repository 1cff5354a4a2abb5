import assert from "node:assert/strict";
import test from "node:test";

import { neighbour } from "../../js/viewer/elements/tabs.js";

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
