// The arithmetic that takes nearly all of the time, for WebAssembly SIMD: a matrix product, and exp-like functions.
// AssemblyScript. `python dev.py kernel` compiles it into bytes.mjs; plain.mjs says the same in plain JavaScript.

/** Numbers that are worked on at a time: 8 columns of the product, as two registers of 4. */
const TILE: i32 = 8;

/**
 * C = A B + bias, with C [rows, columns], A [rows, inner], B [inner, columns]; addresses in bytes, strides in numbers.
 * Row k of B begins at B + offsets[k], its columns 8 t .. 8 t + 7 at starts[t] after that: so B may be a matrix, one
 * head of an attention, or every 3 x 3 neighbourhood of a picture, without being copied. Needs rows % 4 = 0 and
 * columns % 8 = 0; `panel` is room for 8 x inner numbers.
 */
export function product(
  A: usize, aStride: i32, B: usize, offsets: usize, starts: usize, C: usize, cStride: i32,
  rows: i32, inner: i32, columns: i32, bias: usize, panel: usize,
): void {
  const down = <usize>aStride << 2, across = <usize>cStride << 2;
  for (let tile = 0; tile < columns / TILE; tile++) {
    gather(B + load<u32>(starts + (<usize>tile << 2)), offsets, inner, panel);
    let to = C + (<usize>tile << 5), weight = bias;
    for (let row = 0; row < rows; row += 4) {
      let a0 = A + <usize>row * down, a1 = a0 + down, a2 = a1 + down, a3 = a2 + down, b = panel;
      let c0 = v128.load32_splat(weight), c2 = v128.load32_splat(weight, 4);
      let c4 = v128.load32_splat(weight, 8), c6 = v128.load32_splat(weight, 12);
      let c1 = c0, c3 = c2, c5 = c4, c7 = c6;
      for (let k = 0; k < inner; k++) {
        const left = v128.load(b), right = v128.load(b, 16);
        let a = v128.load32_splat(a0);
        c0 = plus(c0, a, left); c1 = plus(c1, a, right);
        a = v128.load32_splat(a1);
        c2 = plus(c2, a, left); c3 = plus(c3, a, right);
        a = v128.load32_splat(a2);
        c4 = plus(c4, a, left); c5 = plus(c5, a, right);
        a = v128.load32_splat(a3);
        c6 = plus(c6, a, left); c7 = plus(c7, a, right);
        a0 += 4; a1 += 4; a2 += 4; a3 += 4; b += 32;
      }
      v128.store(to, c0); v128.store(to, c1, 16); to += across;
      v128.store(to, c2); v128.store(to, c3, 16); to += across;
      v128.store(to, c4); v128.store(to, c5, 16); to += across;
      v128.store(to, c6); v128.store(to, c7, 16); to += across;
      weight += 16;
    }
  }
}

/** sum + a b; in one rounding where the machine can, which is half the work. */
// @ts-ignore: decorator
@inline
function plus(sum: v128, a: v128, b: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, sum);
  return f32x4.add(sum, f32x4.mul(a, b));
}

/** The 8 columns that one tile needs of B, one row after another. */
function gather(B: usize, offsets: usize, inner: i32, panel: usize): void {
  for (let k = 0; k < inner; k++) {
    const from = B + load<u32>(offsets + (<usize>k << 2));
    v128.store(panel, v128.load(from)); v128.store(panel, v128.load(from, 16), 16);
    panel += 32;
  }
}

/** x / (1 + exp(-x)) in place; count % 4 = 0. */
export function silu(x: usize, count: i32): void {
  const one = f32x4.splat(1);
  for (const end = x + (<usize>count << 2); x < end; x += 16) {
    const v = v128.load(x);
    v128.store(x, f32x4.div(v, f32x4.add(one, exp(f32x4.neg(v)))));
  }
}

/** gelu(x) in place, x Phi(x) with the normal distribution's own Phi; count % 4 = 0. */
export function gelu(x: usize, count: i32): void {
  for (const end = x + (<usize>count << 2); x < end; x += 16) {
    const v = v128.load(x);
    v128.store(x, f32x4.mul(v, below(v)));
  }
}

/** x *= gelu(gates) in place; count % 4 = 0. */
export function gate(x: usize, gates: usize, count: i32): void {
  for (const end = x + (<usize>count << 2); x < end; x += 16, gates += 16) {
    const g = v128.load(gates);
    v128.store(x, f32x4.mul(v128.load(x), f32x4.mul(g, below(g))));
  }
}

/** Each column of x [rows, columns] to shares that add up to 1; columns % 4 = 0. */
export function softmax(x: usize, rows: i32, columns: i32): void {
  const stride = <usize>columns << 2, size = <usize>rows * stride;
  for (const end = x + stride; x < end; x += 16) {
    let largest = v128.load(x), sum = f32x4.splat(0);
    for (let p = x; p < x + size; p += stride) largest = f32x4.max(largest, v128.load(p));
    for (let p = x; p < x + size; p += stride) {
      const share = exp(f32x4.sub(v128.load(p), largest));
      v128.store(p, share);
      sum = f32x4.add(sum, share);
    }
    const scale = f32x4.div(f32x4.splat(1), sum);
    for (let p = x; p < x + size; p += stride) v128.store(p, f32x4.mul(v128.load(p), scale));
  }
}

/** exp: 2^n times a polynomial on the half unit of log 2 that is left, right to 2e-7. */
function exp(x: v128): v128 {
  x = f32x4.min(f32x4.max(x, f32x4.splat(-87)), f32x4.splat(87));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.4426950408889634)));
  const r = f32x4.sub(f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375))), f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.0 / 720.0);
  p = plus(f32x4.splat(1.0 / 120.0), p, r);
  p = plus(f32x4.splat(1.0 / 24.0), p, r);
  p = plus(f32x4.splat(1.0 / 6.0), p, r);
  p = plus(f32x4.splat(0.5), p, r);
  p = plus(f32x4.splat(1), p, r);
  p = plus(f32x4.splat(1), p, r);
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(p, power);
}

/** Phi(x), the share of a normal distribution below x (Abramowitz and Stegun 1964, 7.1.26). */
function below(x: v128): v128 {
  const one = f32x4.splat(1), z = f32x4.mul(f32x4.abs(x), f32x4.splat(0.7071067811865476));
  const t = f32x4.div(one, f32x4.add(one, f32x4.mul(f32x4.splat(0.3275911), z)));
  let p = f32x4.splat(1.061405429);
  p = plus(f32x4.splat(-1.453152027), p, t);
  p = plus(f32x4.splat(1.421413741), p, t);
  p = plus(f32x4.splat(-0.284496736), p, t);
  p = plus(f32x4.splat(0.254829592), p, t);
  const tail = f32x4.mul(f32x4.mul(f32x4.mul(p, t), exp(f32x4.neg(f32x4.mul(z, z)))), f32x4.splat(0.5));
  return v128.bitselect(tail, f32x4.sub(one, tail), f32x4.lt(x, f32x4.splat(0)));
}
