// Where the model looked for a word, as the payload has it, and the colours that say so over the picture.

import { colourAt } from "../plot/heat_data.js";

const COLOUR = /^#[0-9a-f]{6}$/i;
const LEVELS = 256;

/** What the brightest colour stands for: the largest share of all words, or of the chosen one. */
export const SCALE_IDS = ["shared", "own"];

/**
 * { words, present, palette, colours, groups }, null where no run came with it. A group of layers has its largest share
 * by word and of all, and tells where in which sheet the picture of a word stands.
 */
export function readAttention(payload) {
  const told = payload.attention;
  const colours = (told?.colours ?? []).filter((one) => COLOUR.test(one));
  if (!told?.words?.length || !told.groups?.length || colours.length < 2) return null;
  const starts = startsOf(payload.trajectories);
  return {
    words: told.words.map(String),
    present: told.present ?? [],
    colours,
    palette: paletteOf(colours),
    groups: told.groups.map((group) => readGroup(group, starts)),
  };
}

/** The slot of each trajectory's first state; last, how many slots a word takes. */
function startsOf(trajectories) {
  const starts = [0];
  for (const { sigmas } of trajectories) starts.push(starts.at(-1) + sigmas.length);
  return starts;
}

function readGroup({ name, layers, columns, rows, own, sheets }, starts) {
  const piece = (word, index, guess) => {
    const slot = word * starts.at(-1) + starts[index] + guess;
    const sheet = sheets.find(({ first, count }) => slot >= first && slot < first + count);
    if (!sheet) return null;
    const at = slot - sheet.first;
    return { source: sheet.source, x: (at % sheet.columns) * columns, y: Math.floor(at / sheet.columns) * rows };
  };
  return { name, layers, columns, rows, own, high: Math.max(...own), sources: sheets.map(({ source }) => source), piece };
}

/** Four bytes a level of grey. */
function paletteOf(colours) {
  const bytes = new Uint8Array(4 * LEVELS);
  for (let level = 0; level < LEVELS; level++) bytes.set([...colourAt(colours, level / (LEVELS - 1)), 255], 4 * level);
  return new Uint32Array(bytes.buffer);
}

export const showsAttention = (state, deck) => Boolean(state.attention && deck.attention);

/** It lies over decoded pictures alone: maps of numbers have colours of their own. */
export const canLook = (deck, view) => Boolean(deck.attention) && !view.corners && !view.absent && view.range === null;

/** What is chosen, or what stands first: { word, index, group, own, high }. */
export function lookOf(state, deck) {
  const { words, groups } = deck.attention;
  const index = Math.max(0, words.indexOf(state.word));
  const group = groups.find(({ name }) => name === state.layers) ?? groups[0];
  const own = state.share === "own";
  return { word: words[index], index, group, own, high: own ? group.own[index] : group.high };
}

/** The guess whose map stands at a state: the finished picture keeps the last call's; null where none was read. */
export function guessAt(deck, index, state) {
  const present = deck.attention.present[index] ?? [];
  if (present[state]) return state;
  return state === deck.trajectories[index].steps && present[state - 1] ? state - 1 : null;
}

/** The sheets that are needed for what is chosen. */
export const attentionSources = (state, deck) => (showsAttention(state, deck) ? lookOf(state, deck).group.sources : []);

/**
 * The grey of a sheet, four equal bytes a place, becomes colours in its place: `gain` levels of colour a level of grey.
 * Gives the brightest grey, 0..1. One number a place, as a scrub of many cells draws thousands.
 */
export function colourIn(grey, gain, palette) {
  const places = new Uint32Array(grey.buffer);
  const levels = Uint8Array.from({ length: LEVELS }, (_, level) => Math.min(LEVELS - 1, Math.round(level * gain)));
  let brightest = 0;
  for (let place = 0; place < places.length; place++) {
    const level = grey[4 * place];
    if (level > brightest) brightest = level;
    places[place] = palette[levels[level]];
  }
  return brightest / (LEVELS - 1);
}

/** Small canvases, one a run, each with the colours of what was last asked for. */
export function createLooks(scope, sheets) {
  const looks = new Map();
  const reader = scope.make("canvas").getContext("2d", { willReadFrequently: true });
  let of = null;

  /** { canvas, largest } to lay over a run's picture at one of its states, or null where there is no map (yet). */
  function at(deck, state, index, step) {
    if (of !== deck) forget(deck);
    const guess = guessAt(deck, index, step);
    const look = lookOf(state, deck);
    const piece = guess === null ? null : look.group.piece(look.index, index, guess);
    const bitmap = piece && sheets.get(piece.source);
    if (!bitmap) return null;
    const known = looks.get(index);
    const wanted = { bitmap, ...piece, high: look.high };
    return known && isSame(known.of, wanted) ? known.shown : draw(index, deck.attention.palette, look, wanted);
  }

  function forget(deck) {
    of = deck;
    looks.clear();
  }

  function draw(index, palette, { group, index: word }, of) {
    const { columns, rows } = group;
    const canvas = looks.get(index)?.shown.canvas ?? scope.make("canvas");
    for (const one of [canvas, reader.canvas]) if (one.width !== columns || one.height !== rows) Object.assign(one, { width: columns, height: rows });
    reader.drawImage(of.bitmap, of.x, of.y, columns, rows, 0, 0, columns, rows);
    const field = reader.getImageData(0, 0, columns, rows);
    const brightest = colourIn(field.data, of.high > 0 ? group.own[word] / of.high : 0, palette);
    canvas.getContext("2d").putImageData(field, 0, 0);
    const shown = { canvas, largest: brightest * group.own[word] };
    looks.set(index, { of, shown });
    return shown;
  }

  return { at };
}

const isSame = (one, other) => one.bitmap === other.bitmap && one.x === other.x && one.y === other.y && one.high === other.high;
