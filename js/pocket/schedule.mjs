// Noise levels: how much noise each of the 1000 timesteps stands for, and which levels a run goes through.

const START = 0.00085;
const END = 0.012;
export const TIMESTEPS = 1000;

/** Spread of the latents that the denoiser sees. */
export const SIGMA_DATA = 2;

/** alpha-bar of each timestep: the share of the picture that is left; betas evenly spaced in their square roots. */
export const ALPHA_BARS = alphaBars();

function alphaBars() {
  let product = 1;
  return Float64Array.from({ length: TIMESTEPS }, (_, t) => {
    const root = Math.sqrt(START) + ((Math.sqrt(END) - Math.sqrt(START)) * t) / (TIMESTEPS - 1);
    return (product *= 1 - root * root);
  });
}

/** sigma = sqrt((1 - abar) / abar) of each timestep, for data of unit scale (Ho et al. 2020). */
export const SIGMAS = Float32Array.from(ALPHA_BARS, (abar) => Math.sqrt((1 - abar) / abar));
const LOG_SIGMAS = Float32Array.from(SIGMAS, Math.log);
const [SMALLEST, LARGEST] = [SIGMAS[0], SIGMAS[TIMESTEPS - 1]];

/**
 * The whole timestep whose noise level is nearest, in log sigma. Levels half way between two are common: rounding then
 * decides which is nearer, so this is computed in 32 bits as ComfyUI does it.
 */
export function timestepOf(sigma) {
  const log = Math.fround(Math.log(sigma));
  const away = (t) => Math.abs(Math.fround(log - LOG_SIGMAS[t]));
  let nearest = 0;
  for (let t = 1; t < TIMESTEPS; t++) if (away(t) < away(nearest)) nearest = t;
  return nearest;
}

/** The noise level of any timestep, by straight lines in log sigma. */
export function sigmaOf(timestep) {
  const round = Math.fround;
  const t = round(Math.min(TIMESTEPS - 1, Math.max(0, timestep)));
  const [below, above] = [LOG_SIGMAS[Math.floor(t)], LOG_SIGMAS[Math.ceil(t)]];
  const part = round(t - Math.floor(t));
  return round(Math.exp(round(round(round(1 - part) * below) + round(part * above))));
}

const evenly = (from, to, count) =>
  Array.from({ length: count }, (_, i) => (count === 1 ? from : from + ((to - from) * i) / (count - 1)));

/** Each gives the levels of so many steps, without the 0 at their end. */
export const SCHEDULERS = {
  /** Evenly in the seventh root of sigma (Karras et al. 2022, eq. 5). */
  karras: (steps) => evenly(LARGEST ** (1 / 7), SMALLEST ** (1 / 7), steps).map((root) => root ** 7),
  /** Evenly in the timestep. */
  normal: (steps) => evenly(TIMESTEPS - 1, 0, steps).map(sigmaOf),
  /** Every so many of the thousand levels that it was trained on. */
  simple: (steps) =>
    Array.from({ length: steps }, (_, i) => SIGMAS[TIMESTEPS - 1 - Math.floor((i * TIMESTEPS) / steps)]),
  /** Evenly in log sigma. */
  exponential: (steps) => evenly(Math.log(LARGEST), Math.log(SMALLEST), steps).map(Math.exp),
};

/**
 * The levels of a run, steps + 1 with the 0 at the end. With a strength below 1 a run begins in the middle: these are
 * the last levels of a longer schedule, as in ComfyUI.
 */
export function levelsOf(scheduler, steps, strength = 1) {
  if (strength <= 0) return new Float32Array(0);
  const all = SCHEDULERS[scheduler](strength > 0.9999 ? steps : Math.floor(steps / strength));
  return Float32Array.from([...all, 0].slice(-(steps + 1)));
}

/** Whether a run that begins here begins in noise alone. */
export const isFromNoise = (sigma) => sigma > LARGEST || Math.abs(sigma - LARGEST) <= 1e-5 * Math.max(sigma, LARGEST);
