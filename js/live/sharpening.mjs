// While a run goes on: the newest state decoded in the view that is looked at, each time the decoder is free.

import { pictureOf } from "./views.mjs";

/**
 * paint(latent) decodes; seen() names the view on the stage, one of `views`; show(run, event, pictures, mark) shows
 * the pictures of all views of a state. The first state is shown at once, in quick colours; from then on the stage
 * follows the decoder, and what it had no time for is shown in quick colours before what it had.
 */
export function createSharpening({ views, paint, seen, show }) {
  let waiting = [];
  let begun = false;
  let busy = false;
  let ended = false;

  /** `pictures` are those in quick colours, one for each view. */
  function next(run, event, pictures) {
    if (!begun) show(run, event, pictures, "quick");
    begun = true;
    waiting.push({ run, event, pictures });
    if (!busy) void work();
  }

  async function work() {
    busy = true;
    while (waiting.length && !ended) {
      const { run, event, pictures } = waiting.at(-1);
      const passed = waiting.slice(0, -1);
      waiting = [];
      const view = seen();
      const sharp = await pictureOf(run, view, event.step, null, paint);
      if (ended) return;
      for (const one of passed) show(run, one.event, one.pictures, "quick");
      show(run, event, pictures.map((quick, row) => (views[row] === view ? sharp : quick)), "sharp");
    }
    busy = false;
  }

  return { next, end: () => (ended = true) };
}
