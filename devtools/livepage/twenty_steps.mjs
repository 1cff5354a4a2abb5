// Twenty guided steps of the pocket model in node: prints the processor time of each run, in seconds. `live_page.py` asks.

import { readFileSync } from "node:fs";

import { createModel } from "../../js/pocket/model.mjs";
import { sample } from "../../js/pocket/run.mjs";
import { readWeights } from "../../js/pocket/weights.mjs";

const [weights, runs] = process.argv.slice(2);
const model = await createModel(readWeights(new Uint8Array(readFileSync(weights)).buffer));

function run() {
  const going = sample(model, { prompt: "a red lighthouse on a cliff at dusk", seed: 7, steps: 20, guidance: 5 });
  while (!going.next().done);
}

run();
const seconds = Array.from({ length: Number(runs) }, () => {
  const began = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
});
console.log(JSON.stringify({ kernel: model.kernel, seconds }));
