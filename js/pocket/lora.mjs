// LoRA: what fine-tuning changed, as few patterns a matrix. W' = W + strength (alpha / rank) up down (Hu et al. 2021).

const PREFIX = "lora_unet_";

/** { rank, word, changes: Map from the U-Net's tensor name to { up, down, rank, alpha } or { whole } }. */
export function readLora({ tensors, metadata = {} }, names) {
  const known = new Map([...names].map((name) => [PREFIX + name.replace(/\.weight$/, "").replaceAll(".", "_"), name]));
  const changes = new Map();
  for (const [key, { shape, values }] of tensors) {
    const [layer, kind] = [key.split(".")[0], key.slice(key.indexOf(".") + 1)];
    if (!known.has(layer)) throw new Error(`this LoRA changes ${layer}, which the pocket model does not have`);
    const change = changes.get(known.get(layer)) ?? {};
    if (kind === "lora_up.weight") change.up = values;
    else if (kind === "lora_down.weight") Object.assign(change, { down: values, rank: shape[0] });
    else if (kind === "alpha") change.alpha = values[0];
    else if (kind === "diff") change.whole = values;
    else throw new Error(`this LoRA holds ${kind}: the page reads lora_up, lora_down, alpha and diff`);
    changes.set(known.get(layer), change);
  }
  if (!changes.size) throw new Error("there is no LoRA in this file");
  const all = [...changes.values()];
  if (!all.every(({ whole, up, down }) => whole || (up && down)))
    throw new Error("this LoRA lacks one of its two factors somewhere");
  const word = wordIn(metadata);
  return { changes, word, rank: all.some(({ whole }) => whole) ? null : Math.max(...all.map(({ rank }) => rank)) };
}

/** The word that calls a pocket LoRA up stands in its file. */
function wordIn(metadata) {
  try {
    return String(JSON.parse(metadata.denoiscope ?? "{}").word ?? "");
  } catch {
    return "";
  }
}

/** The numbers to add to a matrix, at a strength; with `keep` only the `keep` strongest of its patterns. */
export function update({ whole, up, down, rank, alpha = rank }, strength, keep = Infinity) {
  if (whole) return whole.map((value) => value * strength);
  const rows = up.length / rank;
  const columns = down.length / rank;
  const left = keep < rank ? projected(up, down, rank, keep) : up;
  const sum = new Float32Array(rows * columns);
  const scale = (strength * alpha) / rank;
  for (let row = 0; row < rows; row++)
    for (let k = 0; k < rank; k++) {
      const factor = left[row * rank + k] * scale;
      for (let column = 0; column < columns; column++)
        sum[row * columns + column] += factor * down[k * columns + column];
    }
  return sum;
}

/**
 * U U' up, with U the `keep` strongest left singular vectors of up down: times `down` that is the nearest matrix of
 * that rank (Eckart and Young 1936). They are found in the small space that the columns of `up` span.
 */
function projected(up, down, rank, keep) {
  const basis = orthogonal(up, rank);
  const inBasis = times(transposed(basis, rank), up.length / rank, up, rank);
  const overlap = times(down, down.length / rank, transposed(down, down.length / rank), rank);
  const small = times(times(inBasis, rank, overlap, rank), rank, transposed(inBasis, rank), rank);
  const strongest = eigenvectors(small, rank).slice(0, keep);
  const left = new Float64Array(up.length);
  for (const vector of strongest) {
    const pattern = times(basis, rank, Float64Array.from(vector), 1);
    const share = times(pattern, pattern.length, up, rank);
    for (let i = 0; i < left.length; i++) left[i] += pattern[Math.floor(i / rank)] * share[i % rank];
  }
  return left;
}

/** Columns of length 1 at right angles that span the same (Gram and Schmidt, twice for accuracy); [row, column]. */
function orthogonal(matrix, columns) {
  const rows = matrix.length / columns;
  const list = Array.from({ length: columns }, (_, column) =>
    Float64Array.from({ length: rows }, (_, row) => matrix[row * columns + column]),
  );
  const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);
  list.forEach((vector, at) => {
    const before = Math.sqrt(dot(vector, vector));
    for (const other of [...list.slice(0, at), ...list.slice(0, at)]) {
      const share = dot(vector, other);
      vector.forEach((_, i) => (vector[i] -= share * other[i]));
    }
    const length = Math.sqrt(dot(vector, vector));
    vector.forEach((_, i) => (vector[i] = length > 1e-10 * before ? vector[i] / length : 0));
  });
  return Float64Array.from({ length: matrix.length }, (_, i) => list[i % columns][Math.floor(i / columns)]);
}

/** A [.., inner] times B [inner, columns]. */
function times(A, inner, B, columns) {
  const rows = A.length / inner;
  const C = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++)
    for (let k = 0; k < inner; k++)
      for (let column = 0; column < columns; column++)
        C[row * columns + column] += A[row * inner + k] * B[k * columns + column];
  return C;
}

function transposed(A, columns) {
  const rows = A.length / columns;
  return Float64Array.from(A, (_, i) => A[(i % rows) * columns + Math.floor(i / rows)]);
}

/** Of a symmetric matrix, largest eigenvalue first: turned pair by pair until it is diagonal (Jacobi 1846). */
export function eigenvectors(matrix, size) {
  const A = Float64Array.from(matrix);
  const V = Float64Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
  for (let sweep = 0; sweep < 30; sweep++)
    for (let p = 0; p < size; p++) for (let q = p + 1; q < size; q++) turn(A, V, size, p, q);
  const order = Array.from({ length: size }, (_, i) => i).sort((i, j) => A[j * (size + 1)] - A[i * (size + 1)]);
  return order.map((column) => Array.from({ length: size }, (_, row) => V[row * size + column]));
}

function turn(A, V, size, p, q) {
  const off = A[p * size + q];
  if (Math.abs(off) < 1e-300) return;
  const theta = (A[q * size + q] - A[p * size + p]) / (2 * off);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const rotate = (M, i, j) => {
    const [a, b] = [M[i], M[j]];
    M[i] = c * a - t * c * b;
    M[j] = t * c * a + c * b;
  };
  for (let k = 0; k < size; k++) rotate(A, k * size + p, k * size + q);
  for (let k = 0; k < size; k++) rotate(A, p * size + k, q * size + k);
  for (let k = 0; k < size; k++) rotate(V, k * size + p, k * size + q);
}
