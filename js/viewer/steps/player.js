// The clock of playing: calls tick() so many times a second, and holds the last state a moment before it loops.

const TICKS_PER_SECOND = 8;
const HOLD = 8;

/** tick() returns true where the picture now shown should be held. */
export function createPlayer(window, tick) {
  let frame = 0;
  let speed = 1;
  let last = null;
  let owed = 0;

  function run(now) {
    frame = window.requestAnimationFrame(run);
    owed += last === null ? 0 : ((now - last) / 1000) * TICKS_PER_SECOND * speed;
    last = now;
    if (owed < 1) return;
    owed = tick() ? -HOLD : Math.min(owed - 1, 1);
  }

  function stop() {
    window.cancelAnimationFrame(frame);
    frame = 0;
    last = null;
    owed = 0;
  }

  return {
    run: (atSpeed) => {
      speed = atSpeed;
      if (!frame) frame = window.requestAnimationFrame(run);
    },
    stop,
  };
}
