// Attention in colours over the pictures: a sheet's greys, read once, become colours as each cell asks for its place.

import { guessAt, lookOf } from "../deck/attention.js";
import { paletteOf } from "../drawing/colours.js";

const LEVELS = 256;

/** The colour of each level of grey, where `gain` levels of colour stand for a level of grey. */
export const shadesOf = (palette, gain) =>
  palette.map((_, level) => palette[Math.min(LEVELS - 1, Math.round(level * gain))]);

/**
 * Fills `places`, row after row, with the shades of one picture in a strip of greys; gives its brightest grey, 0..1.
 * One number a place, as a scrub of many cells draws thousands.
 */
export function shade(places, { greys, width }, { x, columns, rows }, shades) {
  let brightest = 0;
  let place = 0;
  for (let row = 0; row < rows; row++) {
    const end = row * width + x + columns;
    for (let at = end - columns; at < end; at++) {
      if (greys[at] > brightest) brightest = greys[at];
      places[place++] = shades[greys[at]];
    }
  }
  return brightest / (LEVELS - 1);
}

/** Small canvases, one a run, each with the colours of what was last asked for. */
export function createLooks(scope, sheets) {
  const looks = new Map();
  const reader = scope.make("canvas").getContext("2d", { willReadFrequently: true });
  const strips = new WeakMap();
  let of = null;
  let palette = null;
  let shades = null;

  /** { canvas, largest } to lay over a run's picture at one of its states, or null where there is no map (yet). */
  function at(deck, state, index, step) {
    if (of !== deck) forget(deck);
    const guess = guessAt(deck, index, step);
    const look = lookOf(state, deck);
    const piece = guess === null ? null : look.group.piece(look.index, index, guess, state.frame);
    const bitmap = piece && sheets.get(piece.source);
    if (!bitmap) return null;
    const known = looks.get(index);
    const wanted = { bitmap, ...piece, high: look.high };
    return known && isSame(known.of, wanted) ? known.shown : draw(index, look, wanted);
  }

  function forget(deck) {
    of = deck;
    palette = paletteOf(deck.attention.colours, LEVELS);
    looks.clear();
    shades = null;
  }

  function draw(index, { group, index: word }, of) {
    const { columns, rows } = group;
    const { context, field, places } = paperOf(index, columns, rows);
    const gain = of.high > 0 ? group.own[word] / of.high : 0;
    if (shades?.gain !== gain) shades = { gain, of: shadesOf(palette, gain) };
    const brightest = shade(places, stripOf(of.bitmap, of.y, rows), { x: of.x, columns, rows }, shades.of);
    context.putImageData(field, 0, 0);
    const shown = { canvas: context.canvas, largest: brightest * group.own[word] };
    looks.set(index, { of, shown, paper: { context, field, places } });
    return shown;
  }

  /** What a run's colours are drawn on: { context, field, places }; `places` are the numbers of `field`. */
  function paperOf(index, columns, rows) {
    const known = looks.get(index)?.paper;
    if (known && known.field.width === columns && known.field.height === rows) return known;
    const context = known?.context ?? scope.make("canvas").getContext("2d");
    Object.assign(context.canvas, { width: columns, height: rows });
    const field = context.createImageData(columns, rows);
    return { context, field, places: new Uint32Array(field.data.buffer) };
  }

  /**
   * A row of pictures of a sheet, a byte a place. To read each picture by itself costs more than all of its colours.
   */
  function stripOf(bitmap, y, rows) {
    if (!strips.has(bitmap)) strips.set(bitmap, new Map());
    const known = strips.get(bitmap);
    if (!known.has(y)) known.set(y, read(bitmap, y, rows));
    return known.get(y);
  }

  function read(bitmap, y, rows) {
    const { width } = bitmap;
    Object.assign(reader.canvas, { width, height: rows });
    reader.drawImage(bitmap, 0, y, width, rows, 0, 0, width, rows);
    const { data } = reader.getImageData(0, 0, width, rows);
    const greys = new Uint8Array(width * rows);
    for (let place = 0; place < greys.length; place++) greys[place] = data[4 * place];
    return { width, greys };
  }

  return { at };
}

const isSame = (one, other) =>
  one.bitmap === other.bitmap && one.x === other.x && one.y === other.y && one.high === other.high;
