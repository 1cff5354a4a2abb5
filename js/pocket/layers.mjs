// What the networks are made of: some ten kinds of layer. Each is a formula of a line, and a loop.

import { COLUMNS, ROWS, size, upTo, width } from "./memory.mjs";

const evenly = (count, step) => Array.from({ length: count }, (_, at) => at * step);

/** Layers over a memory that holds their weights; each takes a map and gives a new one, unless it says otherwise. */
export function createLayers(memory) {
  const { kernel, floats: F, zeros, panel, table, weight, values, map, like } = memory;

  /** C = A B + bias for matrices as they lie: each is { at, stride }. */
  function multiply(A, B, C, { rows, inner, columns, bias = zeros }) {
    const offsets = table(`rows ${inner} ${B.stride}`, () => evenly(inner, B.stride));
    const starts = table(`tiles ${columns}`, () => evenly(columns / COLUMNS, COLUMNS));
    const places = [A.at * 4, A.stride, B.at * 4, offsets, starts, C.at * 4, C.stride];
    kernel.product(...places, rows, inner, columns, bias * 4, panel * 4);
  }

  /** y = W x + b at every place. A convolution of 1 x 1 is the same. */
  function linear(x, name) {
    const {
      at,
      shape: [outputs, inputs],
    } = weight(`${name}.weight`);
    const y = map(upTo(ROWS, outputs), x.items, x.places);
    const bias = memory.has(`${name}.bias`) ? weight(`${name}.bias`).at : zeros;
    const matrix = (m) => ({ at: m.at, stride: width(m) });
    multiply({ at, stride: inputs }, matrix(x), matrix(y), {
      rows: y.channels,
      inner: inputs,
      columns: width(y),
      bias,
    });
    return { ...y, channels: outputs };
  }

  /** y = W x + b of one short list of numbers. */
  function vector(numbers, name) {
    const matrix = values(`${name}.weight`);
    return values(`${name}.bias`).map((sum, row) => {
      for (let at = 0, from = row * numbers.length; at < numbers.length; at++, from++)
        sum += matrix[from] * numbers[at];
      return sum;
    });
  }

  /** A map with a border of zeros round every item, so that each place has eight neighbours. */
  function bordered(x, write = copyPlane) {
    const side = Math.sqrt(x.places);
    const wide = side + 2;
    const y = { ...map(x.channels, x.items, wide * wide), side };
    F.fill(0, y.at, y.at + size(y));
    for (let plane = 0; plane < x.channels * x.items; plane++)
      write(plane, x.at + plane * x.places, y.at + plane * wide * wide + wide + 1, side);
    return y;
  }

  function copyPlane(plane, from, to, side) {
    for (let row = 0; row < side; row++)
      F.copyWithin(to + row * (side + 2), from + row * side, from + (row + 1) * side);
  }

  /** A 3 x 3 convolution of a bordered map: new channels from those of a place and its eight neighbours. */
  function convolve({ at: from, side, items, channels }, name) {
    const {
      at,
      shape: [outputs],
    } = weight(`${name}.weight`);
    const wide = side + 2;
    const y = map(upTo(ROWS, outputs), items, side * side);
    const offsets = table(`neighbours ${channels} ${items} ${side}`, () =>
      neighbours(channels, items * wide * wide, wide),
    );
    const starts = table(`places ${items} ${side}`, () => tiles(items, side, wide));
    const places = [at * 4, channels * 9, from * 4, offsets, starts, y.at * 4, width(y)];
    kernel.product(...places, y.channels, channels * 9, width(y), weight(`${name}.bias`).at * 4, panel * 4);
    return { ...y, channels: outputs };
  }

  const neighbours = (channels, plane, wide) =>
    evenly(channels, plane).flatMap((start) =>
      evenly(3, wide).flatMap((row) => [0, 1, 2].map((column) => start + row + column)),
    );

  const tiles = (items, side, wide) =>
    evenly(items, wide * wide).flatMap((item) =>
      evenly(side, wide).flatMap((row) => evenly(side / COLUMNS, COLUMNS).map((column) => item + row + column)),
    );

  /** (x - mean) / spread over each group of channels, then a scale and a shift a channel (Wu and He 2018, eq. 1). */
  function groupNorm(x, name, groups, { epsilon = 1e-5, border = false } = {}) {
    const { scales, shifts } = groupFactors(x, name, groups, epsilon);
    if (border)
      return bordered(x, (plane, from, to, side) => scalePlane(from, to, side, side, scales[plane], shifts[plane]));
    const y = like(x);
    scales.forEach((scale, plane) =>
      scalePlane(x.at + plane * x.places, y.at + plane * x.places, 1, x.places, scale, shifts[plane]),
    );
    return y;
  }

  function scalePlane(from, to, rows, columns, scale, shift) {
    for (let row = 0; row < rows; row++, from += columns, to += columns + 2)
      for (let i = 0; i < columns; i++) F[to + i] = F[from + i] * scale + shift;
  }

  /** For each plane, a channel of one item, the scale and the shift that its group's mean and spread ask for. */
  function groupFactors(x, name, groups, epsilon) {
    const learned = [values(`${name}.weight`), values(`${name}.bias`)];
    const [scales, shifts] = [new Float64Array(x.channels * x.items), new Float64Array(x.channels * x.items)];
    const many = x.channels / groups;
    for (let group = 0; group < x.channels; group += many)
      for (let item = 0; item < x.items; item++) {
        const planes = evenly(many, x.items).map((start) => group * x.items + item + start);
        const { mean, spread } = momentsOf(x, planes, epsilon);
        planes.forEach((plane, at) => {
          scales[plane] = learned[0][group + at] / spread;
          shifts[plane] = learned[1][group + at] - mean * scales[plane];
        });
      }
    return { scales, shifts };
  }

  function momentsOf(x, planes, epsilon) {
    let [sum, squares] = [0, 0];
    for (const plane of planes)
      for (let i = x.at + plane * x.places, end = i + x.places; i < end; i++) {
        sum += F[i];
        squares += F[i] * F[i];
      }
    const count = planes.length * x.places;
    return { mean: sum / count, spread: Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2) + epsilon) };
  }

  /** The same over all channels of one place (Ba et al. 2016, eq. 3). */
  function layerNorm(x, name, epsilon = 1e-5) {
    const [scales, shifts] = [values(`${name}.weight`), values(`${name}.bias`)];
    const [mean, spread] = placeMoments(x, epsilon);
    const y = like(x);
    for (let channel = 0, from = x.at, to = y.at; channel < x.channels; channel++)
      for (let i = 0; i < mean.length; i++)
        F[to++] = (F[from++] - mean[i]) * spread[i] * scales[channel] + shifts[channel];
    return y;
  }

  /** For each place the mean of its channels, and one over their spread. */
  function placeMoments(x, epsilon) {
    const [mean, square] = [new Float64Array(width(x)), new Float64Array(width(x))];
    for (let channel = 0, at = x.at; channel < x.channels; channel++)
      for (let i = 0; i < mean.length; i++, at++) {
        mean[i] += F[at] / x.channels;
        square[i] += (F[at] * F[at]) / x.channels;
      }
    return [mean, square.map((value, i) => 1 / Math.sqrt(Math.max(0, value - mean[i] ** 2) + epsilon))];
  }

  /** x += y, number by number. */
  function add(x, y) {
    for (let i = x.at, j = y.at, end = i + size(x); i < end; i++, j++) F[i] += F[j];
    return x;
  }

  /** To each item its own list of numbers, one a channel, at all places; in place. */
  function addToChannels(x, lists) {
    for (let channel = 0, at = x.at; channel < x.channels; channel++)
      for (const list of lists) for (const end = at + x.places; at < end; at++) F[at] += list[channel];
    return x;
  }

  const inPlace = (activation) => (x) => {
    activation(x.at * 4, size(x));
    return x;
  };

  /** The first half of the channels times gelu of the second half; in place (Shazeer 2020, eq. 6). */
  function gated(x) {
    const half = { ...x, channels: x.channels / 2 };
    kernel.gate(half.at * 4, (half.at + size(half)) * 4, size(half));
    return half;
  }

  const [silu, gelu] = [inPlace(kernel.silu), inPlace(kernel.gelu)];
  return { multiply, linear, vector, bordered, convolve, groupNorm, layerNorm, add, addToChannels, silu, gelu, gated };
}
