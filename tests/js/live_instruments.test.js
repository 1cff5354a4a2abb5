// The two instruments below the live page: corruption per pixel, and the world in which the best denoiser is known.

import assert from "node:assert/strict";
import test from "node:test";

import { corrupt, factorsAt, pixelNoise } from "../../js/live/corruption.mjs";
import { HEAP_SPREAD, WORLD, denoised, guesses, landed, levels, way } from "../../js/live/mixture.mjs";
import { createNoise } from "../../js/pocket/noise.mjs";

const COUNT = 128 * 128;

test("the factors of picture and noise are those of Stable Diffusion's schedule", () => {
  for (const t of [0, 250, 999]) {
    const { picture, noise } = factorsAt(t);
    assert.ok(Math.abs(picture ** 2 + noise ** 2 - 1) < 1e-12);
  }
  assert.ok(Math.abs(factorsAt(0).picture ** 2 - (1 - 0.00085)) < 1e-12);
  assert.ok(Math.abs(factorsAt(999).picture ** 2 - 0.00466) < 1e-4);
});

test("every pixel is picture and noise in these shares", () => {
  const planes = Float32Array.from({ length: 3 * COUNT }, (_, i) => Math.sin(i / 500));
  const [noise, image] = [pixelNoise(), { data: new Uint8ClampedArray(4 * COUNT) }];
  corrupt(planes, noise, 400, image);
  for (const [pixel, colour] of [
    [0, 0],
    [777, 1],
    [COUNT - 1, 2],
  ]) {
    const at = colour * COUNT + pixel;
    const value = planes[at] * factorsAt(400).picture + noise[at] * factorsAt(400).noise;
    const expected = Math.min(255, Math.max(0, (value + 1) * 127.5));
    assert.ok(Math.abs(image.data[4 * pixel + colour] - expected) <= 0.51);
  }
});

/** The mean of pictures by chance: drawn, noised, and kept where they come near the point. */
function byChance(point, sigma, draws = 400000) {
  const heaps = Object.values(WORLD).flat();
  const random = createNoise(3)(draws * 4);
  const near = 0.08;
  const kept = [0, 0, 0];
  for (let i = 0; i < draws; i++) {
    const [a, b] = heaps[i % heaps.length];
    const picture = [a + HEAP_SPREAD * random[4 * i], b + HEAP_SPREAD * random[4 * i + 1]];
    const noisy = [picture[0] + sigma * random[4 * i + 2], picture[1] + sigma * random[4 * i + 3]];
    if (Math.hypot(noisy[0] - point[0], noisy[1] - point[1]) > near) continue;
    kept[0]++;
    kept[1] += picture[0];
    kept[2] += picture[1];
  }
  return [kept[1] / kept[0], kept[2] / kept[0]];
}

for (const [point, sigma] of [
  [[0.2, 0.3], 0.5],
  [[-0.5, 0.1], 0.3],
  [[1, -0.5], 1],
])
  test(`the denoiser at ${point} and sigma ${sigma} is the mean of all that it could have been`, () => {
    const [exact, chance] = [denoised(point, sigma), byChance(point, sigma)];
    exact.forEach((value, i) => assert.ok(Math.abs(value - chance[i]) < 0.03, `${exact} and ${chance}`));
  });

test("guidance goes on in the direction from the guess without the word to the guess with it", () => {
  const { uncond, cond, guided } = guesses([0.1, 0.1], 0.6, { word: "above", guidance: 3 });
  guided.forEach((value, i) => assert.ok(Math.abs(value - (uncond[i] + 3 * (cond[i] - uncond[i]))) < 1e-12));
  assert.equal(guesses([0.1, 0.1], 0.6, { word: "", guidance: 3 }).cond, null);
});

const ends = (asked) => {
  const noise = createNoise(1)(480);
  return Array.from({ length: 240 }, (_, i) => way([noise[2 * i], noise[2 * i + 1]], asked).at(-1));
};

test("with many steps the points end on pictures, with two steps two of three miss, as the page says", () => {
  assert.ok(landed(ends({ word: "", guidance: 1, steps: 40 }), "") > 0.98);
  const few = landed(ends({ word: "", guidance: 1, steps: 2 }), "");
  assert.ok(few > 0.28 && few < 0.4, `${few}`);
});

test("strong guidance leaves the other word, as the page says", () => {
  const middle = (guidance) => ends({ word: "above", guidance, steps: 20 }).reduce((sum, [x]) => sum + x / 240, 0);
  assert.ok(middle(8) < middle(2) - 0.3);
});

test("at the start every guess is near the middle of all pictures, as the page says", () => {
  assert.ok(Math.hypot(...denoised([3, 2], levels(20)[0])) < 0.1);
});
