// The viewer's "where they part" against the cases that the measures in Python are held to as well.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { lockOn } from "../../js/viewer/deck/lock.js";
import { partingIn, rms, THRESHOLD } from "../../js/viewer/cells/parting.js";

const cases = JSON.parse(readFileSync(new URL("./parting_cases.json", import.meta.url), "utf8"));

const bytes = (pixels) => Uint8ClampedArray.from(pixels.flatMap((colours) => [...colours, 255]));

test("one threshold on both sides", () => assert.equal(THRESHOLD, cases.threshold));

test("the distance of two pictures is that of the measures", () => {
  for (const { one, other, distance } of cases.pixels)
    assert.ok(Math.abs(rms(bytes(one), bytes(other)) - distance) < 1e-12);
});

test("two runs part where the measures say so", () => {
  for (const { given, found } of cases.distances) {
    const { largest, ...rest } = partingIn(given);
    assert.deepEqual({ ...rest, ...(largest !== undefined && { distance: largest }) }, found);
  }
});

test("runs stand together as the measures have them stand", () => {
  for (const { sigmas, read, at } of cases.standing) {
    const deck = { trajectories: sigmas.map((one) => ({ sigmas: one, steps: one.length - 1 })) };
    const together = lockOn(deck, { lock: "sigma", trajectory: null });
    const steps = Math.max(...sigmas.map((one) => one.length));
    assert.equal(together.read, read);
    assert.deepEqual(
      sigmas.map((_, index) => Array.from({ length: steps }, (_, step) => together.at(index, step))), at,
    );
  }
});
