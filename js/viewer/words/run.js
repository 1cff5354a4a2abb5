// What is said of a run: its steps, its facts, its notes, and the name of a picture's file.

import { phrase, term } from "../language/language.js";
import { number, sum } from "./numbers.js";

export const stoppedAt = (step, steps) =>
  phrase`The run stopped at step ${step} of ${steps}. These are its live pictures.`;

const LIVE_TITLES = { x: "x_t", x0: "x0 guess" };
export const liveTitle = (id) => term(LIVE_TITLES[id] ?? id);

/** A trajectory that has no better name, counted from 0. */
export const itemLabel = (index) => phrase`item ${index + 1}`;

/** A run has steps, a picture that is noised has levels. `one` is a trajectory or a deck. */
export const unitOf = (run) => (isForward(run) ? "level" : "step");

export const sliderName = (deck) => (isForward(deck) ? phrase`Level` : phrase`Step`);

const isForward = (run) => run.kind === "forward";

export const stepOf = (step, steps, unit = "step") =>
  (unit === "level" ? phrase`level ${step} of ${steps}` : phrase`step ${step} of ${steps}`);

export const atStep = (step, unit) => (unit === "level" ? phrase`level ${step}` : phrase`step ${step}`);

const GUESSES = ["x0", "cond", "uncond", "difference", "triangle"];

/** What a screen reader says for the slider; `numbers` are those of the chart. */
export function spokenStep(trajectory, step, view, numbers = []) {
  const sigma = trajectory.sigmas[step];
  const place = placeOf(trajectory, step, view);
  return [
    stepOf(step, trajectory.steps, unitOf(trajectory)), sigma === null ? null : phrase`sigma ${number(sigma)}`, place,
    ...numbers,
  ].filter(Boolean).join(", ");
}

/** What a state is called in a view: what the model makes of noise is not noise. */
export function placeOf(trajectory, step, view) {
  const [first, last] = isForward(trajectory)
    ? [phrase`the picture`, phrase`noise`]
    : [phrase`starting noise`, phrase`final latent`];
  if (step === 0 && !isForward(trajectory) && GUESSES.includes(view)) return phrase`the guess made from the starting noise`;
  if (step === 0) return trajectory.taken_up ? phrase`taken up from another sampler` : first;
  if (step === trajectory.steps && trajectory.complete && !trajectory.live)
    return noiseIsLeft(trajectory) ? phrase`handed on with its noise` : last;
  return joinOf(trajectory.stages ?? [], step);
}

const noiseIsLeft = ({ kind, sigmas }) => kind !== "forward" && sigmas.at(-1) > 0 && sigmas.at(-1) < sigmas[0];

/** Where one sampler takes over from another; null anywhere else. */
function joinOf(stages, step) {
  const next = stages.find(({ start }) => start > 0 && (start === step || start === step + 1));
  if (!next || (next.join === "on" && next.start !== step)) return null;
  if (next.start !== step) return phrase`handed on`;
  return phrase`from here on: ${[next.sampler, next.model].filter(Boolean).join(" · ")}`;
}

/** The first states of all samplers on the way but the first. */
export const joinsOf = ({ stages = [] }) => stages.slice(1).map(({ start }) => start);

/** What is left of the picture: the share of the variance, or the factor before it in a flow model. */
export const signalName = ({ parameterization }) => (parameterization === "flow" ? "1 − σ" : "ᾱ");

/**
 * Model calls spent on the way to a state, of all calls of the run; null where the deck does not know them, or where
 * they only say the step again.
 */
export function callsOf(trajectory, step) {
  const { model_calls: calls } = trajectory;
  if (isForward(trajectory) || calls.length === 0 || calls.every((one) => one === 1)) return null;
  const total = sum(trajectory.model_calls);
  return phrase`${sum(trajectory.model_calls.slice(0, step))} of ${total} model calls`;
}

const present = (value) => value !== null && value !== undefined && value !== "";

/** What a run has, and a way of several samplers has one after the other: "euler → heun". */
const along = (name, shown = (value) => String(value)) => (run) => {
  const parts = run.stages?.length ? run.stages : [run];
  const values = parts.map((part) => part[name]).filter(present).map(shown);
  return values.filter((value, index) => index === 0 || value !== values[index - 1]).join(" → ") || null;
};
const guidance = along("guidance", number);

