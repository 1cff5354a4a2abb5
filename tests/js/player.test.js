import assert from "node:assert/strict";
import test from "node:test";

import { createPlayer } from "../../js/viewer/steps/player.js";

/** A window whose frames come when the test says so. */
function clock() {
  let waiting = null;
  let now = 0;
  const window = {
    requestAnimationFrame: (run) => ((waiting = run), 1),
    cancelAnimationFrame: () => (waiting = null),
  };
  const pass = (milliseconds, frame = 16) => {
    for (const end = now + milliseconds; now < end; now += frame) waiting?.(now);
  };
  return { window, pass, idle: () => waiting === null };
}

function ticksIn(milliseconds, speed, frame) {
  const { window, pass } = clock();
  let ticks = 0;
  createPlayer(window, () => void (ticks += 1)).run(speed);
  pass(milliseconds, frame);
  return ticks;
}

test("twice the speed is twice the states", () => {
  const slow = ticksIn(4000, 1);
  assert.ok(Math.abs(slow - 32) <= 2, String(slow));
  assert.ok(Math.abs(ticksIn(4000, 2) - 2 * slow) <= 2);
  assert.ok(Math.abs(ticksIn(4000, 0.5) - slow / 2) <= 2);
});

test("a tab that slept does not catch up in one burst", () => {
  const { window, pass } = clock();
  let ticks = 0;
  createPlayer(window, () => void (ticks += 1)).run(1);
  pass(32);
  pass(60_000, 59_000);
  assert.ok(ticks <= 2, String(ticks));
});

test("a held state lasts longer than the others", () => {
  const { window, pass } = clock();
  let ticks = 0;
  createPlayer(window, () => ++ticks === 1).run(1);
  pass(900);
  assert.equal(ticks, 1);
  pass(600);
  assert.ok(ticks > 1);
});

test("a stopped player asks for no frame", () => {
  const { window, idle } = clock();
  const player = createPlayer(window, () => false);
  player.run(1);
  player.stop();
  assert.ok(idle());
});
