// The model in JavaScript, part by part and run by run, held to the numbers of the real nodes in ComfyUI.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { createModel } from "../../../js/pocket/model.mjs";
import { readLora } from "../../../js/pocket/lora.mjs";
import { createNoise, slerp } from "../../../js/pocket/noise.mjs";
import { sample } from "../../../js/pocket/run.mjs";
import { readTensors } from "../../../js/pocket/safetensors.mjs";
import { SIGMA_DATA } from "../../../js/pocket/schedule.mjs";
import { heardIn, readIn, tokenize, weightedParts } from "../../../js/pocket/text.mjs";
import { readWeights, rounded } from "../../../js/pocket/weights.mjs";

const here = (path) => readFileSync(new URL(path, import.meta.url));
const bufferOf = (path) => new Uint8Array(here(path)).buffer;
const WEIGHTS = "../../../pocket/weights";

/** Largest difference to the real nodes' numbers, as a share of their spread. */
const TOLERANCE = 1e-3;

const references = readTensors(bufferOf("references.safetensors"));
const asked = JSON.parse(references.metadata.asked);
const reference = (name) => references.tensors.get(name).values;

const weights = readWeights(bufferOf(`${WEIGHTS}/pocket.safetensors`));
const model = await createModel(weights);
const plain = await createModel(weights, "plain");

function spreadOf(list) {
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
  return Math.sqrt(list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / list.length);
}

function assertNear(found, expected, tolerance = TOLERANCE) {
  assert.equal(found.length, expected.length);
  const furthest = found.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0);
  const allowed = tolerance * spreadOf(expected);
  assert.ok(furthest <= allowed, `differs by ${furthest}, allowed are ${allowed}`);
}

function finished(settings, from = model) {
  const run = sample(from, { ...asked, sampler: "euler", scheduler: "normal", ...settings });
  let next = run.next();
  while (!next.done) next = run.next();
  return next.value.x.map((value) => value / SIGMA_DATA);
}

/** Vectors [word, 128] as ComfyUI has them, from the page's [128, word]. */
const byWord = ({ vectors, words }) =>
  Float32Array.from(vectors, (_, i) => vectors[(i % 128) * words + Math.floor(i / 128)]);

for (const seed of asked.seeds)
  test(`the noise of seed ${seed} is torch's`, () =>
    assertNear(createNoise(seed)(2048), reference(`noise.${seed}`), 1e-5));

test("a stop between two noises is the pack's", () =>
  assertNear(slerp(createNoise(1)(2048), createNoise(2)(2048), 0.3), reference("between"), 1e-5));

test("prompts are read as ComfyUI reads them", () => {
  for (const [text, parts] of Object.entries(asked.weighted)) {
    assert.deepEqual(
      weightedParts(text).map(([part]) => part),
      parts.map(([part]) => part),
    );
    weightedParts(text).forEach(([, weight], i) => assert.ok(Math.abs(weight - parts[i][1]) < 1e-12));
  }
  assert.deepEqual(
    tokenize(asked.prompt)
      .flat()
      .map(([token]) => token),
    asked.tokens,
  );
});

for (const { prompt, read, ...heard } of JSON.parse(here("../../pocket/prompts.json")))
  test(`of "${prompt}" the words are read that Python reads, and the same is said of them`, () => {
    assert.equal(
      readIn(prompt)
        .map(([word]) => word)
        .join(" "),
      read,
    );
    assert.deepEqual(heardIn(prompt), heard);
  });

test("tags that are not known are as if they had never been written", () => {
  assert.deepEqual(tokenize("blurry, watermark, extra fingers"), tokenize(""));
  assert.deepEqual(
    tokenize("masterpiece, best quality, 8k, lighthouse, highly detailed"),
    tokenize("lighthouse"),
  );
});

[asked.prompt, ...Object.keys(asked.weighted)].forEach((text, i) =>
  test(`the text encoder hears "${text.slice(0, 40)}" as in ComfyUI`, () =>
    assertNear(byWord(model.encode(text)), reference(`text.${i}`), 1e-4)),
);