const FACTS = [
  ["seed", along("seed")],
  ["sampler", along("sampler")],
  ["scheduler", along("scheduler")],
  ["guidance", guidance],
  ["steps", (run) => run.steps],
  ["model calls", (run) => (run.model_calls.length ? sum(run.model_calls) : null)],
  ["starting noise", (run) => run.noise],
  ["prompt", along("prompt")],
  ["prompt after", (run) => run.prompt_after],
  ["switched at step", (run) => run.switch_at],
  ["negative prompt", along("negative")],
];

/**
 * Names (English, for term()) and values of the trajectories shown; values that differ stand side by side, unknown ones
 * are left out.
 */
export function factsOf(deck, trajectories) {
  const shared = [
    ["model", deck.model],
    isForward(deck) ? ["x_t", noisingOf(deck)] : ["predicts", predictionOf(deck.parameterization)],
  ];
  const own = FACTS.map(([name, read]) => [factName(name, deck), joined(trajectories.map(read))]);
  return [...own.slice(0, 6), ...shared, ...own.slice(6)].filter(([, value]) => present(value));
}

function joined(values) {
  const known = values.filter(present).map(String);
  const different = [...new Set(known)];
  return different.length ? different.join(" · ") : null;
}

const predictions = () =>
  ({ eps: phrase`the noise (ε)`, v: "v", flow: phrase`the velocity (flow)`, x0: phrase`the clean latent (x0)` });
const predictionOf = (parameterization) => predictions()[parameterization] ?? parameterization;

const OF_FORWARD = { steps: "levels", "starting noise": "noise" };
const factName = (name, deck) => (isForward(deck) ? (OF_FORWARD[name] ?? name) : name);
const noisingOf = ({ parameterization }) =>
  (parameterization === "flow" ? phrase`(1 − σ) · picture + σ · noise` : phrase`√ᾱ · picture + √(1 − ᾱ) · noise`);

const SEEDS_NAMED = 3;

/** The one line that stands for the facts while they are folded. */
export function summaryOf(trajectories) {
  const value = (read) => joined(trajectories.map(read));
  const seeds = new Set(trajectories.map(along("seed")).filter(present));
  const few = seeds.size ? phrase`seed ${[...seeds].join(" · ")}` : null;
  const seed = seeds.size > SEEDS_NAMED ? phrase`${seeds.size} seeds` : few;
  const scale = value(guidance);
  const sampler = [value(along("sampler")), value(along("scheduler"))].filter(Boolean).join(" / ");
  const parts = [seed, sampler, scale && phrase`guidance ${scale}`].filter(Boolean);
  return parts.join("  ·  ") || phrase`Details of the run`;
}

/**
 * Notes of the trajectories shown in the language spoken, each said once, with the labels it belongs to unless it
 * belongs to all.
 */
export function notesOf(trajectories) {
  const labels = new Map();
  for (const { label, notes } of trajectories)
    for (const note of notes ?? []) labels.set(note, [...(labels.get(note) ?? []), label]);
  return [...labels].map(([note, of]) =>
    (of.length === trajectories.length ? term(note) : `${of.join(", ")}: ${term(note)}`));
}

export function fileName(deck, view, label, step) {
  const parts = ["denoiscope", deck.title, label, view.id, `${unitOf(deck)}-${String(step).padStart(2, "0")}`];
  return `${parts.map(plain).filter(Boolean).join("_")}.png`;
}

const plain = (text) =>
  String(text ?? "").normalize("NFKD").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 40);

export const notesLabel = () => phrase`Notes`;
export const noteCount = (count) => (count === 1 ? phrase`1 note` : phrase`${count} notes`);

/* The buttons and sliders of time. */

export const playWord = () => phrase`Play`;
export const pauseWord = () => phrase`Pause`;
export const loopWord = () => phrase`Loop`;
export const speedLabel = () => phrase`Speed`;
export const stepLabel = () => phrase`Step`;
export const frameLabel = () => phrase`Video frame`;
export const frameWord = () => phrase`frame`;
export const frameOf = (frame, frames) => phrase`frame ${frame} of ${frames}`;
