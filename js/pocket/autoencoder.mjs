// Pictures to latents and back: 128 x 128 x 3 numbers become 16 x 16 x 8, a 24th; the denoiser only ever sees those.

import { CHANNELS, PLACES, SIDE } from "./denoiser.mjs";

export const PICTURE_SIDE = 128;
const PIXELS = PICTURE_SIDE * PICTURE_SIDE;
const GROUPS = 8;

/** The oil style's brush dabs repeat every 4 latent places: the decoder is told where on the canvas it is. */
const CANVAS = 4;

export function createAutoencoder(memory, { layers, moves }) {
  const { linear, bordered, convolve, groupNorm, add, silu } = layers;
  const { joined, everySecond, shuffled, unshuffled } = moves;

  const activated = (x, name) => silu(groupNorm(x, name, GROUPS, { border: true }));

  function residual(x, name) {
    const h = convolve(activated(x, `${name}.branch.0`), `${name}.branch.2`);
    return add(convolve(activated(h, `${name}.branch.3`), `${name}.branch.5`), x);
  }

  function decoder(latent) {
    let h = convolve(bordered(joined(latent, memory.filled(4, 1, PLACES, canvasWaves()))), "decoder.0");
    h = residual(residual(h, "decoder.1"), "decoder.2"); // 16 x 16 places of 128 numbers
    h = convolve(bordered(shuffled(linear(h, "decoder.3.0"))), "decoder.4");
    h = residual(residual(h, "decoder.5"), "decoder.6"); // 32 x 32 of 80
    h = silu(residual(shuffled(linear(h, "decoder.7.0")), "decoder.8")); // 64 x 64 of 40
    h = silu(shuffled(convolve(bordered(h), "decoder.10"))); // 128 x 128 of 16
    return convolve(bordered(h), "decoder.13"); // red, green, blue
  }

  function encoder(picture) {
    let h = convolve(bordered(unshuffled(picture, 4)), "encoder.1"); // 32 x 32 of 48
    h = everySecond(convolve(bordered(residual(h, "encoder.2")), "encoder.3")); // 16 x 16 of 96
    h = residual(residual(h, "encoder.4"), "encoder.5");
    return convolve(activated(h, "encoder.6"), "encoder.8"); // mean and log variance
  }

  /** A latent of unit variance [8, 16, 16] to a picture [3, 128, 128], about -1..1. */
  function decode(latent) {
    return memory.scratch(() => {
      const own = latent.map((value, at) => value * spreads()[at >> 8] + means()[at >> 8]);
      return memory.view(decoder(memory.filled(CHANNELS, 1, PLACES, own))).slice(0, 3 * PIXELS);
    });
  }

  /** A picture [3, 128, 128] in -1..1 to the latent of unit variance that the encoder thinks likeliest. */
  function encode(picture) {
    return memory.scratch(() => {
      const own = memory.view(encoder(memory.filled(3, 1, PIXELS, picture))).slice(0, CHANNELS * PLACES);
      return own.map((value, at) => (value - means()[at >> 8]) / spreads()[at >> 8]);
    });
  }

  const means = () => memory.values("mean");
  const spreads = () => memory.values("std");

  return { decode, encode };
}

function canvasWaves() {
  const turn = (place) => (2 * Math.PI * place) / CANVAS;
  const waves = [
    (row) => Math.sin(turn(row)),
    (row) => Math.cos(turn(row)),
    (_, column) => Math.sin(turn(column)),
    (_, column) => Math.cos(turn(column)),
  ];
  return waves.flatMap((wave) => Array.from({ length: PLACES }, (_, at) => wave(Math.floor(at / SIDE), at % SIDE)));
}
