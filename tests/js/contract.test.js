// The contract with Python: every value that it sends changes what the browser shows, under the very name that it has.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { EVENTS, FORMATS, RESULTS } from "../../js/viewer/contract/contract.js";
import { createComparison } from "../../js/viewer/doctor/comparison.js";
import { createDoctor } from "../../js/viewer/doctor/doctor.js";
import { createLab } from "../../js/viewer/lab/lab.js";
import { createHeat } from "../../js/viewer/plot/heat.js";
import { createPlot } from "../../js/viewer/plot/plot.js";
import { createSpectrum } from "../../js/viewer/plot/spectrum.js";
import { createViewer } from "../../js/viewer/viewer.js";
import { bareDocument, written } from "./bare_document.js";
import { contract, KINDS } from "./contract.js";

const AT_STEP_2 = { view: "x0", step: 2, touched: true };
const ALONE = { ...AT_STEP_2, trajectory: 0, arranged: true };

const GUESSES = { step: { trajectory: 0, reach: 6, mark: 2 }, cells: { given: [1, 0], checked: true } };

/** Where one stands in the viewer, one place after another, until a change is seen. */
const PLACES = ({ attention, predict }) => [
  ...(predict ? [{ ...AT_STEP_2, prediction: { ...predict, round: 0, ...GUESSES[predict.of] } }] : []),
  ...(attention ? [{ ...AT_STEP_2, attention: true, layers: "8 × 8" }] : []),
  {},
  { ...ALONE, settled: true, step: 6 },
  ...["x", "x0", "difference"].map((view) => ({ view, step: 1, touched: true })),
  ALONE,
  { ...ALONE, view: "triangle" },
];

const live = (verb) => ({ create: createViewer, verb, name: `live_${verb}`, places: () => [{}, ALONE] });
const plain = (create) => ({ create, verb: "show", places: () => [{}] });
const SHOWN = {
  ...Object.fromEntries(
    ["commit", "forward", "row", "attention", "deck", "video", "grid"].map((kind) =>
      [kind, { create: createViewer, verb: "show", name: "deck", places: PLACES }],
    ),
  ),
  live_step: live("step"),
  live_cells: live("cells"),
  live_stopped: live("cells"),
  live_views: { create: createViewer, verb: "views", name: "live_views", places: ({ deck }) => PLACES(deck) },
  chart: plain(createPlot),
  heat_map: plain(createHeat),
  spectrum: plain(createSpectrum),
  low_rank: plain(createLab),
  diagnosis: plain(createDoctor),
  comparison: plain(createComparison),
};

const PROGRAMS = "for programs that read the result";
const LEADS = "a click leads there";
const OTHER_LANGUAGES = "other languages fill it in";
const GRAPH = "js/denoiscope.js reads it";
/** What a view does not show, and why it is sent. */
const NOT_SHOWN = {
  "deck.varies": "the page round the viewer says it",
  "deck.trajectories[].settling.distance.whole[]": PROGRAMS,
  ...Object.fromEntries(
    ["chart", "spectrum.curves"].map((name) =>
      [`${name}.across.floor`, "for an axis in powers, which none of these is"],
    ),
  ),
  "low_rank.pattern": PROGRAMS,
  "low_rank.ranks[].numbers": PROGRAMS,
  "low_rank.break_even": PROGRAMS,
  "spectrum.title": "the curves have it",
  "spectrum.version": "its two parts have their own",
  ...Object.fromEntries(
    ["live_step", "live_cells", "live_views"].flatMap((kind) => [
      ...["viewers[]", "predicting[]", "workflow", "prompt"].map((key) => [`${kind}.${key}`, GRAPH]),
      [`${kind}.version`, "page and server are of one installation"],
    ]),
  ),
  "live_step.items": "the labels say it",
  "deck.fingerprint": GRAPH,
  ...Object.fromEntries(
    [
      ["deck.trajectories[].marks[]", ["value"]],
      ["diagnosis.findings[]", ["value", "percent", "step", "steps", "sigma"]],
    ].flatMap(([kind, values]) => [
      [`${kind}.view`, LEADS],
      ...values.map((name) => [`${kind}.values.${name}`, OTHER_LANGUAGES]),
    ]),
  ),
  "deck.trajectories[].marks[].rule": OTHER_LANGUAGES,
  "diagnosis.deck": GRAPH,
  "diagnosis.findings[].places[].run": LEADS,
  "diagnosis.summary": "the head counts them itself, in the viewer's language",
  "diagnosis.findings[].id": PROGRAMS,
  ...Object.fromEntries(["notes[]"].map((path) => [`comparison.${path}`, PROGRAMS])),
};

