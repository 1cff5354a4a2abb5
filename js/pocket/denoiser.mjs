// The denoiser: it is shown a noisy latent and asked which noise is in it. Everything else follows from that answer.
//
// A U-Net: 16 x 16 places of 64 numbers, 8 x 8 places of 128, and back; on the way up, what the way down knew is joined
// in again. At each size residual blocks look at neighbours and hear how noisy it is, and transformers read the prompt.

import { SIGMA_DATA, sigmaOf, timestepOf } from "./schedule.mjs";

export const CHANNELS = 8;
export const SIDE = 16;
export const PLACES = SIDE * SIDE;
export const LATENT = CHANNELS * PLACES;
const GROUPS = 32;
const TIME_WAVES = 32;

export function createDenoiser(memory, { layers, moves, attention }) {
  const { linear, vector, bordered, convolve, groupNorm, layerNorm, add, addToChannels, silu, gated } = layers;
  const { joined, halved, doubled } = moves;

  const activated = (x, name) => silu(groupNorm(x, name, GROUPS, { border: true }));

  /** x plus what two convolutions make of it; between them every channel hears how noisy the picture is. */
  function residual(x, name, time) {
    return memory.keep(() => {
      let h = convolve(activated(x, `${name}.in_layers.0`), `${name}.in_layers.2`);
      h = addToChannels(
        h,
        shared(time, (numbers) => vector(numbers, `${name}.emb_layers.1`)),
      );
      h = convolve(activated(h, `${name}.out_layers.0`), `${name}.out_layers.3`);
      return add(h, memory.has(`${name}.skip_connection.weight`) ? linear(x, `${name}.skip_connection`) : x);
    });
  }

  /** Places ask places (or words a first time, where pictures are large), then words; then each thinks for itself. */
  function transformer(x, name, { prompts, watch }, placesAsk) {
    const block = `${name}.transformer_blocks.0`;
    const words = (from, layer) => attention.toWords(from, `${block}.${layer}`, prompts, watch);
    return memory.keep(() => {
      const h = linear(groupNorm(x, `${name}.norm`, GROUPS, { epsilon: 1e-6 }), `${name}.proj_in`);
      const first = layerNorm(h, `${block}.norm1`);
      add(h, placesAsk ? attention.toPlaces(first, `${block}.attn1`) : words(first, "attn1"));
      add(h, words(layerNorm(h, `${block}.norm2`), "attn2"));
      add(h, linear(gated(linear(layerNorm(h, `${block}.norm3`), `${block}.ff.net.0.proj`)), `${block}.ff.net.2`));
      return add(linear(h, `${name}.proj_out`), x);
    });
  }

  /** The network from top to bottom: a scaled noisy latent, timesteps and prompts in, its raw answer out. */
  function network(latents, timesteps, asked) {
    const time = shared(timesteps, timeVector);
    const coarse = (x, name) => transformer(residual(x, `${name}.0`, time), `${name}.1`, asked, true);
    const fine = (x, name) => transformer(residual(x, `${name}.0`, time), `${name}.1`, asked, false);

    const down0 = convolve(bordered(withCoordinates(latents)), "input_blocks.0.0"); // 16 x 16 places of 64 numbers
    const down1 = fine(down0, "input_blocks.1");
    const down2 = halved(down1); // 8 x 8
    const down3 = coarse(down2, "input_blocks.3"); // of 128

    let h = residual(down3, "middle_block.0", time);
    h = residual(transformer(h, "middle_block.1", asked, true), "middle_block.2", time);

    h = coarse(joined(h, down3), "output_blocks.0");
    h = residual(joined(h, down2), "output_blocks.1.0", time);
    h = fine(joined(doubled(h), down1), "output_blocks.2"); // 16 x 16
    h = residual(joined(h, down0), "output_blocks.3.0", time);
    return convolve(activated(h, "out.0"), "out.2"); // 8 numbers a place again
  }

  /** How noisy it is, as 256 numbers: waves of many lengths along the timesteps, and two layers. */
  function timeVector(timestep) {
    const angles = Array.from(
      { length: TIME_WAVES },
      (_, i) => timestep * Math.exp((-Math.log(10000) * i) / TIME_WAVES),
    );
    const waves = Float32Array.from([...angles.map(Math.cos), ...angles.map(Math.sin)]);
    const vectorSilu = (list) => list.map((x) => x / (1 + Math.exp(-x)));
    return vectorSilu(vector(vectorSilu(vector(waves, "time_embed.0")), "time_embed.2"));
  }

  /** Six more channels tell each place where it is: a convolution cannot know left from right. */
  function withCoordinates(latents) {
    return joined(latents, memory.filled(6, latents.items, PLACES, coordinates(latents.items)));
  }

  /**
   * What the model believes the finished latents are: x0 = x - sigma eps. `asked`: { latents: a list of Float32Array
   * [8, 16, 16], sigmas: one for each, prompts: one for each, watch }. All are worked on together.
   */
  function guess({ latents, sigmas, ...asked }) {
    return memory.scratch(() => {
      const timesteps = sigmas.map(timestepOf);
      const scaled = latents.map((x, i) => x.map(times(1 / Math.hypot(sigmas[i], SIGMA_DATA))));
      const raw = network(memory.filled(CHANNELS, latents.length, PLACES, interleaved(scaled)), timesteps, asked);
      const answers = separated(memory.view(raw), latents.length);
      return latents.map((x, i) => {
        const noise = noiseFrom(answers[i], scaled[i], sigmaOf(timesteps[i]));
        return x.map((v, at) => v - sigmas[i] * noise[at]);
      });
    });
  }

  return { guess };
}

/** The noise that a raw answer F stands for: x0 = c_skip x + c_out F (Karras et al. 2022, eq. 7 and table 1). */
function noiseFrom(raw, scaled, sigma) {
  const spread = Math.hypot(sigma, SIGMA_DATA);
  return raw.map((answer, at) => (sigma * scaled[at] - SIGMA_DATA * answer) / spread);
}

const times = (factor) => (value) => value * factor;

/** f of each, worked out once for those that are the same. */
function shared(list, f) {
  const known = new Map(list.map((input) => [input, null]));
  for (const input of known.keys()) known.set(input, f(input));
  return list.map((input) => known.get(input));
}

/** Latents one after another, laid as a map: channel after channel, in each channel item after item. */
function interleaved(latents) {
  const mixed = new Float32Array(latents.length * LATENT);
  latents.forEach((latent, item) => {
    for (let channel = 0; channel < CHANNELS; channel++)
      mixed.set(latent.subarray(channel * PLACES, (channel + 1) * PLACES), (channel * latents.length + item) * PLACES);
  });
  return mixed;
}

function separated(mixed, items) {
  return Array.from({ length: items }, (_, item) => {
    const latent = new Float32Array(LATENT);
    for (let channel = 0; channel < CHANNELS; channel++) {
      const from = (channel * items + item) * PLACES;
      latent.set(mixed.subarray(from, from + PLACES), channel * PLACES);
    }
    return latent;
  });
}

function coordinates(items) {
  const along = (i) => -1 + (2 * i) / (SIDE - 1);
  const channels = [
    (right) => right,
    (right, down) => down,
    (right) => Math.sin(Math.PI * right),
    (right) => Math.cos(Math.PI * right),
    (right, down) => Math.sin(Math.PI * down),
    (right, down) => Math.cos(Math.PI * down),
  ];
  return channels.flatMap((wave) => {
    const plane = Array.from({ length: PLACES }, (_, at) => wave(along(at % SIDE), along(Math.floor(at / SIDE))));
    return Array.from({ length: items }, () => plane).flat();
  });
}
