// One memory for everything: the weights at its start, tables of addresses after them, then room to work in.
//
// A map is { at, channels, items, places }: numbers that lie channel after channel, in each channel item after item
// (pictures, or prompts, that are worked on together), in each item place after place, row by row. So one channel of
// all items is one row of a matrix, and a layer that mixes channels is one matrix product.

import { countOf } from "./safetensors.mjs";

/** The kernel multiplies 4 rows by 8 columns at a time. */
export const ROWS = 4;
export const COLUMNS = 8;
export const upTo = (step, count) => Math.ceil(count / step) * step;

const LONGEST_ROW = 4096;
const TABLES = 1 << 18;

/** Room to work in, in numbers: enough to decode one picture, or to ask the denoiser about eight. */
const WORKSPACE = 4 << 20;

const paddedCount = ({ shape: [rows = 1, ...rest] }) => upTo(COLUMNS, countOf(rest) * upTo(ROWS, rows));

export function roomFor(weights) {
  const learned = [...weights.values()].reduce((sum, tensor) => sum + paddedCount(tensor), 0);
  return learned + LONGEST_ROW * (1 + COLUMNS) + TABLES + WORKSPACE;
}

/** `weights` as weights.mjs gives them. */
export function createMemory(kernel, weights) {
  const { floats } = kernel;
  const placed = new Map();
  const tables = new Map();
  let top = 0;

  function take(count) {
    const at = top;
    top += upTo(COLUMNS, count);
    if (top > floats.length) throw new Error("the model's memory is full: ask about fewer pictures at a time");
    return at;
  }

  const zeros = take(LONGEST_ROW);
  const panel = take(COLUMNS * LONGEST_ROW);
  for (const [name, tensor] of weights) {
    placed.set(name, { at: take(paddedCount(tensor)), shape: tensor.shape });
    floats.set(tensor.values, placed.get(name).at);
  }
  const tableEnd = take(TABLES) + TABLES;
  let tableTop = tableEnd - TABLES;

  /** Where numbers of this name lie: { at, shape }. */
  function weight(name) {
    if (!placed.has(name)) throw new Error(`the model's weights lack ${name}`);
    return placed.get(name);
  }

  function values(name) {
    const { at, shape } = weight(name);
    return floats.subarray(at, at + countOf(shape));
  }

  /** What `work` takes of the room is given back after it. */
  function scratch(work) {
    const mark = top;
    try {
      return work();
    } finally {
      top = mark;
    }
  }

  /** The map that `work` gives is all that is kept of what it takes. */
  function keep(work) {
    const mark = top;
    const made = work();
    floats.copyWithin(mark, made.at, made.at + size(made));
    top = mark + upTo(COLUMNS, size(made));
    return { ...made, at: mark };
  }

  /** Addresses of rows or tiles, made once for each kind of layer; gives where they stand, in bytes. */
  function table(key, make) {
    if (!tables.has(key)) {
      const list = make();
      if (tableTop + list.length > tableEnd) throw new Error("the model's table of addresses is full");
      kernel.offsets.set(
        list.map((place) => place * 4),
        tableTop,
      );
      tables.set(key, tableTop * 4);
      tableTop += list.length;
    }
    return tables.get(key);
  }

  const map = (channels, items, places) => ({ at: take(channels * items * places), channels, items, places });

  function filled(channels, items, places, numbers) {
    const made = map(channels, items, places);
    floats.set(numbers, made.at);
    return made;
  }

  return {
    kernel,
    floats,
    zeros,
    panel,
    take,
    scratch,
    keep,
    table,
    weight,
    values,
    map,
    filled,
    has: (name) => placed.has(name),
    write: (name, numbers) => floats.set(numbers, weight(name).at),
    view: (made) => floats.subarray(made.at, made.at + size(made)),
    like: (made) => map(made.channels, made.items, made.places),
  };
}

/** How many numbers one row of the matrix has, and the whole map. */
export const width = ({ items, places }) => items * places;
export const size = (map) => map.channels * width(map);
