// The two workers behind the page: one samples, one paints what came, so that neither waits for the other.

/** `start()` gives a new Worker; `weights` are the bytes of the model's file. */
export async function createEngine({ start, weights, kernel }) {
  const sampler = createAsker(start());
  const painter = createAsker(start());
  const [opened] = await Promise.all([
    sampler.ask("open", { weights, kernel, parts: ["diffusion_model.", "text_encoder."] }),
    painter.ask("open", { weights, kernel, parts: ["autoencoder."] }),
  ]);
  let going = null;

  /** One run; `tell` hears of each step. A second one waits for the first. */
  async function run(settings, lora, tell) {
    while (going) await going.done.catch(() => {});
    const asked = sampler.ask("run", { settings, lora }, tell);
    going = { id: asked.id, done: asked };
    try {
      return await asked;
    } finally {
      going = null;
    }
  }

  return {
    ...opened,
    run,
    stop: () => going && sampler.ask("stop", { run: going.id }),
    look: (file) => sampler.ask("look", { file }),
    guess: (latent, sigma, prompt) => sampler.ask("guess", { latent, sigma, prompt }),
    paint: (latent) => painter.ask("paint", { latent }),
    encode: (picture) => painter.ask("encode", { picture }),
    end: () => [sampler, painter].forEach((one) => one.end()),
  };
}

/** ask(task, asked, tell) gives a promise with an `id`; events of the task go to `tell`. */
function createAsker(worker) {
  const waiting = new Map();
  let last = 0;

  worker.onmessage = ({ data: { id, event, result, error } }) => {
    const one = waiting.get(id);
    if (event !== undefined) return one.tell(event);
    waiting.delete(id);
    if (error !== undefined) one.fail(new Error(error));
    else one.done(result);
  };
  worker.onerror = (event) => {
    for (const one of waiting.values()) one.fail(new Error(event.message || "the model could not be started"));
    waiting.clear();
  };

  function ask(task, asked = {}, tell = () => {}) {
    const id = ++last;
    const answer = new Promise((done, fail) => waiting.set(id, { done, fail, tell }));
    worker.postMessage({ ...asked, id, task });
    return Object.assign(answer, { id });
  }

  return { ask, end: () => worker.terminate() };
}