/** The same views, however often they are made: their ids are drawn by lot. */
Math.random = () => 0.5;

/** All that a view shows of what came, the last of `payloads` after the others. */
async function shown({ create, verb }, payloads, place) {
  const { document, settled } = bareDocument();
  const loaded = [];
  const load = async (source) => {
    loaded.push(JSON.stringify(source));
    return loaded.at(-1);
  };
  const view = create({ document, load, saved: place });
  for (const payload of payloads) view[verb](payload);
  await settled();
  return written(view.element) + loaded;
}

/** Every value in a payload that is text, a number or yes or no: where it stands, and that without places in lists. */
function* leaves(value, keys = []) {
  if (value === null) return;
  if (typeof value !== "object")
    yield { keys, path: keys.map((key) => (typeof key === "number" ? "[]" : `.${key}`)).join("") };
  else for (const [key, part] of Object.entries(value))
    yield* leaves(part, [...keys, Array.isArray(value) ? Number(key) : key]);
}

const OTHER_WORDS = { sweep: "walk", linear: "log" };
const others = {
  boolean: (value) => [!value], number: (value) => [value + 1, 1],
  string: (value) => [`${value}~`, OTHER_WORDS[value] ?? ""],
};

/** Copies of a payload with another value at one place. */
function* altered(payload, keys) {
  const name = keys.at(-1);
  const value = keys.reduce((part, key) => part[key], payload);
  for (const other of others[typeof value](value)) {
    const copy = structuredClone(payload);
    keys.slice(0, -1).reduce((part, key) => part[key], copy)[name] = other;
    yield copy;
  }
}

/** Whether a view shows another value of a payload at any of its places; it may refuse to show it at all. */
async function isRead(way, payload, keys, before) {
  for (const other of altered(payload, keys))
    for (const { place, earlier, text } of before) {
      const now = await shown(way, [...earlier, other], place).catch(() => null);
      if (now !== text) return true;
    }
  return false;
}

/** What may have come before: a run that goes on is known by its name. */
const EARLIER = {
  show: () => [[]],
  step: (event) => [[], [{ ...event, step: 0 }]],
  cells: () => [[], [{ ...contract("live_cells"), indices: [1] }]],
  views: () => [[]],
};

/** Of the values in one list, how many are tried. */
const TRIES = 9;
const read = new Set();
const unread = new Set();

for (const [kind, way] of Object.entries(SHOWN))
  test(`the viewer shows the ${kind} that Python sends`, async () => {
    const payload = contract(kind);
    const before = [];
    for (const earlier of EARLIER[way.verb](payload))
      for (const place of way.places(payload))
        before.push({ place, earlier, text: await shown(way, [...earlier, payload], place) });
    const tries = {};
    for (const { keys, path } of leaves(payload)) {
      const name = `${way.name ?? kind}${path}`.replace("live_views.deck", "deck");
      tries[name] = (tries[name] ?? 0) + 1;
      if (read.has(name) || tries[name] > (name in NOT_SHOWN ? 1 : TRIES)) continue;
      unread.add(name);
      if (await isRead(way, payload, keys, before)) read.add(name);
    }
  });

test("whatever Python sends is shown, or it is said here why not", () => {
  assert.deepEqual([...unread].filter((name) => !read.has(name)).sort(), Object.keys(NOT_SHOWN).sort());
});

test("what is sent with an event for the graph is read there", () => {
  const source = readFileSync(new URL("../../js/denoiscope.js", import.meta.url), "utf8");
  for (const key of ["viewers", "predicting", "workflow", "prompt"])
    assert.match(source, new RegExp(`\\bevent\\.${key}\\b`));
});

const snakeCase = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

test("results, events and formats have the names and versions that Python gives them", () => {
  const names = contract("names");
  for (const [kind, shared] of Object.entries({ results: RESULTS, events: EVENTS, formats: FORMATS }))
    for (const [name, value] of Object.entries(shared))
      assert.deepEqual(value, names[kind][snakeCase(name)], `${kind}: ${name}`);
  const here = [RESULTS, EVENTS, FORMATS].flatMap(Object.keys).map(snakeCase);
  const there = Object.values(names).flatMap(Object.keys);
  assert.deepEqual(
    there.filter((name) => !here.includes(name)), ["measures", "rank_sweep", "files", "measures", "rank_sweep"],
    PROGRAMS,
  );
});

test("each kind of the contract is shown, or is for programs", () => {
  assert.deepEqual(KINDS.filter((kind) => !(kind in SHOWN)).sort(), ["measures", "names", "rank_sweep"]);
});
