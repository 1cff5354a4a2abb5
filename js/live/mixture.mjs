// A world of two numbers, where the best denoiser is known: a picture is a point, and there are two words for pictures.
//
// All pictures there are: small round heaps of points along two crescents. What a model would have to learn can be
// written down here, so that nothing on the canvas is a guess of anybody's.

const HEAPS = 24;
const BEND = 0.8;

/** Spread of one heap: how much two pictures of a kind differ. */
export const HEAP_SPREAD = 0.06;

/** Where the heaps lie, by word. */
export const WORLD = { above: crescent(-0.4, -0.28, 1), below: crescent(0.4, 0.28, -1) };
export const WORDS_OF_WORLD = Object.keys(WORLD);
const ALL = Object.values(WORLD).flat();

function crescent(right, up, side) {
  return Array.from({ length: HEAPS }, (_, i) => {
    const angle = (Math.PI * (i + 0.5)) / HEAPS;
    return [right + BEND * Math.cos(angle), up + side * BEND * Math.sin(angle)];
  });
}

/**
 * The mean of all pictures that a noisy point could have been: x0 = sum of w_i (mu_i + shrink (x - mu_i)), each heap by
 * how likely it is to have been noised to here. No model can do better in the mean (Robbins 1956; Efron 2011, eq. 2.8).
 */
export function denoised([x, y], sigma, heaps = ALL) {
  const variance = HEAP_SPREAD ** 2 + sigma ** 2;
  const shrink = HEAP_SPREAD ** 2 / variance;
  const far = heaps.map(([a, b]) => ((x - a) ** 2 + (y - b) ** 2) / (2 * variance));
  const nearest = Math.min(...far);
  let [sum, right, up] = [0, 0, 0];
  heaps.forEach(([a, b], i) => {
    const weight = Math.exp(nearest - far[i]);
    sum += weight;
    right += weight * (a + shrink * (x - a));
    up += weight * (b + shrink * (y - b));
  });
  return [right / sum, up / sum];
}

/** The three guesses at a point: without a word, with it, and guided (Ho and Salimans 2022, eq. 6). */
export function guesses(point, sigma, { word, guidance }) {
  const uncond = denoised(point, sigma);
  if (!word) return { uncond, cond: null, guided: uncond };
  const cond = denoised(point, sigma, WORLD[word]);
  return { uncond, cond, guided: uncond.map((value, i) => value + guidance * (cond[i] - value)) };
}

const [LARGEST, SMALLEST] = [5, 0.03];

/** Noise levels of a run, evenly in the seventh root, and 0 (Karras et al. 2022, eq. 5). */
export function levels(steps) {
  const root = (sigma) => sigma ** (1 / 7);
  const list = Array.from(
    { length: steps },
    (_, i) => (root(LARGEST) + (i / Math.max(1, steps - 1)) * (root(SMALLEST) - root(LARGEST))) ** 7,
  );
  return [...list, 0];
}

/** The way of one point out of the noise by Euler's steps: steps + 1 points. `noise` is of spread 1. */
export function way(noise, asked) {
  const sigmas = levels(asked.steps);
  const points = [noise.map((value) => value * sigmas[0])];
  for (let i = 0; i < asked.steps; i++) {
    const { guided } = guesses(points[i], sigmas[i], asked);
    points.push(points[i].map((value, k) => value + ((value - guided[k]) / sigmas[i]) * (sigmas[i + 1] - sigmas[i])));
  }
  return points;
}

/** Where a point is drawn: as x_t is shown, at the spread of finished pictures. */
export const SPREAD = Math.sqrt(ALL.reduce((sum, [a, b]) => sum + a * a + b * b, 0) / ALL.length / 2);
export const shownAt = (sigma) => SPREAD / Math.hypot(SPREAD, sigma);

/** Within so many spreads of a heap a point is a picture, and not something in between. */
const NEAR = 3;

/** The share of points that ended on a picture, and of those with the word's own where there is one. */
export function landed(ends, word) {
  const heaps = word ? WORLD[word] : ALL;
  const on = ends.filter(([x, y]) => heaps.some(([a, b]) => Math.hypot(x - a, y - b) <= NEAR * HEAP_SPREAD));
  return on.length / ends.length;
}
