// The kernel in plain JavaScript, what kernel.ts says: for browsers without WebAssembly SIMD, and to test it.

/** The kernel over an ArrayBuffer; addresses are in bytes, as in WebAssembly. */
export function plainKernel(buffer) {
  const F = new Float32Array(buffer);
  const U = new Uint32Array(buffer);

  function product(A, aStride, B, offsets, starts, C, cStride, rows, inner, columns, bias) {
    for (let row = 0; row < rows; row++)
      for (let tile = 0; tile < columns / 8; tile++) {
        const from = (B + U[(starts >> 2) + tile]) >> 2;
        const sums = new Float32Array(8).fill(F[(bias >> 2) + row]);
        for (let k = 0; k < inner; k++) {
          const a = F[(A >> 2) + row * aStride + k];
          const b = from + (U[(offsets >> 2) + k] >> 2);
          for (let column = 0; column < 8; column++) sums[column] += a * F[b + column];
        }
        F.set(sums, (C >> 2) + row * cStride + tile * 8);
      }
  }

  const each = (x, count, f) => {
    for (let i = x >> 2, end = i + count; i < end; i++) F[i] = f(F[i]);
  };

  function softmax(x, rows, columns) {
    const start = x >> 2;
    for (let column = start; column < start + columns; column++) {
      const places = Array.from({ length: rows }, (_, row) => column + row * columns);
      const largest = Math.max(...places.map((at) => F[at]));
      for (const at of places) F[at] = Math.exp(F[at] - largest);
      const sum = places.reduce((total, at) => total + F[at], 0);
      for (const at of places) F[at] /= sum;
    }
  }

  return {
    product,
    softmax,
    silu: (x, count) => each(x, count, (v) => v / (1 + Math.exp(-v))),
    gelu: (x, count) => each(x, count, (v) => v * below(v)),
    gate: (x, gates, count) => {
      for (let i = 0; i < count; i++) F[(x >> 2) + i] *= F[(gates >> 2) + i] * below(F[(gates >> 2) + i]);
    },
  };
}

/** Phi(x), the share of a normal distribution below x (Abramowitz and Stegun 1964, 7.1.26). */
export function below(x) {
  const z = Math.abs(x) * Math.SQRT1_2;
  const t = 1 / (1 + 0.3275911 * z);
  const p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  const tail = 0.5 * p * Math.exp(-z * z);
  return x < 0 ? tail : 1 - tail;
}
