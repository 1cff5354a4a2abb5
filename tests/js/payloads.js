// Small payloads for the tests of the viewer's pure modules.

export function deckPayload({ steps = [4], frames = 1, views = [view("x"), view("x_raw"), view("x0")], ...rest } = {}) {
  return {
    format: "denoiscope.deck",
    version: 1,
    title: "A deck",
    model: "pocket",
    parameterization: "eps",
    varies: null,
    tile: { width: 10, height: 20 },
    trajectories: steps.map((count, index) => trajectory({ label: `seed ${index}`, steps: count, frames })),
    views,
    ...rest,
  };
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
  return {
    label: "seed 0",
    seed: "0",
    sampler: "euler",
    scheduler: "karras",
    guidance: 4,
    prompt: "a lighthouse",
    negative: null,
    noise: "a1b2c3d4",
    sigmas: Array.from({ length: steps + 1 }, (_, step) => (step === steps ? 0 : 2 ** (steps - step))),
    model_calls: Array(steps).fill(1),
    change: Array.from({ length: steps }, (_, step) => (step ? 1 / step : null)),
    complete: true,
    notes: [],
    frames: 1,
    ...rest,
  };
}

export function view(id, rest = {}) {
  return {
    id,
    title: id,
    caption: "",
    source: "vae",
    range: null,
    absent: null,
    missing: `no ${id} here`,
    present: null,
    sheets: [{ source: `${id}-0`, columns: 3, first: 0, count: 100 }],
    ...rest,
  };
}

export function stepEvent(step, rest = {}) {
  return {
    version: 1,
    run: "r1",
    step,
    steps: 4,
    sigma: 10 - step,
    items: 2,
    labels: ["item 1", "item 2"],
    views: ["x", "x0"],
    tile: { width: 8, height: 6 },
    file: { filename: `${step}.jpg`, subfolder: "denoiscope/live", type: "temp" },
    ...rest,
  };
}

export function cellsEvent(indices, rest = {}) {
  return {
    version: 1,
    run: "r1",
    kind: "sweep",
    axes: [
      { name: "steps", values: ["2", "4"] },
      { name: "sampler", values: ["euler", "heun"] },
    ],
    labels: ["2 · euler", "4 · euler", "2 · heun", "4 · heun"],
    places: [[0, 0], [1, 0], [0, 1], [1, 1]],
    total: 4,
    finished: indices.length,
    tile: { width: 8, height: 6 },
    indices,
    file: { filename: `${indices.join("-")}.jpg`, subfolder: "denoiscope/live", type: "temp" },
    stopped: false,
    ...rest,
  };
}
