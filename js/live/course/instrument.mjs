// A lesson's instrument: what its graph does, done by the page, with the settings that its text asks to change.

import { createLab } from "../../viewer/lab/lab.js";
import { createForward } from "./forward.mjs";
import { createRuns } from "./runs.mjs";

/**
 * `told` is what devtools/livepage/instrument.py read from the graph; `engine` the promise of one. warning() gives a
 * sentence for whoever runs without a prediction; ran() hears of each run that has ended.
 *
 * Returns { element, run(), point(target), end() }; point gives null, or the panel's word for why it could not.
 */
export function createInstrument(scope, given) {
  if (given.told.kind === "lab") return labs(scope, given.told.labs);
  if (given.told.kind === "forward") return createForward(scope, given);
  return createRuns(scope, given);
}

function labs(scope, payloads) {
  const views = payloads.map((payload) => {
    const lab = createLab({ document: scope.document });
    lab.show(payload);
    return lab;
  });
  const frames = views.map(({ element }) => scope.make("div", { class: "lc-lab" }, element));
  return {
    element: scope.make("div", { class: "lc-instrument" }, ...frames),
    run: () => {},
    point: () => null,
    end: () => views.forEach((lab) => lab.destroy()),
  };
}
