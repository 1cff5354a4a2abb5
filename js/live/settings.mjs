// What can be set for a run: each setting's bounds, and how it is read from a link. Odd input never gets past here.

import { SAMPLERS } from "../pocket/samplers.mjs";
import { SCHEDULERS } from "../pocket/schedule.mjs";

export const LORAS = ["none", "blueprint", "autumn", "balloon", "file"];
export const STARTS = ["noise", "scene", "picture"];
export const LONGEST_PROMPT = 1000;
export const MOST_STEPS = 50;
const SEED_LIMIT = 2n ** 64n;

const text = (fallback) => ({ fallback, read: (said) => String(said).slice(0, LONGEST_PROMPT) });
const choice = (fallback, options) => ({
  fallback,
  options,
  read: (said) => (options.includes(said) ? said : fallback),
});

/** Numbers in steps, held between two bounds. */
const number = (fallback, least, most, step = 1) => ({
  fallback,
  least,
  most,
  step,
  read: (said) => {
    const value = said === "" || !Number.isFinite(Number(said)) ? fallback : Number(said);
    return Number((Math.round(Math.min(most, Math.max(least, value)) / step) * step).toFixed(4));
  },
});

/** Seeds are whole numbers below 2 ^ 64, more than a number of JavaScript holds: they stay text. */
const seed = (fallback) => ({
  fallback,
  read: (said) => (/^\d{1,20}$/.test(said) && BigInt(said) < SEED_LIMIT ? String(BigInt(said)) : fallback),
});

export const SETTINGS = {
  prompt: text("oil painting of a red lighthouse on a cliff at dusk, with clouds"),
  negative: text(""),
  seed: seed("7"),
  steps: number(20, 1, MOST_STEPS),
  guidance: number(5, 0, 20, 0.5),
  sampler: choice("euler", Object.keys(SAMPLERS)),
  scheduler: choice("normal", Object.keys(SCHEDULERS)),
  switchAt: number(0, 0, MOST_STEPS),
  promptAfter: text(""),
  lora: choice("none", LORAS),
  strength: number(1, -2, 2, 0.1),
  rank: number(8, 1, 64),
  start: choice("noise", STARTS),
  scene: number(0, 0, 5),
  denoise: number(0.6, 0.05, 1, 0.05),
};

export const DEFAULTS = Object.fromEntries(Object.entries(SETTINGS).map(([name, { fallback }]) => [name, fallback]));

/** Settings from anything: what is unknown is left out, what is out of bounds is brought inside. */
export function readSettings(said) {
  return Object.fromEntries(
    Object.entries(SETTINGS).map(([name, { fallback, read }]) => [
      name,
      said[name] === undefined ? fallback : read(said[name]),
    ]),
  );
}

/** The part of a link after #: what differs from the defaults. A reader's own picture or file cannot travel in it. */
export function toHash(settings) {
  const told = Object.entries(settings).filter(([name, value]) => name in SETTINGS && value !== DEFAULTS[name]);
  const kept = told.filter(
    ([name, value]) => !(name === "start" && value === "picture") && !(name === "lora" && value === "file"),
  );
  return new URLSearchParams(kept.map(([name, value]) => [name, String(value)])).toString();
}

export const fromHash = (hash) => readSettings(Object.fromEntries(new URLSearchParams(hash.replace(/^#/, ""))));

/** The settings in which several runs differ; the same prompt, seed and sampler are not said again. */
export function differing(list) {
  return Object.keys(SETTINGS).filter((name) => new Set(list.map((settings) => settings[name])).size > 1);
}
