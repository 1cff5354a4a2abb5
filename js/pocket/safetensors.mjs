// Tensors in a file: safetensors, which is a length, a JSON header and numbers.

const HEADER_LIMIT = 1 << 24;

const READERS = {
  F32: (bytes) => new Float32Array(bytes),
  F16: (bytes) => Float32Array.from(new Uint16Array(bytes), half),
  BF16: (bytes) => new Float32Array(Uint32Array.from(new Uint16Array(bytes), (bits) => bits << 16).buffer),
  I8: (bytes) => new Int8Array(bytes),
};
const SIZES = { F32: 4, F16: 2, BF16: 2, I8: 1 };

/** { metadata, tensors: Map from name to { shape, values } }; what is no such file is refused in one sentence. */
export function readTensors(buffer) {
  const { header, start } = readHeader(buffer);
  const { __metadata__: metadata = {}, ...entries } = header;
  const tensors = new Map(
    Object.entries(entries).map(([name, entry]) => [name, readTensor(buffer, start, name, entry)]),
  );
  return { metadata, tensors };
}

function readHeader(buffer) {
  const view = new DataView(buffer);
  const length = buffer.byteLength >= 8 ? view.getUint32(0, true) : 0;
  if (!length || view.getUint32(4, true) || length > HEADER_LIMIT || 8 + length > buffer.byteLength) throw noSuchFile();
  try {
    const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
    if (header && typeof header === "object" && !Array.isArray(header)) return { header, start: 8 + length };
  } catch {
    throw noSuchFile();
  }
  throw noSuchFile();
}

const noSuchFile = () => new Error("this is not a .safetensors file, or it is damaged");

/** @param {any} described */
function readTensor(buffer, start, name, described) {
  const { dtype, shape, data_offsets: place } = described ?? {};
  if (!Object.hasOwn(READERS, dtype))
    throw new Error(`the tensor ${name} is of the type ${dtype}: only F32, F16, BF16 and I8 are read`);
  const whole = Array.isArray(shape) && shape.every((side) => Number.isSafeInteger(side) && side >= 0);
  const bytes = whole ? countOf(shape) * SIZES[dtype] : -1;
  const [from, to] = Array.isArray(place) ? place : [];
  if (to - from !== bytes || !(from >= 0) || start + to > buffer.byteLength) throw noSuchFile();
  return { shape, values: READERS[dtype](buffer.slice(start + from, start + to)) };
}

export const countOf = (shape) => shape.reduce((product, side) => product * side, 1);

/** The bytes of a file of float32 tensors; `tensors` maps a name to { shape, values }, `metadata` a name to text. */
export function writeTensors(tensors, metadata = {}) {
  const header = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, values }] of tensors)
    header[name] = { dtype: "F32", shape, data_offsets: [end, (end += values.length * 4)] };
  const text = new TextEncoder().encode(JSON.stringify(header));
  const length = Math.ceil(text.length / 8) * 8;
  const file = new Uint8Array(8 + length + end).fill(32, 8, 8 + length);
  new DataView(file.buffer).setUint32(0, length, true);
  file.set(text, 8);
  for (const [name, { values }] of tensors) file.set(bytesOf(values), 8 + length + header[name].data_offsets[0]);
  return file;
}

const bytesOf = (values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** A number of 16 bits: sign, 5 bits of exponent, 10 of fraction. */
export function half(bits) {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = sizeOf(exponent, fraction);
  return bits & 0x8000 ? -size : size;
}

function sizeOf(exponent, fraction) {
  if (exponent === 0) return fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : Infinity;
  return (1 + fraction / 1024) * 2 ** (exponent - 15);
}
