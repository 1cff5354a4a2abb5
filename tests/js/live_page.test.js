// What the live page reads from links, prompts and people, and what it makes of its runs.

import assert from "node:assert/strict";
import test from "node:test";

import { bytesOf } from "../../js/live/letters.mjs";
import { KINDS, anyScene, chosenIn, sentence, toggled } from "../../js/live/prompts.mjs";
import { begin, change, finish, guessAt, pull, step } from "../../js/live/runs.mjs";
import { createQuick } from "../../js/live/quick.mjs";
import { settingsIn } from "../../js/live/saved.mjs";
import { DEFAULTS, SETTINGS, fromHash, readSettings, toHash } from "../../js/live/settings.mjs";
import { labelsOf } from "../../js/live/shelf.mjs";
import { createSharpening } from "../../js/live/sharpening.mjs";
import { walkNoises } from "../../js/live/studio.mjs";
import { lastPicture } from "../../js/live/views.mjs";
import { wordPlaces } from "../../js/live/watcher.mjs";
import { LANGUAGES, WORDS, languageOf, speaker } from "../../js/live/words.mjs";
import { heardIn } from "../../js/pocket/text.mjs";

test("settings go through a link and come back", () => {
  const settings = {
    ...DEFAULTS,
    prompt: "a red house & a tree, 50 %",
    seed: "18446744073709551615",
    guidance: 2.5,
    sampler: "lcm",
  };
  assert.deepEqual(fromHash(`#${toHash(settings)}`), settings);
  assert.equal(toHash(DEFAULTS), "");
});

test("a link cannot bring what is out of bounds", () => {
  const read = readSettings({
    steps: "1e9",
    guidance: "NaN",
    seed: "18446744073709551616",
    sampler: "__proto__",
    rank: "-3",
    prompt: "x".repeat(5000),
  });
  assert.deepEqual([read.steps, read.guidance, read.seed, read.sampler, read.rank], [50, 5, "7", "euler", 1]);
  assert.equal(read.prompt.length, 1000);
});

test("what a reader's own file gave does not travel in a link", () => {
  assert.equal(toHash({ ...DEFAULTS, start: "picture", lora: "file" }), "");
});

test("chips say what the prompt holds, and change it", () => {
  const prompt = sentence({
    style: ["oil painting"],
    colour: ["red"],
    subject: ["house"],
    place: ["on a hill"],
    time: ["at dusk"],
    sky: ["clouds"],
    position: [],
  });
  assert.equal(prompt, "an oil painting of a red house on a hill at dusk, with clouds");
  assert.deepEqual(chosenIn(prompt).place, ["on a hill"]);
  assert.equal(
    toggled(prompt, "sky", "birds"),
    "an oil painting of a red house on a hill at dusk, with clouds and birds",
  );
  assert.equal(toggled(prompt, "style", "oil painting"), "a red house on a hill at dusk, with clouds");
});

test("the model knows every word that a chip or a surprise can say", () => {
  for (const sayings of Object.values(KINDS))
    assert.deepEqual(heardIn(sayings.join(", ")), { unknown: [], near: [], free: [] });
  for (let turn = 0; turn < 50; turn++) assert.deepEqual(heardIn(anyScene()), { unknown: [], near: [], free: [] });
});

test("words are found where their tokens stand, each once", () => {
  assert.deepEqual(wordPlaces("a red zebra, a (red:1.3) house"), [
    ["a", [1, 4]],
    ["red", [2, 5]],
    ["house", [6]],
  ]);
});

test("a run grows step by step, and a stopped one keeps what came", () => {
  const states = [3, 2, 1].map((value) => new Float32Array(2048).fill(value));
  const run = begin(DEFAULTS);
  states.forEach((x, i) =>
    step(run, { x, x0: states[i], cond: states[i], uncond: states[0], sigma: 3 - i, attention: null }),
  );
  assert.deepEqual(change(run), [null, 1, 1]);
  assert.deepEqual(pull(run), [0, 1, 2]);
  finish(run, { complete: false, seconds: 1 });
  assert.equal(run.x.length, 3);
  assert.equal(run.x0.length, 2);
  assert.equal(guessAt(run, 2), null);
});

test("kept runs are called by what differs between them", () => {
  const say = speaker("en");
  const runs = [{ guidance: 2 }, { guidance: 9 }].map((own) => ({ settings: { ...DEFAULTS, ...own } }));
  assert.deepEqual(labelsOf(runs, say), ["Guidance 2", "Guidance 9"]);
  assert.deepEqual(labelsOf(runs.slice(0, 1), say), ["Seed 7"]);
});

