// What is seen of a run in each view: a latent to be painted, or a map of numbers in colours.

import { CHANNELS, PLACES, SIDE } from "../pocket/denoiser.mjs";
import { PICTURE_SIDE } from "../pocket/autoencoder.mjs";
import { SIGMA_DATA } from "../pocket/schedule.mjs";
import { atUnitVariance, guessAt } from "./runs.mjs";

export const TILE = { width: PICTURE_SIDE, height: PICTURE_SIDE };
const AROUND_ZERO = ["#2654a8", "#8fb0dc", "#f4f2ee", "#e3a07f", "#c44026"];
export const FROM_ZERO = ["#0a0818", "#54186e", "#c43c4e", "#f89e3e", "#fcf6be"];
const SPREADS_SHOWN = 3;
const GAP = "#808080";

const ofGuess = (name) => (run, state) => run[name][state] ?? null;

/**
 * By view: its latent in the model's space, and words as the pack's own viewer knows them.
 * @type {Record<string, any>}
 */
const PICTURES = {
  x: { title: "x_t", caption: "the noisy state, shown at the spread of a finished latent", latent: atUnitVariance },
  x_raw: {
    title: "x_t, raw",
    caption: "the noisy state at the sampler's own scale",
    latent: (run, state) => run.x[state],
  },
  x0: { title: "x0 guess", caption: "what the model believes the finished picture is", latent: guessAt },
  channels: {
    title: "latent channels",
    caption: "the numbers of x_t, channel by channel, at the spread of a finished latent",
    latent: atUnitVariance,
    draw: mosaic,
  },
  uncond: {
    title: "unconditional",
    caption: "the guess without the prompt (or with the negative one)",
    latent: ofGuess("uncond"),
  },
  cond: { title: "conditional", caption: "the guess with the prompt, before guidance", latent: ofGuess("cond") },
  difference: {
    title: "difference",
    caption: "how far the prompt moves the guess: conditional minus unconditional, root mean square over channels",
    latent: difference,
    draw: magnitudes,
  },
};

const ONE_STEP = {
  title: "one-step guess",
  caption: "what the model believes the picture is, asked once at this noise level",
};
const NOT_EVALUATED = "Not evaluated: the sampler did not ask the model for this here.";
const NO_GUESS = "No guess here: the run stopped at this state without asking the model.";
export const UNGUIDED = "The model was never asked without the prompt: at guidance 1 that call is left out.";

function difference(run, state) {
  const [cond, uncond] = [run.cond[state], run.uncond[state]];
  return cond && uncond ? cond.map((value, i) => value - uncond[i]) : null;
}

/**
 * The views as a payload has them, with the last states first, as they are looked at first. sourceOf(key, make) names a
 * picture, and make(paint) gives it.
 */
export function viewsOf(runs, sourceOf, kind) {
  const slots = runs.flatMap((run) => run.x.map((_, state) => ({ run, state })));
  const soon = slots.map(({ run, state }) => run.x.length - state);
  return shownOf(kind, runs).map(([id, { title, caption, latent, draw }]) => {
    const there = slots.map(({ run, state }) => Boolean(latent(run, state)));
    const absent = there.some(Boolean) ? null : UNGUIDED;
    const range = absent ? null : rangeOf(id, runs);
    const sheet = ({ run, state }, first) => ({
      source: sourceOf(keyOf(run, id, state, range), (paint) => pictureOf(run, id, state, range, paint)),
      columns: 1,
      first,
      count: 1,
    });
    return {
      id,
      title,
      caption,
      absent,
      range,
      present: runs.map((run) => run.x.map((_, state) => Boolean(latent(run, state)))),
      sheets: slots
        .map(sheet)
        .filter((_, slot) => there[slot])
        .sort((a, b) => soon[a.first] - soon[b.first]),
      source: draw ? "exact" : "vae",
      missing: id === "x0" ? NO_GUESS : NOT_EVALUATED,
    };
  });
}

/** Of a picture that is noised there are the states and what was guessed at each, where the model was asked. */
function shownOf(kind, runs) {
  if (kind !== "forward") return Object.entries(PICTURES);
  const views = { x: PICTURES.x, x0: { ...PICTURES.x0, ...ONE_STEP }, channels: PICTURES.channels };
  return Object.entries(views).filter(([id]) => id !== "x0" || runs[0].x0.length);
}

