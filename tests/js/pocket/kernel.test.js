// The kernel: WebAssembly and plain JavaScript give the same numbers, for every function and odd sizes.

import assert from "node:assert/strict";
import test from "node:test";

import { createKernel, fastestKernel } from "../../../js/pocket/kernel/kernel.mjs";
import { createNoise } from "../../../js/pocket/noise.mjs";

const ROOM = 16384;
const fast = await createKernel(ROOM, fastestKernel());
const plain = await createKernel(ROOM, "plain");

/** Runs the same on both, in memories with the same noise in them, and compares all that is in there. */
function assertSame(run, spread = 1) {
  const noise = createNoise(5)(ROOM).map((value) => value * spread);
  for (const kernel of [fast, plain]) {
    kernel.floats.set(noise);
    run(kernel);
  }
  for (let i = 0; i < PANEL; i++) {
    const [a, b] = [fast.floats[i], plain.floats[i]];
    assert.ok(Math.abs(a - b) <= 2e-6 * Math.max(1, Math.abs(b)) || Object.is(a, b), `number ${i}: ${a} and ${b}`);
  }
}

const PANEL = 12288;
const [A, B, C, BIAS, TABLE] = [0, 2048, 4096, 8192, 10240].map((at) => at * 4);

for (const [rows, inner, columns] of [
  [4, 1, 8],
  [8, 27, 16],
  [12, 64, 24],
])
  test(`a product of ${rows} x ${inner} and ${inner} x ${columns}`, () =>
    assertSame(({ offsets, product }) => {
      offsets.set(
        Array.from({ length: inner }, (_, k) => k * columns * 4),
        TABLE / 4,
      );
      offsets.set(
        Array.from({ length: columns / 8 }, (_, tile) => tile * 32),
        TABLE / 4 + 128,
      );
      product(A, inner, B, TABLE, TABLE + 512, C, columns, rows, inner, columns, BIAS, PANEL * 4);
    }));

test("the activations, in the ranges that networks have", () => {
  for (const spread of [0.1, 1, 10, 60]) {
    assertSame(({ silu }) => silu(A, 1024), spread);
    assertSame(({ gelu }) => gelu(A, 1024), spread);
    assertSame(({ gate }) => gate(A, B, 1024), spread);
  }
});

test("shares of attention add up to 1, however large the numbers", () => {
  for (const spread of [1, 30]) {
    assertSame(({ softmax }) => softmax(A, 32, 16), spread);
    for (let column = 0; column < 16; column++) {
      const sum = Array.from({ length: 32 }, (_, row) => fast.floats[column + 16 * row]).reduce(
        (total, share) => total + share,
        0,
      );
      assert.ok(Math.abs(sum - 1) < 1e-5);
    }
  }
});
