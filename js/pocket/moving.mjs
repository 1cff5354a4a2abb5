// Layers that learn nothing: maps joined, made larger or smaller, and channels traded for places.

import { size } from "./memory.mjs";

export function createMoves({ floats: F, map }) {
  /** The channels of both, one after another. */
  function joined(x, y) {
    const both = map(x.channels + y.channels, x.items, x.places);
    F.copyWithin(both.at, x.at, x.at + size(x));
    F.copyWithin(both.at + size(x), y.at, y.at + size(y));
    return both;
  }

  /** A map of `side` x `side` places; read(at, channel, row, column) gives each number from the old ones. */
  function rearranged(x, channels, side, read) {
    const y = map(channels, x.items, side * side);
    const before = Math.sqrt(x.places);
    let item = 0;
    let to = y.at;
    const at = (channel, row, column) => F[x.at + (channel * x.items + item) * x.places + row * before + column];
    for (let channel = 0; channel < channels; channel++)
      for (item = 0; item < x.items; item++)
        for (let row = 0; row < side; row++)
          for (let column = 0; column < side; column++) F[to++] = read(at, channel, row, column);
    return y;
  }

  const sideOf = (x) => Math.sqrt(x.places);

  /** Half the height and width: the mean of four places. */
  const halved = (x) =>
    rearranged(x, x.channels, sideOf(x) / 2, (at, channel, row, column) => {
      const [down, right] = [2 * row, 2 * column];
      return (
        (at(channel, down, right) +
          at(channel, down, right + 1) +
          at(channel, down + 1, right) +
          at(channel, down + 1, right + 1)) /
        4
      );
    });

  /** Twice the height and width: each place four times. */
  const doubled = (x) =>
    rearranged(x, x.channels, sideOf(x) * 2, (at, channel, row, column) => at(channel, row >> 1, column >> 1));

  const everySecond = (x) =>
    rearranged(x, x.channels, sideOf(x) / 2, (at, channel, row, column) => at(channel, 2 * row, 2 * column));

  /** Each four channels become the four places of a square. */
  const shuffled = (x) =>
    rearranged(x, x.channels / 4, sideOf(x) * 2, (at, channel, row, column) =>
      at(channel * 4 + (row & 1) * 2 + (column & 1), row >> 1, column >> 1),
    );

  /** The places of each square of `by` x `by` become channels. */
  const unshuffled = (x, by) =>
    rearranged(x, x.channels * by * by, sideOf(x) / by, (at, channel, row, column) => {
      const place = channel % (by * by);
      return at(Math.floor(channel / (by * by)), row * by + Math.floor(place / by), column * by + (place % by));
    });

  return { joined, halved, doubled, everySecond, shuffled, unshuffled };
}
