// The floors of js/: which folder may import which, so that no arrow runs upward and no two folders know each other.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import test from "node:test";

const JS = new URL("../../js/", import.meta.url);
const WORDS = ["viewer/language", "viewer/words"];
const PARTS = [...WORDS, "viewer/elements"];
const PANELS = [...PARTS, "viewer/contract", "viewer/drawing"];
const VIEWS = ["viewer/words", "viewer/elements", "viewer/deck"];
const CELLS = [...VIEWS, "viewer/pictures"];

/** From the ground up: a folder imports from itself and from those in its row, and all of these stand above it here. */
const FLOORS = {
  graph: [],
  pocket: [],
  "viewer/contract": [],
  "viewer/language": [],
  "viewer/drawing": [],
  "viewer/words": ["viewer/language"],
  "viewer/elements": WORDS,
  "viewer/deck": [...WORDS, "viewer/contract", "viewer/drawing"],
  "viewer/pictures": ["viewer/words"],
  "viewer/plot": PANELS,
  "viewer/lab": ["viewer/words", "viewer/elements", "viewer/contract", "viewer/drawing"],
  "viewer/doctor": ["viewer/words", "viewer/elements", "viewer/contract"],
  "viewer/covers": [...VIEWS, "viewer/language", "viewer/drawing"],
  "viewer/steps": [...VIEWS, "viewer/drawing"],
  "viewer/cells": [...CELLS, "viewer/language", "viewer/covers"],
  "viewer/predict": [...VIEWS, "viewer/steps"],
  "viewer/stage": [...CELLS, "viewer/language", "viewer/covers", "viewer/cells"],
  "viewer/triangle": [...CELLS, "viewer/language", "viewer/cells"],
  viewer: [
    ...CELLS, "viewer/language", "viewer/covers", "viewer/steps", "viewer/cells", "viewer/predict", "viewer/stage",
    "viewer/triangle", "viewer/doctor",
  ],
  live: ["pocket", "viewer/elements", "viewer/language", "viewer"],
  panel: ["graph", "viewer/elements"],
  "live/course": ["pocket", "viewer/language", "viewer/lab", "viewer", "live", "panel"],
  "live/open": ["live", "live/course"],
  ".": [
    "graph", "panel", "viewer/contract", "viewer/language", "viewer/words", "viewer/plot", "viewer/lab",
    "viewer/doctor", "viewer",
  ],
};

/** What ComfyUI itself serves, for the one file that talks to it. */
const COMFYUI = ["../../scripts/app.js", "../../scripts/api.js"];

const modules = readdirSync(JS, { recursive: true }).filter((name) => /\.m?js$/.test(name)).map((name) =>
  name.replaceAll("\\", "/"),
);
const sourceOf = (name) => readFileSync(new URL(name, JS), "utf8");
/** Imports as they are written here, and types that a comment takes from another module. */
const importsOf = (source) =>
  [...source.matchAll(/(?:\bfrom |^import |\bimport\()"([^"]+)"/gm)].map(([, path]) => path);

/** The row that speaks for a folder: its own, or that of the folder round it. */
function folderOf(name) {
  for (let folder = dirname(name); ; folder = dirname(folder)) {
    if (folder in FLOORS) return folder;
    assert.ok(!folder.startsWith("viewer/") && folder !== ".", `js/${folder} has no row in tests/js/floors.test.js`);
  }
}

const arrows = modules.flatMap((name) =>
  importsOf(sourceOf(name))
    .filter((path) => !(name === "denoiscope.js" && COMFYUI.includes(path)))
    .map((path) =>
      (
        { name, path, target: path.startsWith(".") ? normalize(join(dirname(name), path)).replaceAll("\\", "/") : null }
      ),
    ),
);

test("every import leads to a module of the pack", () => {
  assert.ok(arrows.length > 200);
  assert.deepEqual(arrows.filter(({ target }) => !modules.includes(target)), []);
});

test("no folder imports what its row does not name", () => {
  const allowed = (from, to) => from === to || FLOORS[from].includes(to);
  const crossed = arrows.filter(({ target }) => modules.includes(target)).filter(({ name, target }) =>
    !allowed(folderOf(name), folderOf(target)),
  );
  assert.deepEqual(crossed.map(({ name, target }) => `${name} -> ${target}`), []);
});

test("a row names only what stands above it, and nothing that is not imported", () => {
  const rows = Object.keys(FLOORS);
  const used = new Set(arrows.map(({ name, target }) => `${folderOf(name)} -> ${folderOf(target)}`));
  for (const [at, folder] of rows.entries())
    for (const other of FLOORS[folder]) {
      assert.ok(rows.indexOf(other) >= 0 && rows.indexOf(other) < at, `${folder} stands not above ${other}`);
      assert.ok(used.has(`${folder} -> ${other}`), `${folder} may import ${other}, and does not`);
    }
});

test("what a person reads is said in words/ alone", () => {
  const speakers = modules.filter((name) => /\bphrase\b/.test(sourceOf(name)));
  assert.deepEqual(speakers.filter((name) => !WORDS.includes(folderOf(name))), []);
});

test("the node has every stylesheet, and a page has its own in the same order", () => {
  const all = readdirSync(
    new URL("viewer/", JS), { recursive: true },
  ).map((name) => name.replaceAll("\\", "/")).filter((name) => name.endsWith(".css"));
  const sheetsIn = (source) => [...source.matchAll(/"([\w/]+\.css)"/g)].map(([, name]) => name);
  const ofNode = sheetsIn(sourceOf("denoiscope.js"));
  assert.deepEqual([...ofNode, "page.css"].sort(), all.sort());
  for (const page of ["page.py", "low_rank_page.py"]) {
    const ofPage = sheetsIn(readFileSync(new URL(`../core/telling/${page}`, JS), "utf8"));
    assert.deepEqual(ofPage, [...ofNode, "page.css"].filter((name) => ofPage.includes(name)), page);
    assert.ok(ofPage.length > 2);
  }
});
