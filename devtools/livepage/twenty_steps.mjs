// Twenty guided steps of the pocket model in node: prints the processor time of each run and of each first guess.
// `live_page.py` asks.

import { readFileSync } from "node:fs";

import { createModel } from "../../js/pocket/model.mjs";
import { sample } from "../../js/pocket/run.mjs";
import { readWeights } from "../../js/pocket/weights.mjs";

const [weights, runs] = process.argv.slice(2);
const model = await createModel(readWeights(new Uint8Array(readFileSync(weights)).buffer));

const since = (began) => {
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1e6;
};

/** Seconds until the first guess, and until the end. */
function run() {
  const began = process.cpuUsage();
  const going = sample(model, { prompt: "a red lighthouse on a cliff at dusk", seed: 7, steps: 20, guidance: 5 });
  going.next();
  const first = since(began);
  while (!going.next().done);
  return { first, whole: since(began) };
}

run();
const taken = Array.from({ length: Number(runs) }, run);
console.log(
  JSON.stringify({
    kernel: model.kernel,
    seconds: taken.map(({ whole }) => whole),
    first: taken.map(({ first }) => first),
  }),
);
