// Small payloads for the tests of the viewer's pure modules: what Python sends, with numbers that a test can know.

import assert from "node:assert/strict";

import { contract } from "./contract.js";

const SENT = contract("deck");

/** `changes` to what Python sends; a name that it does not send is a mistake of the test. */
function like(sent, changes) {
  for (const name of Object.keys(changes)) assert.ok(name in sent, `Python sends no ${name}`);
  return { ...sent, ...changes };
}

export function deckPayload({ steps = [4], frames = 1, views = [view("x"), view("x_raw"), view("x0")], ...rest } = {}) {
  return like(SENT, {
    model: "pocket",
    tile: { width: 10, height: 20 },
    trajectories: steps.map((count, index) => trajectory({ label: `seed ${index}`, steps: count, frames })),
    views,
    ...rest,
  });
}

/** A cell for each place, all of them by default, in reading order; `axes` holds one axis or two. */
export function gridPayload({ axes, places = everyPlace(axes), ...rest }) {
  const trajectories = places.map((place, index) => trajectory({ label: `cell ${index}`, place }));
  return deckPayload({ kind: "sweep", axes, trajectories, ...rest });
}

function everyPlace([across, down]) {
  if (!across) return [[]];
  const rows = down?.values.map((_, row) => [row]) ?? [[]];
  return rows.flatMap((row) => across.values.map((_, column) => [column, ...row]));
}

export function trajectory({ steps = 4, ...rest } = {}) {
  return like(SENT.trajectories[1], {
    label: "seed 0",
    seed: "0",
    prompt: "a lighthouse",
    noise: "a1b2c3d4",
    pull: [],
    signal: [],
    triangle: "",
    sigmas: Array.from({ length: steps + 1 }, (_, step) => (step === steps ? 0 : 2 ** (steps - step))),
    model_calls: Array(steps).fill(1),
    change: Array.from({ length: steps }, (_, step) => (step ? 1 / step : null)),
    complete: true,
    notes: [],
    ...rest,
  });
}

export function view(id, rest = {}) {
  return like(SENT.views[0], {
    id,
    title: id,
    caption: "",
    source: "vae",
    missing: `no ${id} here`,
    present: null,
    sheets: [{ source: `${id}-0`, columns: 3, first: 0, count: 100 }],
    ...rest,
  });
}

export function stepEvent(step, rest = {}) {
  return like(contract("live_step"), {
    run: "r1",
    step,
    sigma: 10 - step,
    file: { filename: `${step}.jpg`, subfolder: "denoiscope/live", type: "temp" },
    ...rest,
  });
}

export function cellsEvent(indices, rest = {}) {
  return like(contract("live_cells"), {
    run: "r1",
    axes: [
      { name: "steps", values: ["2", "4"] },
      { name: "sampler", values: ["euler", "heun"] },
    ],
    labels: ["2 · euler", "4 · euler", "2 · heun", "4 · heun"],
    places: [[0, 0], [1, 0], [0, 1], [1, 1]],
    total: 4,
    finished: indices.length,
    indices,
    file: { filename: `${indices.join("-")}.jpg`, subfolder: "denoiscope/live", type: "temp" },
    ...rest,
  });
}
