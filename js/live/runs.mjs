// The page's own runs: every state and guess, and the numbers that the viewer reads of them.

import { SIGMA_DATA } from "../pocket/schedule.mjs";

const rms = (list) => Math.sqrt(list.reduce((sum, value) => sum + value * value, 0) / list.length);
const between = (a, b) => rms(a.map((value, i) => value - b[i]));

let last = 0;

/** A run that has just begun: it grows by step(), and is whole after finish(). */
export function begin(settings) {
  const lists = { x: [], x0: [], cond: [], uncond: [], sigmas: [], attention: [], calls: [] };
  return { id: ++last, settings, ...lists, complete: false, painted: new Map() };
}

export function step(run, { x, x0, cond, uncond, sigma, attention }) {
  run.x.push(x);
  run.x0.push(x0);
  run.cond.push(cond);
  run.uncond.push(uncond);
  run.sigmas.push(sigma);
  run.attention.push(attention);
}

/** A stopped run ends at its last guess's own state: that is all there is. */
export function finish(run, { x, calls, seconds, complete }) {
  if (complete) {
    run.x.push(x);
    run.sigmas.push(0);
    run.calls = calls;
  } else {
    for (const list of [run.x0, run.cond, run.uncond, run.attention]) list.pop();
    run.calls = run.x0.map(() => null);
  }
  Object.assign(run, { seconds, complete });
}

/** The guess at a state; a finished run's last state is its own. */
export const guessAt = (run, state) => run.x0[state] ?? (run.complete ? run.x[state] : null);

export const change = (run) => run.x0.map((guess, i) => (i === 0 ? null : between(guess, run.x0[i - 1])));

/** How far the prompt moves each guess; null where the model was asked once only. */
export const pull = (run) => run.cond.map((cond, i) => (run.uncond[i] ? between(cond, run.uncond[i]) : null));

/** Share of the variance that is still picture (Ho et al. 2020, eq. 4). */
export const signal = (run) => Array.from(run.sigmas, (sigma) => 1 / (1 + (sigma / SIGMA_DATA) ** 2));

/** x_t at the spread of a finished latent (Karras et al. 2022, table 1). */
export function atUnitVariance(run, state) {
  const scale = SIGMA_DATA / Math.hypot(SIGMA_DATA, run.sigmas[state]);
  return run.x[state].map((value) => value * scale);
}

/** Eight hex digits that are the same for the same starting state (FNV-1a): the page's own, not the pack's. */
export function fingerprint(run) {
  const { buffer, byteOffset, byteLength } = run.x[0];
  const hash = new Uint8Array(buffer, byteOffset, byteLength).reduce(
    (sum, byte) => Math.imul(sum ^ byte, 16777619),
    2166136261,
  );
  return (hash >>> 0).toString(16).padStart(8, "0");
}
