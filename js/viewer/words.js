// Everything the viewer says: sentences, numbers and names of files.

export const EMPTY = "Run the workflow, and every step of the denoising appears here.";
export const GONE = "These pictures are gone; run the workflow again.";
export const LIVE_LOST = "No live picture of this step has arrived.";
export const loadFailed = (reason) => `These pictures could not be loaded: ${reason}.`;
export const SIDE_BY_SIDE = "side by side";
export const COPIED = "Picture copied.";
export const notCopied = (reason) => `The picture could not be copied: ${reason}`;
export const NO_PICTURE = "There is no picture here.";
export const ENLARGED = "Shown in the big view.";
export const SOURCES = {
  vae: { text: "VAE", hint: "Decoded by the model's own VAE." },
  approximate: { text: "approximate", hint: "A quick approximation from the latent's numbers, without a VAE." },
  exact: { text: "exact", hint: "The numbers themselves, drawn as a map." },
};
export const LIVE = { text: "live, approximate", hint: "Sent while the sampler runs; the finished pictures follow." };

export const stoppedAt = (step, steps) => `The run stopped at step ${step} of ${steps}. These are its live pictures.`;

const LIVE_TITLES = { x: "x_t", x0: "x0 guess" };
export const liveTitle = (id) => LIVE_TITLES[id] ?? id;

/** Three significant digits, without trailing noise: 14.6, 3.21, 0.0292, 0. */
export function number(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const sign = value < 0 ? "−" : "";
  const size = Math.abs(value);
  if (size < 0.001) return sign + size.toExponential(1);
  if (size >= 1000) return sign + Math.round(size);
  return sign + Number(size.toPrecision(3));
}

export const stepOf = (step, steps) => `step ${step} of ${steps}`;

/** What a screen reader says for the slider. */
export function spokenStep(trajectory, step) {
  const sigma = trajectory.sigmas[step];
  const place = placeOf(trajectory, step);
  return [stepOf(step, trajectory.steps), sigma === null ? null : `sigma ${number(sigma)}`, place].filter(Boolean).join(", ");
}

export function placeOf(trajectory, step) {
  if (step === 0) return "starting noise";
  if (step === trajectory.steps && trajectory.complete && !trajectory.live) return "final latent";
  return null;
}

/** Model calls spent on the way to a state, of all calls of the run; null where the deck does not know them. */
export function callsOf(trajectory, step) {
  if (trajectory.model_calls.length === 0) return null;
  const total = sum(trajectory.model_calls);
  return `${sum(trajectory.model_calls.slice(0, step))} of ${total} model calls`;
}

const sum = (numbers) => numbers.reduce((total, one) => total + one, 0);

/** The label of a picture in the grid; says where a shorter trajectory has come to rest. */
export function cellLabel(trajectory, step, deckSteps) {
  if (trajectory.steps === deckSteps) return trajectory.label;
  return `${trajectory.label} · ${Math.min(step, trajectory.steps)}/${trajectory.steps}`;
}

const guidance = (trajectory) => (trajectory.guidance === null || trajectory.guidance === undefined ? null : number(trajectory.guidance));

const FACTS = [
  ["seed", (one) => one.seed],
  ["sampler", (one) => one.sampler],
  ["scheduler", (one) => one.scheduler],
  ["guidance", guidance],
  ["steps", (one) => one.steps],
  ["model calls", (one) => (one.model_calls.length ? sum(one.model_calls) : null)],
  ["starting noise", (one) => one.noise],
  ["prompt", (one) => one.prompt],
  ["negative prompt", (one) => one.negative],
];

/** Names and values of the trajectories shown; values that differ stand side by side, unknown ones are left out. */
export function factsOf(deck, trajectories) {
  const shared = [["model", deck.model], ["predicts", predictionOf(deck.parameterization)]];
  const own = FACTS.map(([name, read]) => [name, joined(trajectories.map(read))]);
  return [...own.slice(0, 6), ...shared, ...own.slice(6)].filter(([, value]) => value !== null && value !== undefined && value !== "");
}

function joined(values) {
  const known = values.filter((value) => value !== null && value !== undefined && value !== "").map(String);
  const different = [...new Set(known)];
  return different.length ? different.join(" · ") : null;
}

const PREDICTIONS = { eps: "the noise (ε)", v: "v", flow: "the velocity (flow)", x0: "the clean latent (x0)" };
const predictionOf = (parameterization) => PREDICTIONS[parameterization] ?? parameterization;

const SEEDS_NAMED = 3;

/** The one line that stands for the facts while they are folded. */
export function summaryOf(trajectories) {
  const value = (read) => joined(trajectories.map(read));
  const seeds = new Set(trajectories.map((one) => one.seed).filter((seed) => seed !== null && seed !== undefined));
  const few = seeds.size ? `seed ${[...seeds].join(" · ")}` : null;
  const seed = seeds.size > SEEDS_NAMED ? `${seeds.size} seeds` : few;
  const scale = value(guidance);
  const sampler = [value((one) => one.sampler), value((one) => one.scheduler)].filter(Boolean).join(" / ");
  const parts = [seed, sampler, scale && `guidance ${scale}`].filter(Boolean);
  return parts.join("  ·  ") || "Details of the run";
}

/** Notes of the trajectories shown, each said once, with the labels it belongs to unless it belongs to all. */
export function notesOf(trajectories) {
  const labels = new Map();
  for (const { label, notes } of trajectories)
    for (const note of notes ?? []) labels.set(note, [...(labels.get(note) ?? []), label]);
  return [...labels].map(([note, of]) => (of.length === trajectories.length ? note : `${of.join(", ")}: ${note}`));
}

export function fileName(deck, view, label, step) {
  const parts = ["denoiscope", deck.title, label, view.id, `step-${String(step).padStart(2, "0")}`];
  return parts.map(plain).filter(Boolean).join("_") + ".png";
}

const plain = (text) => String(text ?? "").normalize("NFKD").replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-+|-+$/g, "").slice(0, 40);
