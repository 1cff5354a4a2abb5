// What the page does when it is asked to run: one run, a sweep or a walk, live while it goes, a deck when it is done.

import { LATENT } from "../pocket/denoiser.mjs";
import { createNoise, slerp } from "../pocket/noise.mjs";
import { deckOf, payloadOf } from "./deck.mjs";
import { begin, finish, step } from "./runs.mjs";
import { createSharpening } from "./sharpening.mjs";
import { TILE, imageOf, lastPicture, latentAt } from "./views.mjs";

export const MOST_RUNS = 8;
const LIVE_VIEWS = ["x", "x0"];

/** Shows in `viewer`, which was made with this studio's `load`, what `engine` samples; hear() is told how far it is. */
export function createStudio({ hear, quick }) {
  let engine = null;
  let viewer = null;
  let makers = new Map();
  let job = 0;
  let shown = null;
  let stopping = false;

  /** Pictures are made when they are looked at. */
  const load = ({ filename }) => makers.get(filename)?.((latent) => engine.paint(latent)) ?? null;

  function sourceOf(key, make) {
    makers.set(key, make);
    return { type: "live", filename: key };
  }

  function show(deck) {
    shown = deck;
    makers = new Map();
    viewer.show(payloadOf(deck, sourceOf));
  }

  /** Samples with these settings and what they stand for: { lora, start, mask, noise }. */
  async function sample(settings, extra, tell) {
    const run = begin(settings);
    const { lora, start = null, mask = null, noise = null } = extra;
    const switchAt = settings.switchAt || null;
    const asked = { ...settings, start, mask, noise, switchAt, strength: start ? settings.denoise : 1 };
    const end = await engine.run(asked, lora, (event) => {
      step(run, event);
      tell(run, event);
    });
    finish(run, end);
    return run;
  }

  /** One run, its states shown as they come, then beside those that are kept. */
  async function one(settings, extra, kept) {
    begun();
    const name = `live ${++job}`;
    const views = LIVE_VIEWS;
    const showAs = (run, { step, steps, sigma }, pictures, mark) => {
      const file = sourceOf(`${name} ${step} ${mark}`, () => stacked(pictures));
      viewer.step({ run: name, step, steps, sigma, items: 1, tile: TILE, views, file });
    };
    const sharpening = createSharpening({
      views,
      paint: (latent) => engine.paint(latent),
      seen: () => viewer.view(),
      show: showAs,
    });
    try {
      const run = await sample(settings, extra, (run, event) => {
        sharpening.next(run, event, views.map((view) => imageOf(quick(latentAt(run, view, event.step)))));
        hear({ step: event.step + 1, steps: event.steps });
      });
      sharpening.end();
      return kept(run);
    } finally {
      sharpening.end();
    }
  }

  /**
   * Runs that differ in what the axes say, each shown when it is done. `cells`: { settings, extra, label, place } each;
   * `place` is where it stands on each axis, alone on one axis its number.
   */
  async function several(cells, { kind, axes, predict = null }) {
    begun();
    const labels = cells.map(({ label }) => label);
    const places = cells.map(({ place }, index) => place ?? [index]);
    const live = { run: `live ${++job}`, kind, tile: TILE, axes, labels, places, total: cells.length };
    const runs = [];
    for (const [index, { settings, extra, seed = settings.seed }] of cells.entries()) {
      const run = await sample(settings, extra, (_, event) =>
        hear({ step: event.step + 1, steps: event.steps, run: index + 1, runs: cells.length }),
      );
      run.settings = { ...settings, seed };
      if (run.complete) runs.push(run);
      if (stopping) break;
      const file = sourceOf(`${live.run} ${index}`, (paint) => lastPicture(run, paint));
      viewer.cells({ ...live, indices: [index], file, finished: runs.length });
    }
    if (runs.length) show(deckOf(runs, labels, { kind, varies: namesOf(axes), axes, places, predict }));
    return runs;
  }

  /** A new run, which nobody has stopped. */
  function begun() {
    stopping = false;
  }

  return {
    load,
    show,
    begin: begun,
    one,
    several,
    with: (parts) => ({ engine, viewer } = parts),
    stop: () => {
      stopping = true;
      engine.stop();
    },
    shown: () => shown,
    forget: () => (shown = null),
    stopped: () => stopping,
  };
}

/** Pictures of one size, one above the other, as live events carry the views of a state. */
function stacked(pictures) {
  const image = new ImageData(TILE.width, TILE.height * pictures.length);
  pictures.forEach((picture, row) => image.data.set(picture.data, row * picture.data.length));
  return image;
}

const namesOf = (axes) => axes.map(({ name }) => name).join(" × ");

/** One axis with a value for each of these labels. */
export const axisOf = (name, labels) => ({ name, values: labels });

/** The noise at the stops of a walk from one seed to another, both ends among them. */
export function walkNoises(from, to, stops) {
  const [first, last] = [from, to].map((seed) => createNoise(seed)(LATENT));
  const end = (noise, seed) => ({ noise, label: `seed ${seed}`, seed });
  const between = Array.from({ length: stops - 2 }, (_, at) => {
    const way = (at + 1) / (stops - 1);
    return { noise: slerp(first, last, way), label: `${from} → ${to}, ${Math.round(way * 1000) / 10} %`, seed: null };
  });
  return [end(first, from), ...between, end(last, to)];
}
