// What a watch says on a Record node: the newest sentences, each once.

import assert from "node:assert/strict";
import test from "node:test";

import { SAID, createWatched } from "../../js/graph/watched.js";

test("the newest few stand first, one that comes again moves up, and nodes do not mix", () => {
  const watched = createWatched();
  const [one, other] = [{}, {}];
  for (const sentence of ["a", "b", "c", "d"]) watched.add(one, sentence);
  assert.deepEqual(watched.add(one, "c"), ["c", "d", "b"]);
  assert.equal(SAID, 3);
  assert.deepEqual(watched.add(other, "a"), ["a"]);
});
