// The first step, and there the first quantity, in which the numbers of two runs differ: causes before what they cause.

/** Relative: what is nearer is taken for the same, as one schedule computed twice differs in its last digits. */
export const SAME = 1e-3;

/** In the order in which one makes the other. */
const QUANTITIES = {
  sigma: (one) => one.sigmas,
  guidance: (one) => one.guidance_scales ?? [],
  pull: (one) => one.pull ?? [],
  change: (one) => one.change ?? [],
};

/** { quantity, step, values }, or null where all that both have is the same. Two noises have no numbers here. */
export function firstDifference(one, other) {
  if (one.noise && other.noise && one.noise !== other.noise) return { quantity: "noise", step: 0, values: [] };
  const last = Math.min(one.sigmas.length, other.sigmas.length);
  for (let step = 0; step < last; step++)
    for (const [quantity, read] of Object.entries(QUANTITIES)) {
      const values = [read(one)[step], read(other)[step]];
      if (values.every(Number.isFinite) && apart(...values)) return { quantity, step, values };
    }
  return null;
}

const apart = (a, b) => Math.abs(a - b) > SAME * Math.max(Math.abs(a), Math.abs(b));
