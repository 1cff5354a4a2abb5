// A deck that was saved in the page: shown first, a click away later, and its settings the ones that a run begins with.

import { bytesOfUrl } from "./given.mjs";
import { SETTINGS } from "./settings.mjs";

/** A setting of the page, and what a deck's run calls it. */
const TOLD_AS = {
  prompt: "prompt",
  negative: "negative",
  seed: "seed",
  guidance: "guidance",
  sampler: "sampler",
  scheduler: "scheduler",
  promptAfter: "prompt_after",
  switchAt: "switch_at",
};

/**
 * The first run's settings as the page takes them, and the names of those that it has to take otherwise: { settings,
 * otherwise }. A deck need not know all of them.
 */
export function settingsIn({ trajectories: [first] }) {
  const steps = first.sigmas.length - 1;
  const known = Object.entries(TOLD_AS).filter(([, name]) => first[name] !== null && first[name] !== undefined);
  const told = { steps, ...Object.fromEntries(known.map(([name, as]) => [name, first[as]])) };
  const settings = Object.fromEntries(Object.entries(told).map(([name, value]) => [name, SETTINGS[name].read(value)]));
  const otherwise = Object.keys(told).filter((name) => String(settings[name]) !== String(told[name]));
  return { settings, otherwise: otherwise.map((name) => `${name} ${told[name]}`) };
}

/** A picture of the payload as the viewer loads it; the pages' own are asked of `load`. */
export const loadWith = (load) => async (source) => (typeof source === "string" ? bytesOfUrl(source) : load(source));

/** A note that says what is shown, with the way back to it: { element, arrange(isShown) }. */
export function createSavedNote({ make, on }, { say, otherwise, show }) {
  const words = make("p", { class: "lv-hint" });
  const button = make("button", { type: "button", class: "lv-quiet", hidden: true }, say("backToSaved"));
  on(button, "click", show);
  const element = make("div", { class: "lv-saved", role: "note" }, words, button);

  function arrange(isShown) {
    button.toggleAttribute("hidden", isShown);
    const other = otherwise.length ? say("notAsSaved", otherwise.join(", ")) : "";
    words.textContent = isShown ? [say("savedShown"), other].join(" ") : "";
  }

  return { element, arrange };
}
