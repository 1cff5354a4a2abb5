// Samplers: from noise to a picture, step by step, by asking the model what it believes and going some of the way.
//
// Each is a generator. It yields { x, sigma } and is answered with the model's guess x0 there; `step` marks where a
// step begins. It returns the last x. (Karras et al. 2022 calls a step's direction d = (x - x0) / sigma.)

const mix = (f, ...lists) => lists[0].map((_, i) => f(...lists.map((list) => list[i])));

/** From x towards x0, down to a noise level: the straight line through both (Karras et al. 2022, algorithm 1). */
const towards = (x, x0, sigma, next) => mix((v, goal) => v + ((v - goal) / sigma) * (next - sigma), x, x0);

function* euler(x, sigmas) {
  for (let i = 0; i < sigmas.length - 1; i++)
    x = towards(x, yield { x, sigma: sigmas[i], step: i }, sigmas[i], sigmas[i + 1]);
  return x;
}

/** Looks where the line leads, asks there too, and goes by the mean of both directions (the same algorithm, whole). */
function* heun(x, sigmas) {
  for (let i = 0; i < sigmas.length - 1; i++) {
    const [sigma, next] = [sigmas[i], sigmas[i + 1]];
    const x0 = yield { x, sigma, step: i };
    const ahead = towards(x, x0, sigma, next);
    if (next === 0) x = ahead;
    else {
      const x0Ahead = yield { x: ahead, sigma: next };
      const direction = mix((v, goal, w, aim) => ((v - goal) / sigma + (w - aim) / next) / 2, x, x0, ahead, x0Ahead);
      x = mix((v, d) => v + d * (next - sigma), x, direction);
    }
  }
  return x;
}

/** Remembers the last guess and goes on in the bend of the two (Lu et al. 2022, DPM-Solver++, algorithm 2). */
function* dpmpp2m(x, sigmas) {
  let before = null;
  for (let i = 0; i < sigmas.length - 1; i++) {
    const [sigma, next] = [sigmas[i], sigmas[i + 1]];
    const x0 = yield { x, sigma, step: i };
    const bend = before && next > 0 ? Math.log(sigma / next) / Math.log(sigmas[i - 1] / sigma) / 2 : 0;
    const goal = bend ? mix((now, then) => now + bend * (now - then), x0, before) : x0;
    x = mix((v, aim) => (next / sigma) * v + (1 - next / sigma) * aim, x, goal);
    before = x0;
  }
  return x;
}

/** Goes further down than asked and comes back up with fresh noise. */
function* eulerAncestral(x, sigmas, noise) {
  for (let i = 0; i < sigmas.length - 1; i++) {
    const [sigma, next] = [sigmas[i], sigmas[i + 1]];
    const x0 = yield { x, sigma, step: i };
    const up = Math.min(next, Math.sqrt((next ** 2 * (sigma ** 2 - next ** 2)) / sigma ** 2));
    const down = Math.sqrt(next ** 2 - up ** 2);
    x = down === 0 ? x0 : mix((v, fresh) => v + fresh * up, towards(x, x0, sigma, down), noise(x.length));
  }
  return x;
}

/** Believes every guess and adds noise again (Luo et al. 2023, latent consistency models). */
function* lcm(x, sigmas, noise) {
  for (let i = 0; i < sigmas.length - 1; i++) {
    const next = sigmas[i + 1];
    x = yield { x, sigma: sigmas[i], step: i };
    if (next > 0) x = mix((v, fresh) => v + fresh * next, x, noise(x.length));
  }
  return x;
}

/** By ComfyUI's names. Its ddim is euler with other noise under a mask; (x, sigmas, noise) go in. */
export const SAMPLERS = { euler, heun, dpmpp_2m: dpmpp2m, ddim: euler, euler_ancestral: eulerAncestral, lcm };
