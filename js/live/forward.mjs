// A picture under more and more of one noise, as a deck: its states, and what the model makes of each when asked once.

import { LATENT } from "../pocket/denoiser.mjs";
import { createNoise } from "../pocket/noise.mjs";
import { SIGMA_DATA, levelsOf } from "../pocket/schedule.mjs";
import { begin, finish, step } from "./runs.mjs";

/** Noise levels from none to the strongest, one more than `levels`. */
const levelsUp = (levels) => levelsOf("normal", levels).reverse();

/**
 * `latent` is of unit variance; guess(x, sigma) gives what the model believes; without it nobody is asked. hear(step,
 * steps) is told how far it is. `settings` are what the deck says of it: a seed of noise among them.
 */
export async function noisedRun({ latent, levels, settings, guess, hear }) {
  const picture = latent.map((value) => value * SIGMA_DATA);
  const noise = createNoise(settings.seed)(LATENT);
  const run = begin(settings);
  for (const [at, sigma] of levelsUp(levels).entries()) {
    hear(at, levels);
    const x = picture.map((value, i) => value + noise[i] * sigma);
    const x0 = guess && (sigma > 0 ? await guess(x, sigma) : picture);
    step(run, { x, x0, cond: null, uncond: null, sigma, attention: null });
  }
  finish(run, { complete: true, x: null, calls: run.x.map(() => 1), seconds: null });
  return Object.assign(run, guess ? { error: errors(run.x0, picture) } : { x0: [] }, trimmed(run));
}

/** The states alone: nothing follows the last of them, as something does at the end of a run. */
const trimmed = ({ x, sigmas }) => ({ x: x.slice(0, -1), sigmas: sigmas.slice(0, -1) });

/** How far each guess is from the picture: root mean square, the picture's own spread being 1. */
const errors = (guesses, picture) =>
  guesses.map((guess) =>
    Math.sqrt(guess.reduce((sum, value, i) => sum + ((value - picture[i]) / SIGMA_DATA) ** 2, 0) / guess.length),
  );
