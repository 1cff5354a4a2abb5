// The pocket model, put together: text encoder, denoiser and autoencoder over one table of weights.

import { createAttention } from "./attention.mjs";
import { createAutoencoder } from "./autoencoder.mjs";
import { createDenoiser } from "./denoiser.mjs";
import { createKernel } from "./kernel/kernel.mjs";
import { createLayers } from "./layers.mjs";
import { update } from "./lora.mjs";
import { createMemory, roomFor } from "./memory.mjs";
import { createMoves } from "./moving.mjs";
import { createTextEncoder } from "./text.mjs";

const UNET = "diffusion_model.";

/** The model over its weights, with the fastest kernel there is unless `kind` names one. */
export async function createModel(weights, kind) {
  const kernel = await createKernel(roomFor(weights), kind);
  const memory = createMemory(kernel, weights);
  const unet = partOf(memory, UNET);
  const denoiser = createDenoiser(unet, { ...unet.parts, attention: createAttention(unet, unet.parts.layers) });
  const text = partOf(memory, "text_encoder.");
  const pictures = partOf(memory, "autoencoder.");
  const { decode, encode: encodePicture } = createAutoencoder(pictures, pictures.parts);
  const tensorNames = [...weights.keys()]
    .filter((name) => name.startsWith(UNET))
    .map((name) => name.slice(UNET.length));
  let changed = new Set();

  /** The U-Net with { lora, strength, rank }, or with none: always from its own weights. */
  function adapt({ lora = null, strength = 1, rank = Infinity } = {}) {
    for (const name of changed) unet.write(name, weights.get(UNET + name).values);
    changed = new Set(lora && strength !== 0 ? lora.changes.keys() : []);
    for (const name of changed) {
      const delta = update(lora.changes.get(name), strength, rank ?? Infinity);
      const { values } = weights.get(UNET + name);
      if (delta.length !== values.length) throw new Error(`this LoRA does not fit the pocket model at ${name}`);
      unet.write(
        name,
        values.map((value, i) => value + delta[i]),
      );
    }
  }

  return {
    encode: createTextEncoder(text, text.parts).encode,
    guess: denoiser.guess,
    decode,
    encodePicture,
    adapt,
    tensorNames,
    kernel: kernel.kind,
    memoryBytes: kernel.floats.byteLength,
  };
}

/** A memory that knows its weights by their names within one part of the model, with the layers that use them. */
function partOf(memory, prefix) {
  const named =
    (f) =>
    (name, ...rest) =>
      f(prefix + name, ...rest);
  const part = {
    ...memory,
    weight: named(memory.weight),
    values: named(memory.values),
    has: named(memory.has),
    write: named(memory.write),
  };
  return { ...part, parts: { layers: createLayers(part), moves: createMoves(part) } };
}
