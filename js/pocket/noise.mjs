// The numbers of torch.randn on a CPU: the same seed gives the same noise as in ComfyUI.
//
// mt19937 (Matsumoto and Nishimura 1998) gives 32 bits at a time, 24 of them make a number in 0..1, and sixteen of
// those become sixteen normal ones: eight radii and eight angles (Box and Muller 1958).

const SIZE = 624;
const SHIFT = 397;
const BLOCK = 16;

/** A stream of noise: each call gives the next `count` numbers. `seed` is a number, text or BigInt of up to 64 bits. */
export function createNoise(seed) {
  const next = mersenne(Number(BigInt.asUintN(32, BigInt(seed))));
  return (count) => {
    if (count % BLOCK) throw new Error(`noise comes in blocks of ${BLOCK} numbers, not ${count}`);
    const numbers = Float32Array.from({ length: count }, () => (next() & 0xffffff) / 2 ** 24);
    for (let start = 0; start < count; start += BLOCK) normal(numbers, start);
    return numbers;
  };
}

function normal(numbers, start) {
  for (let i = start; i < start + BLOCK / 2; i++) {
    const radius = Math.sqrt(-2 * Math.log(1 - numbers[i]));
    const angle = 2 * Math.PI * numbers[i + BLOCK / 2];
    numbers[i] = radius * Math.cos(angle);
    numbers[i + BLOCK / 2] = radius * Math.sin(angle);
  }
}

function mersenne(seed) {
  const state = new Uint32Array(SIZE);
  state[0] = seed;
  for (let i = 1; i < SIZE; i++) state[i] = Math.imul(state[i - 1] ^ (state[i - 1] >>> 30), 1812433253) + i;
  let at = SIZE;
  return () => {
    if (at === SIZE) at = twist(state);
    let bits = state[at++];
    bits ^= bits >>> 11;
    bits ^= (bits << 7) & 0x9d2c5680;
    bits ^= (bits << 15) & 0xefc60000;
    return (bits ^ (bits >>> 18)) >>> 0;
  };
}

function twist(state) {
  for (let i = 0; i < SIZE; i++) {
    const bits = (state[i] & 0x80000000) | (state[(i + 1) % SIZE] & 0x7fffffff);
    state[i] = state[(i + SHIFT) % SIZE] ^ (bits >>> 1) ^ (bits & 1 ? 0x9908b0df : 0);
  }
  return 0;
}

/**
 * Between two noises, 0..1 of the way along the great circle of their directions (Shoemake 1985); the length goes
 * evenly. A straight line would lead through the inside of the sphere that noise lies on, where it is too faint.
 */
export function slerp(a, b, way) {
  const [long, wide] = [lengthOf(a), lengthOf(b)];
  const [near, far] = [a.map((v, i) => v / long - b[i] / wide), a.map((v, i) => v / long + b[i] / wide)];
  const angle = 2 * Math.atan2(lengthOf(near), lengthOf(far));
  if (angle === 0) return a.slice();
  const length = (1 - way) * long + way * wide;
  const [left, right] = [Math.sin((1 - way) * angle) / Math.sin(angle), Math.sin(way * angle) / Math.sin(angle)];
  return a.map((v, i) => length * ((left * v) / long + (right * b[i]) / wide));
}

const lengthOf = (list) => Math.sqrt(list.reduce((sum, value) => sum + value * value, 0));