test("a walk begins and ends in the noise of its seeds", () => {
  const stops = walkNoises("1", "2", 3);
  assert.deepEqual(
    stops.map(({ label, seed }) => [label, seed]),
    [
      ["seed 1", "1"],
      ["1 → 2, 50 %", null],
      ["seed 2", "2"],
    ],
  );
});

test("every word has three languages, with the same places for values", () => {
  const places = (text) => [...text.matchAll(/\{\d\}/g)].map(String).sort();
  for (const [name, said] of Object.entries(WORDS)) {
    assert.equal(said.length, LANGUAGES.length, name);
    for (const text of said) assert.deepEqual(places(text), places(said[0]), name);
  }
  for (const name of Object.keys(SETTINGS)) assert.ok(WORDS[name], name);
});

test("a reader of Traditional Chinese gets the next language, not Simplified", () => {
  assert.equal(languageOf(["zh-TW", "ja"]), "ja");
  assert.equal(languageOf(["zh-CN"]), "zh");
  assert.equal(languageOf(["fr"]), "en");
});

test("letters are the bytes that Python wrote", () => {
  assert.deepEqual([...bytesOf("Xk~0{Zv".replaceAll("<", ","))], [...new TextEncoder().encode("hello")]);
});

test("a run that was stopped before its first guess shows its noise", async () => {
  const run = begin(DEFAULTS);
  step(run, {
    x: new Float32Array(2048),
    x0: new Float32Array(2048),
    cond: null,
    uncond: null,
    sigma: 1,
    attention: null,
  });
  finish(run, { complete: false, seconds: 0 });
  const asked = [];
  const paint = async (latent) => asked.push(latent.length) && new Float32Array(3);
  globalThis.ImageData ??= class {
    data = new Uint8ClampedArray(4);
  };
  await lastPicture(run, paint);
  assert.deepEqual([asked, [...run.painted.keys()]], [[2048], ["x 0"]]);
});

test("quick colours are those of ComfyUI's previews: a sum over the channels, one colour for a place", () => {
  const factors = Array.from({ length: 8 }, (_, channel) => [channel, 0, channel === 7 ? 2 : 0]);
  const latent = Float32Array.from({ length: 2048 }, (_, at) => (at % 256 === 17 ? 1 : 0));
  const planes = createQuick({ factors, bias: [0.5, -1, 0] })(latent);
  const [inside, outside] = [8 * 128 + 15, 8 * 128 + 16];
  const colours = (at) => [0, 1, 2].map((colour) => planes[colour * 128 * 128 + at]);
  assert.deepEqual(colours(inside), [28.5, -1, 2]);
  assert.deepEqual(colours(outside), [0.5, -1, 0]);
  assert.deepEqual(colours(15 * 128 + 8), [28.5, -1, 2]);
});

test("the first state is shown at once, and then the newest decoded in the view that is looked at", async () => {
  const asked = [];
  const shown = [];
  let free = () => {};
  const paint = (latent) => {
    asked.push(latent[0]);
    return new Promise((resolve) => (free = () => resolve(new Float32Array(3))));
  };
  const show = (_, event, pictures, mark) => shown.push([event.step, pictures.map((one) => one === "quick"), mark]);
  const sharpening = createSharpening({ views: ["x", "x0"], paint, seen: () => "x0", show });
  const run = begin(DEFAULTS);
  for (const [at, value] of [2, 4, 8].entries()) {
    const x0 = new Float32Array(2048).fill(value);
    step(run, { x: x0, x0, cond: null, uncond: null, sigma: 1, attention: null });
    sharpening.next(run, { step: at }, ["quick", "quick"]);
  }
  await Promise.resolve();
  free();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(asked, [1, 4]);
  const sharpFirst = [[0, [true, true], "quick"], [0, [true, false], "sharp"]];
  assert.deepEqual(shown, sharpFirst);
  free();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(shown, [...sharpFirst, [1, [true, true], "quick"], [2, [true, false], "sharp"]]);
  sharpening.next(run, { step: 0 }, ["quick", "quick"]);
  sharpening.end();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(shown.length, 4);
});

test("a saved deck's run is taken up with its settings, and what the page takes otherwise is named", () => {
  const run = { sigmas: [9, 4, 0], prompt: "a tree", seed: "18446744073709551615", sampler: "uni_pc", guidance: 4 };
  const { settings, otherwise } = settingsIn({ trajectories: [{ ...run, negative: null, switch_at: null }] });
  assert.deepEqual(settings, {
    steps: 2, prompt: "a tree", seed: "18446744073709551615", sampler: "euler", guidance: 4,
  });
  assert.deepEqual(otherwise, ["sampler uni_pc"]);
});