for (const [name, one] of Object.entries({ "with SIMD": model, "in plain JavaScript": plain }))
  test(`one guess is PyTorch's, ${name}`, () => {
    const x = createNoise(11)(2048).map((value) => value * 4);
    const [guess] = one.guess({ latents: [x], sigmas: [Math.fround(3.7)], prompts: [one.encode(asked.prompt)] });
    assertNear(guess, reference("guess"), 1e-4);
  });

test("pictures are decoded and encoded as PyTorch does it", () => {
  const decoded = reference("decoded");
  const planes = Float32Array.from(
    { length: decoded.length },
    (_, i) => decoded[(i % 16384) * 3 + Math.floor(i / 16384)],
  );
  assertNear(
    model.decode(createNoise(3)(2048)).map((value) => Math.min(1, Math.max(0, (value + 1) / 2))),
    planes,
    2e-3,
  );
  assertNear(model.encodePicture(planes.map((value) => value * 2 - 1)), reference("encoded"), 1e-4);
});

test("where there is SIMD, it is taken", () => assert.notEqual(model.kernel, "plain"));

for (const sampler of asked.samplers)
  for (const scheduler of asked.schedulers)
    test(`${sampler} with ${scheduler} ends where ComfyUI ends`, () =>
      assertNear(finished({ sampler, scheduler }), reference(`run.${sampler}.${scheduler}`)));

test("twenty guided steps end where ComfyUI ends", () =>
  assertNear(finished({ steps: 20 }), reference("run.20 steps")));
test("at guidance 1 the model is asked once a step", () =>
  assertNear(finished({ guidance: 1 }), reference("run.unguided")));
test("a run begins from a picture at a strength", () =>
  assertNear(finished({ start: reference("start"), strength: 0.6 }), reference("run.from a picture")));

for (const [name, sampler] of [
  ["masked", "euler"],
  ["masked ddim", "ddim"],
])
  test(`a run is ${name} as in ComfyUI`, () =>
    assertNear(
      finished({ start: reference("start"), strength: 0.8, mask: reference("mask"), sampler }),
      reference(`run.${name}`),
    ));

test("a LoRA cut to a rank, at a strength, changes the run as ComfyUI does", () => {
  const file = bufferOf(`${WEIGHTS}/loras/${asked.lora.file}`);
  const lora = readLora(readTensors(file), model.tensorNames);
  assert.equal(lora.rank, 8);
  assert.equal(lora.word, "blueprint");
  model.adapt({ lora, strength: asked.lora.strength, rank: asked.lora.rank });
  assertNear(finished({}), reference("run.lora"), 5e-3);
  model.adapt();
  assertNear(finished({}), reference("run.euler.normal"));
});

test("in 8 bits, as the page carries it, the picture stays within 40 dB", async () => {
  const small = await createModel(new Map([...weights].map(([name, tensor]) => [name, rounded(tensor)])));
  const [exact, page] = [model, small].map((one) =>
    one.decode(finished({ steps: 20 }, one)).map((value) => Math.min(1, Math.max(-1, value))),
  );
  const error = exact.reduce((sum, value, i) => sum + ((value - page[i]) / 2) ** 2, 0) / exact.length;
  const decibels = -10 * Math.log10(error);
  assert.ok(decibels >= 40, `${decibels.toFixed(1)} dB`);
});

test("asking about several pictures at once gives what each gives alone", () => {
  const latents = [1, 2, 3].map((seed) => createNoise(seed)(2048));
  const prompts = ["a red house", "the sea at night", ""].map(model.encode);
  const sigmas = [10, 1, 0.2];
  const together = model.guess({ latents, sigmas, prompts });
  latents.forEach((x, i) =>
    assertNear(together[i], model.guess({ latents: [x], sigmas: [sigmas[i]], prompts: [prompts[i]] })[0], 1e-5),
  );
});
