// Where the model looked for a word, as the payload has it, and which of it is chosen.

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
