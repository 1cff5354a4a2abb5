// What runs beside the page: the model, asked by messages, so that the page stays smooth while it thinks.
//
// A message { id, task, ... } is answered by { id, result } or { id, error }, with any number of { id, event } before.

import { createModel } from "../pocket/model.mjs";
import { readLora } from "../pocket/lora.mjs";
import { readTensors } from "../pocket/safetensors.mjs";
import { sample } from "../pocket/run.mjs";
import { unpacked } from "../pocket/weights.mjs";
import { createWatcher } from "./watcher.mjs";

export function serve(scope) {
  let model = null;
  let names = [];
  const stopped = new Set();

  /** `part`: the beginning of the names of the weights that this worker needs; the others are left out. */
  async function open({ weights, parts, kernel }) {
    const { tensors } = unpacked(readTensors(weights));
    const own = new Map([...tensors].filter(([name]) => parts.some((part) => name.startsWith(part))));
    model = await createModel(own, kernel);
    names = model.tensorNames;
    return { kernel: model.kernel, bytes: model.memoryBytes };
  }

  /** A whole run, with an event before each step; { x, calls, sigmas, attention, seconds, complete } at its end. */
  async function run({ id, settings, lora }, tell) {
    const began = performance.now();
    model.adapt(lora ? { ...lora, lora: loraOf(lora.file) } : {});
    const watcher = createWatcher(settings.prompt);
    const going = sample(model, settings, watcher.watch);
    let next = going.next();
    for (; !next.done && !stopped.has(id); next = going.next()) {
      tell({ ...next.value, attention: watcher.taken() });
      await breath();
    }
    stopped.delete(id);
    return {
      ...(next.done ? next.value : { calls: null }),
      seconds: (performance.now() - began) / 1000,
      complete: next.done,
    };
  }

  const loraOf = (file) => readLora(unpacked(readTensors(file)), names);

  /** What a LoRA file holds, or one sentence that says why it cannot be used. */
  const look = ({ file }) => {
    const { rank, word, changes } = loraOf(file);
    return { rank, word, matrices: changes.size };
  };

  const tasks = {
    open,
    run,
    look,
    stop: ({ run: id }) => void stopped.add(id),
    paint: ({ latent }) => model.decode(latent),
    encode: ({ picture }) => model.encodePicture(picture),
    guess: ({ latent, sigma, prompt }) =>
      model.guess({ latents: [latent], sigmas: [sigma], prompts: [model.encode(prompt)] })[0],
  };

  scope.onmessage = async ({ data }) => {
    const { id, task } = data;
    try {
      const result = await tasks[task](data, (event) => scope.postMessage({ id, event }));
      scope.postMessage({ id, result });
    } catch (error) {
      scope.postMessage({ id, error: error.message });
    }
  };
}

/**
 * Lets messages in: one that says stop, for example.
 * @returns {Promise<void>}
 */
const breath = () =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
