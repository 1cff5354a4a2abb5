// Runs of a lesson: one, several side by side, a sweep of one or two settings, or a walk from seed to seed.

import { bytesOfUrl } from "../given.mjs";
import { deckOf } from "../deck.mjs";
import { createForm, spoken } from "../form.mjs";
import { squareOf } from "../pictures.mjs";
import { DEFAULTS, SETTINGS } from "../settings.mjs";
import { labelsOf } from "../shelf.mjs";
import { axisOf, walkNoises } from "../studio.mjs";
import { createBench } from "./bench.mjs";

const FIELDS = ["seed", "steps", "guidance", "sampler", "scheduler", "negative"];
const SEPARATOR = ",";

export function createRuns(scope, given) {
  const { say, parts, told } = given;
  const form = createForm(scope, { options: spoken(say), changed: () => {} });
  form.set({ ...DEFAULTS, ...told.settings });
  const axes = (told.axes ?? []).map(({ name, values }) =>
    ({ name, input: line(scope, say(name), values.join(", ")) }),
  );
  const cells = (told.cells ?? []).map((cell, at) => ({ cell, texts: textsOf(scope, say, cell, at) }));
  const swept = new Set(axes.map(({ name }) => name));
  const fields = fieldsOf(told).filter((name) => !swept.has(name) && !(name === "seed" && told.walk));
  const bench = createBench(scope, {
    ...given,
    opens: { view: told.opens?.view ?? "x0", ...told.opens },
    controls: [form.controls.prompt, ...(swept.has("switchAt") ? [form.controls.promptAfter] : [])],
    more: [...axes.map(({ input }) => input.element), ...fields.map((name) => form.controls[name]),
      ...cells.flatMap(({ texts }) => texts.map(({ input }) => input.element))],
    work,
  });

  async function work({ studio, engine }) {
    const settings = form.get();
    const begun = told.scene ? await beginning(scope, engine, told) : {};
    const extraOf = (own) => ({ ...begun, lora: loraOf(own, parts) });
    const cell = (own) => ({ settings: own, extra: extraOf(own) });
    if (told.walk) return walk(studio, told, (extra) => ({ settings, extra: { ...extraOf(settings), ...extra } }));
    if (axes.length) {
      const read = axes.map(({ name, input }) => ({ name, values: valuesOf(name, input.read(), say) }));
      return sweep(studio, settings, read, { cell, say, predict: told.predict });
    }
    if (cells.length) return beside(studio, settings, cells, { cell, say });
    return studio.one(settings, extraOf(settings), (run) =>
      studio.show(deckOf([run], [`${say("seed")} ${settings.seed}`], { title: settings.prompt })),
    );
  }

  return bench;
}

/** What the text may ask to change, as far as this lesson has it. */
const fieldsOf = ({ settings, scene }) => [
  ...FIELDS,
  ...(scene ? ["denoise"] : []),
  ...(settings.lora ? ["lora", "strength", "rank"] : []),
];

/** A labelled line of text: { element, read() }. */
function line({ make }, label, value) {
  const input = make("input", { type: "text", value, autocomplete: "off" });
  const element = make("label", { class: "lv-field" }, make("span", { class: "lv-name" }, label), input);
  return { element, read: () => input.value };
}

/** Each value as the setting takes it; throws a sentence where fewer than two are left. */
function valuesOf(name, text, say) {
  const parts = text.split(SEPARATOR).map((part) => part.trim()).filter(Boolean);
  const values = [...new Set(parts.map((part) => (name === "rank" && part === "0" ? 0 : SETTINGS[name].read(part))))];
  if (values.length < 2) throw new Error(say("valuesBad", say(name)));
  return values;
}

/** One value of an axis in a run's settings: rank 0 is no LoRA, and a switch at step 0 the second prompt throughout. */
function withValue(settings, name, value) {
  if (name === "rank" && value === 0) return { ...settings, strength: 0 };
  if (name === "switchAt" && value === 0) return { ...settings, prompt: settings.promptAfter, switchAt: 0 };
  return { ...settings, [name]: value };
}

function sweep(studio, settings, axes, { cell, say, predict }) {
  const [across, down] = axes;
  const places = down
    ? across.values.flatMap((_, column) => down.values.map((__, row) => [column, row]))
    : across.values.map((_, column) => [column]);
  const cells = places.map((place) => {
    const own = axes.reduce((all, { name, values }, axis) => withValue(all, name, values[place[axis]]), settings);
    const label = axes.map(({ name, values }, axis) => `${say(name)} ${values[place[axis]]}`).join(", ");
    return { ...cell(own), label, place };
  });
  return studio.several(cells, {
    kind: "sweep",
    axes: axes.map(({ name, values }) => axisOf(say(name), values.map(String))),
    predict: predict === "cells" && !down ? predict : null,
  });
}

const TEXTS = ["prompt", "negative", "seed"];

/** What of a run beside the first is a text that its reader may change. */
const textsOf = (scope, say, cell, at) =>
  TEXTS.filter((name) => name in cell).map((name) =>
    ({ name, input: line(scope, say("ofRun", say(name), at + 1), cell[name]) }),
  );

/** Runs that stand side by side in the graph, with what each has that the first has not. */
function beside(studio, settings, cells, { cell, say }) {
  const all = cells.map(({ cell: own, texts }) => ({
    ...settings,
    ...own,
    ...Object.fromEntries(texts.map(({ name, input }) => [name, SETTINGS[name].read(input.read())])),
  }));
  const labels = labelsOf(all.map((own) => ({ settings: own })), say);
  const runs = all.map((own, at) => ({ ...cell(own), label: labels[at] }));
  return studio.several(runs, { kind: "sweep", axes: [axisOf(say("run"), labels)] });
}

/** From seed to seed, with stops between. */
function walk(studio, { walk: { seeds, between } }, cell) {
  const legs = seeds.slice(1).map((to, at) => walkNoises(seeds[at], to, between + 2));
  const stops = legs.flatMap((leg, at) => (at === 0 ? leg : leg.slice(1)));
  const cells = stops.map(({ noise, label, seed }) => ({ ...cell({ noise }), label, seed }));
  return studio.several(cells, { kind: "walk", axes: [axisOf("stop", stops.map(({ label }) => label))] });
}

function loraOf({ lora, strength, rank }, { loras }) {
  return lora === "none" || strength === 0 ? null : { file: loras[lora], strength, rank };
}

/** The scene as a latent, and where it may change. */
async function beginning({ document }, engine, { scene, mask }) {
  const { planes } = await squareOf(document, bytesOfUrl(scene));
  return { start: await engine.encode(planes), mask: mask ? Float32Array.from(mask) : null };
}