const keyOf = (run, view, state, range) => `${view} ${run.id} ${state} ${range ? range.high : ""}`;

export function rangeOf(id, runs) {
  if (id === "channels") {
    const reach = SPREADS_SHOWN * SIGMA_DATA;
    return { low: -reach, high: reach, label: "value of a channel", colours: AROUND_ZERO };
  }
  if (id !== "difference") return null;
  return {
    low: 0,
    high: highestDifference(runs),
    label: "size of the difference, one range for the whole deck",
    colours: FROM_ZERO,
  };
}

function highestDifference(runs) {
  const sizes = runs.flatMap((run) =>
    run.x
      .map((_, state) => difference(run, state))
      .filter(Boolean)
      .map((latent) => Math.max(...sizesOf(latent))),
  );
  return Math.max(...sizes, 0) || 1;
}

/** Root mean square over the channels of each place. */
const sizesOf = (latent) =>
  Array.from({ length: PLACES }, (_, at) => {
    let sum = 0;
    for (let channel = 0; channel < CHANNELS; channel++) sum += latent[channel * PLACES + at] ** 2;
    return Math.sqrt(sum / CHANNELS);
  });

/** What a view shows at a state, in the model's space; null where there is nothing. */
export const latentAt = (run, view, state) => PICTURES[view].latent(run, state);

/** One view at one state, painted once; paint gives [3, 128, 128] in -1..1 of a latent of unit variance. */
export function pictureOf(run, view, state, range, paint) {
  const { latent, draw } = PICTURES[view];
  if (draw) return draw(latent(run, state), range);
  const key = `${view} ${state}`;
  if (!run.painted.has(key))
    run.painted.set(key, paint(latent(run, state).map((value) => value / SIGMA_DATA)).then(imageOf));
  return run.painted.get(key);
}

/** What a run ended in, or how far it came: its last guess, and the noise where it was stopped before the first. */
export function lastPicture(run, paint) {
  const state = run.complete ? run.x.length - 1 : run.x0.length - 1;
  return state < 0 ? pictureOf(run, "x", 0, null, paint) : pictureOf(run, "x0", state, null, paint);
}

/** Planes of red, green and blue in -1..1 as pixels. */
export function imageOf(planes) {
  const count = planes.length / 3;
  const image = new ImageData(Math.sqrt(count), Math.sqrt(count));
  for (let i = 0; i < count; i++) {
    for (let colour = 0; colour < 3; colour++) image.data[4 * i + colour] = (planes[colour * count + i] + 1) * 127.5;
    image.data[4 * i + 3] = 255;
  }
  return image;
}

/** All channels side by side, four in a row, a grey line between them. */
function mosaic(latent, range) {
  const [wide, high] = [4 * (SIDE + 1) - 1, 2 * (SIDE + 1) - 1];
  return mapped((column, row) => {
    const [x, y] = [Math.floor((column / TILE.width) * wide), Math.floor((row / TILE.height) * high)];
    const [inX, inY] = [x % (SIDE + 1), y % (SIDE + 1)];
    if (inX === SIDE || inY === SIDE) return null;
    const channel = Math.floor(y / (SIDE + 1)) * 4 + Math.floor(x / (SIDE + 1));
    return latent[channel * PLACES + inY * SIDE + inX];
  }, range);
}

function magnitudes(latent, range) {
  const sizes = sizesOf(latent);
  const cell = TILE.width / SIDE;
  return mapped((column, row) => sizes[Math.floor(row / cell) * SIDE + Math.floor(column / cell)], range);
}

function mapped(read, { low, high, colours }) {
  const image = new ImageData(TILE.width, TILE.height);
  const scale = scaleOf(colours);
  for (let row = 0, at = 0; row < TILE.height; row++)
    for (let column = 0; column < TILE.width; column++, at += 4) {
      const value = read(column, row);
      image.data.set(value === null ? rgb(GAP) : scale((value - low) / (high - low)), at);
      image.data[at + 3] = 255;
    }
  return image;
}

const rgb = (name) => [1, 3, 5].map((at) => parseInt(name.slice(at, at + 2), 16));

function scaleOf(colours) {
  const anchors = colours.map(rgb);
  return (part) => {
    const place = Math.min(1, Math.max(0, part)) * (anchors.length - 1);
    const below = Math.min(anchors.length - 2, Math.floor(place));
    return anchors[below].map((value, i) => value + (anchors[below + 1][i] - value) * (place - below));
  };
}
