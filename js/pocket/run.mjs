// A run: noise from a seed, a sampler that asks, and a model that is asked with and without the prompt.

import { LATENT, PLACES } from "./denoiser.mjs";
import { createNoise } from "./noise.mjs";
import { SAMPLERS } from "./samplers.mjs";
import { SIGMA_DATA, isFromNoise, levelsOf } from "./schedule.mjs";

export const DEFAULTS = {
  prompt: "",
  negative: "",
  seed: 1,
  steps: 20,
  guidance: 5,
  sampler: "euler",
  scheduler: "normal",
  strength: 1,
  start: null,
  mask: null,
  noise: null,
  promptAfter: null,
  switchAt: null,
};

/** Levels this near to one another are the same. */
const SAME_SIGMA = 1e-4;

/**
 * Samples step by step: yields { step, sigma, x, x0, cond, uncond } before each step and returns { x, calls, sigmas }.
 *
 * `start`: a latent of unit variance to begin from, with a `strength` below 1; `mask`: [16, 16], 1 where it may change.
 * `noise`: in place of the seed's own. From step `switchAt` on the model is asked with `promptAfter`. `watch` as in
 * attention.mjs, for the prompt only.
 */
export function* sample(model, settings, watch) {
  const run = { ...DEFAULTS, ...settings };
  const sigmas = levelsOf(run.scheduler, run.steps, run.strength);
  const prompts = { first: model.encode(run.prompt), negative: model.encode(run.negative) };
  prompts.after = run.switchAt === null ? prompts.first : model.encode(run.promptAfter ?? "");
  const switchSigma = run.switchAt === null ? -1 : sigmas[Math.min(run.switchAt, sigmas.length - 1)] * (1 + SAME_SIGMA);
  const fresh = createNoise(BigInt(run.seed) + 1n);
  const origin = (run.start ?? new Float32Array(LATENT)).map((value) => value * SIGMA_DATA);
  const noise = run.noise ?? createNoise(run.seed)(LATENT);
  const ask = masked(run, { origin, noise }, (x, sigma) =>
    guided(model, {
      x,
      sigma,
      scale: run.guidance,
      prompt: sigma <= switchSigma ? prompts.after : prompts.first,
      negative: prompts.negative,
      watch,
    }),
  );

  const sampler = SAMPLERS[run.sampler](noised(origin, noise, sigmas[0] ?? 0), sigmas, fresh);
  const calls = [];
  let asked = sampler.next();
  while (!asked.done) {
    const { x, sigma, step } = asked.value;
    const answer = ask(x, sigma);
    if (step !== undefined) {
      calls.push(0);
      yield { step, steps: sigmas.length - 1, sigma, x, ...answer };
    }
    calls[calls.length - 1]++;
    asked = sampler.next(answer.x0);
  }
  return { x: asked.value, calls, sigmas };
}

/** Where a run begins: its origin under noise, or noise alone as loud as both together. */
function noised(origin, noise, sigma) {
  const loud = isFromNoise(sigma) ? Math.sqrt(1 + sigma ** 2) : sigma;
  return origin.map((value, i) => value + noise[i] * loud);
}

/** guided = uncond + s (cond - uncond) (Ho and Salimans 2022, eq. 6); at scale 1 the model is asked once. */
function guided(model, { x, sigma, scale, prompt, negative, watch }) {
  if (Math.abs(scale - 1) < 1e-9) {
    const [cond] = model.guess({ latents: [x], sigmas: [sigma], prompts: [prompt], watch });
    return { x0: cond, cond, uncond: null };
  }
  const both = { latents: [x, x], sigmas: [sigma, sigma], prompts: [prompt, negative], watch };
  const [cond, uncond] = model.guess(both);
  return { x0: cond.map((value, i) => uncond[i] + scale * (value - uncond[i])), cond, uncond };
}

/** With a mask the model sees the origin at the right noise outside of it, and is believed only inside. */
function masked({ mask, sampler, seed }, { origin, noise }, ask) {
  if (!mask) return ask;
  const outside = sampler === "ddim" ? createNoise(BigInt(seed) + 1n)(LATENT) : noise;
  const inside = (at) => mask[at % PLACES];
  return (x, sigma) => {
    const answer = ask(
      x.map((value, at) => value * inside(at) + (origin[at] + outside[at] * sigma) * (1 - inside(at))),
      sigma,
    );
    return { ...answer, x0: answer.x0.map((value, at) => value * inside(at) + origin[at] * (1 - inside(at))) };
  };
}
