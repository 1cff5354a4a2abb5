// What training does to a picture: the same noise, more and more of it, computed for every pixel.

import { PICTURE_SIDE } from "../pocket/autoencoder.mjs";
import { createNoise } from "../pocket/noise.mjs";
import { ALPHA_BARS } from "../pocket/schedule.mjs";

const NOISE_SEED = 1;

/** One noise throughout, [3, 128, 128]. */
export const pixelNoise = () => createNoise(NOISE_SEED)(3 * PICTURE_SIDE * PICTURE_SIDE);

/** The two factors at a timestep: x_t = sqrt(abar) x0 + sqrt(1 - abar) eps (Ho et al. 2020, eq. 4). */
export const factorsAt = (t) => ({ picture: Math.sqrt(ALPHA_BARS[t]), noise: Math.sqrt(1 - ALPHA_BARS[t]) });

/** Planes [3, 128, 128] in -1..1 under noise, written into the pixels of an image. */
export function corrupt(planes, noise, t, { data }) {
  const { picture, noise: loud } = factorsAt(t);
  const count = planes.length / 3;
  for (let i = 0, at = 0; i < count; i++, at += 4) {
    for (let colour = 0, from = i; colour < 3; colour++, from += count)
      data[at + colour] = (planes[from] * picture + noise[from] * loud + 1) * 127.5;
    data[at + 3] = 255;
  }
}
