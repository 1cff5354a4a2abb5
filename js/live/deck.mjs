// Runs of the page as a deck: what the viewer is handed, and the file that Load Deck opens in ComfyUI.

import { CHANNELS, SIDE } from "../pocket/denoiser.mjs";
import { writeTensors } from "../pocket/safetensors.mjs";
import { SIGMA_DATA } from "../pocket/schedule.mjs";
import { attentionOf } from "./attention.mjs";
import { change, fingerprint, pull, signal } from "./runs.mjs";
import { TILE, UNGUIDED, viewsOf } from "./views.mjs";

/** What is alike for all decks of the pocket model. `kind` is run, sweep or walk; `axes` as in the pack. */
const MODEL = { model: "the pocket model", parameterization: "eps" };
const FORMAT_VERSION = 2;

/** { runs, labels, kind, varies, axes, places, title }: a deck before it is shown or saved. */
export function deckOf(
  runs,
  labels,
  { kind = "run", varies = null, axes = [], title = "", places = [], predict = null } = {},
) {
  const own = runs.map((_, index) => places[index] ?? (axes.length ? [index] : []));
  return { runs, labels, kind, varies, axes, title, places: own, predict };
}

export function payloadOf({ runs, labels, kind, varies, axes, title, places, predict }, sourceOf) {
  const asked = predict && { of: predict, run: runs.map(fingerprint).join(" ") };
  return {
    format: "denoiscope.deck",
    version: 1,
    ...MODEL,
    title,
    kind,
    varies,
    axes,
    tile: TILE,
    attention: attentionOf(runs, sourceOf),
    trajectories: runs.map((run, index) => trajectoryOf(run, labels[index], places[index])),
    views: viewsOf(runs, sourceOf, kind),
    ...(asked && { predict: asked }),
  };
}

function trajectoryOf(run, label, place) {
  return {
    ...settingsOf(run),
    ...factsOf(run),
    label,
    place,
    seed: run.settings.seed,
    sigmas: Array.from(run.sigmas),
    change: change(run),
    pull: pull(run),
    signal: signal(run),
    noise: fingerprint(run),
    frames: 1,
    triangle: "",
    error: run.error ?? [],
    settling: null,
  };
}

const settingsOf = ({ settings }) => ({
  sampler: settings.sampler,
  scheduler: settings.scheduler,
  guidance: settings.guidance,
  prompt: settings.prompt,
  negative: settings.negative,
  prompt_after: settings.switchAt ? settings.promptAfter : null,
  switch_at: settings.switchAt || null,
});

const factsOf = (run) => ({
  model_calls: run.calls,
  complete: run.complete,
  notes: run.notes ?? [],
  seconds: run.seconds ?? null,
  at_once: 1,
  guidance_scales: run.x0.map(() => run.settings.guidance),
});

/** The bytes of a deck file; `factors` and `bias` are the model's quick colours. */
export function deckFile({ runs, labels, kind, varies, axes, title, places }, { factors, bias }) {
  const tensors = new Map(
    runs.flatMap((run, index) => tensorsOf(run).map(([name, numbers]) => [`${index}.${name}`, numbers])),
  );
  const description = {
    version: FORMAT_VERSION,
    title,
    ...MODEL,
    kind,
    varies,
    axes,
    sigma_data: SIGMA_DATA,
    space: spaceOf(factors, bias),
    trajectories: runs.map((run, index) => describe(run, labels[index], places[index])),
  };
  return writeTensors(tensors, { denoiscope: withWholeSeeds(JSON.stringify(description)) });
}

/** Seeds are text here, as they may be larger than a number holds, and whole numbers in a deck's file. */
const withWholeSeeds = (json) => json.replace(/"seed":"(\d+)"/g, '"seed":$1');

const spaceOf = (factors, bias) => ({
  name: "PocketLatent",
  downscale: 8,
  rgb_factors: factors,
  rgb_bias: bias,
  scale: Array.from({ length: CHANNELS }, () => SIGMA_DATA),
  shift: Array.from({ length: CHANNELS }, () => 0),
});

function describe(run, label, place) {
  const guided = run.uncond.some(Boolean);
  return {
    ...factsOf(run),
    label,
    place,
    settings: { ...settingsOf(run), seed: run.settings.seed },
    asked: run.x0.map((_, i) => [Boolean(run.cond[i]), Boolean(run.uncond[i])]),
    model_calls: run.calls.map((calls) => calls ?? 1),
    remaining: [],
    no_guidance: guided ? "" : UNGUIDED,
    guided_by: [],
    noise: "",
    attention: null,
  };
}

function tensorsOf(run) {
  const stack = (list) => ({
    shape: [list.length, CHANNELS, SIDE, SIDE],
    values: Float32Array.from(list.flatMap((latent) => Array.from(latent ?? new Float32Array(CHANNELS * SIDE * SIDE)))),
  });
  const guided = run.uncond.some(Boolean);
  return [
    ["x", stack(run.x)],
    ["x0", stack(run.x0)],
    ["sigmas", { shape: [run.sigmas.length], values: Float32Array.from(run.sigmas) }],
    ...(guided
      ? [
          ["cond", stack(run.cond)],
          ["uncond", stack(run.uncond)],
        ]
      : []),
  ];
}
