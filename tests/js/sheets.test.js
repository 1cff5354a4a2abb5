import assert from "node:assert/strict";
import test from "node:test";

import { createSheets } from "../../js/viewer/pictures/sheets.js";

/** Sheets whose files and bitmaps are plain records; counts what is fetched, decoded and closed. */
function stage({ load } = {}) {
  const log = { loaded: [], open: new Set() };
  let changes = 0;
  const sheets = createSheets({
    load: async (source) => {
      log.loaded.push(source);
      return load ? load(source) : { source };
    },
    decode: async ({ source }) => {
      const bitmap = { source, close: () => log.open.delete(bitmap) };
      log.open.add(bitmap);
      return bitmap;
    },
    changed: () => (changes += 1),
  });
  const until = async (done) => {
    for (let turn = 0; turn < 200 && !done(); turn++) await new Promise((go) => setImmediate(go));
    assert.ok(done());
  };
  return { sheets, log, until, changes: () => changes };
}

test("a wanted sheet becomes a bitmap", async () => {
  const { sheets, until } = stage();
  sheets.want(["a"]);
  assert.equal(sheets.get("a"), null);
  await until(() => sheets.get("a"));
  assert.equal(sheets.get("a").source, "a");
});

test("what is no longer wanted is closed, and coming back costs no second fetch", async () => {
  const { sheets, log, until } = stage();
  sheets.want(["a"]);
  await until(() => sheets.get("a"));
  sheets.want(["b"]);
  assert.equal(sheets.get("a"), null);
  await until(() => sheets.get("b"));
  assert.equal(log.open.size, 1);
  sheets.want(["a"]);
  await until(() => sheets.get("a"));
  assert.deepEqual(log.loaded, ["a", "b"]);
});

test("at most two are fetched at once, in the order wanted", async () => {
  const { sheets, log, until } = stage();
  sheets.want(["a", "b", "c"]);
  assert.deepEqual(log.loaded, ["a", "b"]);
  await until(() => sheets.get("c"));
});

test("the newest wish comes before an older one that has not begun", async () => {
  const { sheets, log, until } = stage();
  sheets.want(["a", "b", "c"]);
  sheets.want(["z", "a", "b", "c"]);
  await until(() => sheets.get("c"));
  assert.deepEqual(log.loaded, ["a", "b", "z", "c"]);
});

test("a bitmap that arrives unwanted is closed at once", async () => {
  const { sheets, log, until } = stage();
  sheets.want(["a"]);
  sheets.want(["b"]);
  await until(() => sheets.get("b"));
  assert.equal(log.open.size, 1);
});

test("a file that is gone is told from one that failed", async () => {
  const load = (source) => {
    if (source === "broken") throw new Error("the server answered 500");
    return null;
  };
  const { sheets, until } = stage({ load });
  sheets.want(["gone", "broken"]);
  await until(() => sheets.failure("gone") !== undefined && sheets.failure("broken") !== undefined);
  assert.equal(sheets.failure("gone"), null);
  assert.equal(sheets.failure("broken"), "the server answered 500");
  assert.equal(sheets.failure("other"), undefined);
});

test("what failed is tried again when it is wanted again, what is gone is not", async () => {
  let down = true;
  const load = (source) => {
    if (source === "gone") return null;
    if (down) throw new Error("the server is busy");
    return { source };
  };
  const { sheets, log, until } = stage({ load });
  sheets.want(["shaky", "gone"]);
  await until(() => sheets.failure("shaky") && sheets.failure("gone") === null);
  down = false;
  sheets.want(["shaky", "gone"]);
  await until(() => sheets.get("shaky"));
  assert.deepEqual(log.loaded, ["shaky", "gone", "shaky"]);
});

test("references to the same file are the same sheet", async () => {
  const { sheets, log, until } = stage();
  const reference = () => ({ type: "temp", subfolder: "denoiscope", filename: "a.jpg" });
  sheets.want([reference()]);
  await until(() => sheets.get(reference()));
  sheets.want([reference()]);
  assert.equal(log.loaded.length, 1);
});

test("after closing nothing stays open and nothing is announced", async () => {
  const { sheets, log, until, changes } = stage();
  sheets.want(["a"]);
  await until(() => sheets.get("a"));
  const before = changes();
  sheets.want(["b"]);
  sheets.close();
  await new Promise((go) => setTimeout(go, 5));
  assert.equal(log.open.size, 0);
  assert.equal(changes(), before);
});
