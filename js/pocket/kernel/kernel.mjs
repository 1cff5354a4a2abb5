// Where the model's numbers live and who multiplies them: one memory, and a kernel that works in it.

import { FUSED, PLAIN } from "./bytes.mjs";
import { plainKernel } from "./plain.mjs";

const PAGE_BYTES = 65536;

/** The builds of kernel.ts, fastest first; a browser that lacks an instruction does not validate it. */
const BUILDS = { fused: FUSED, simd: PLAIN };

export const kernelBytes = (name) => Uint8Array.from(atob(BUILDS[name]), (letter) => letter.charCodeAt(0));

/** Of "fused", "simd" and "plain" the fastest that this machine runs. */
export function fastestKernel() {
  const known = typeof WebAssembly === "object" ? Object.keys(BUILDS) : [];
  return known.find((name) => WebAssembly.validate(kernelBytes(name))) ?? "plain";
}

/** { floats, offsets, product, silu, gelu, gate, softmax, kind }: room for `count` numbers and the kernel over it. */
export async function createKernel(count, kind = fastestKernel()) {
  const pages = Math.ceil((count * 4) / PAGE_BYTES);
  if (kind === "plain") return over(new ArrayBuffer(pages * PAGE_BYTES), kind, plainKernel);
  const memory = new WebAssembly.Memory({ initial: pages });
  const { instance } = await WebAssembly.instantiate(kernelBytes(kind), { env: { memory } });
  return over(memory.buffer, kind, () => instance.exports);
}

function over(buffer, kind, kernel) {
  return { floats: new Float32Array(buffer), offsets: new Uint32Array(buffer), kind, ...kernel(buffer) };
}
