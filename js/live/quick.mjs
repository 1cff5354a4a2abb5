// A latent in quick colours: a sum for each place in place of a decoder. It is what the page shows until that has come.

import { PICTURE_SIDE } from "../pocket/autoencoder.mjs";
import { CHANNELS, PLACES, SIDE } from "../pocket/denoiser.mjs";

const WIDE = PICTURE_SIDE / SIDE;

/**
 * `factors` [channel, rgb] and `bias` [rgb] are those that ComfyUI's own previews of this model use. Gives
 * quick(latent): the planes [3, 128, 128] in -1..1 of a latent in the model's space, each place one colour.
 */
export const createQuick =
  ({ factors, bias }) =>
  (latent) => {
    const planes = new Float32Array(3 * PICTURE_SIDE * PICTURE_SIDE);
    for (let colour = 0; colour < 3; colour++)
      for (let place = 0; place < PLACES; place++) {
        let sum = bias[colour];
        for (let channel = 0; channel < CHANNELS; channel++)
          sum += latent[channel * PLACES + place] * factors[channel][colour];
        const corner = (colour * PICTURE_SIDE + Math.floor(place / SIDE) * WIDE) * PICTURE_SIDE + (place % SIDE) * WIDE;
        for (let row = 0; row < WIDE; row++)
          planes.fill(sum, corner + row * PICTURE_SIDE, corner + row * PICTURE_SIDE + WIDE);
      }
    return planes;
  };
