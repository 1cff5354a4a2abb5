// Where the model looked for a word, as the payload has it, and which of it is chosen.

import { coloursIn } from "../drawing/colours.js";

/** What the brightest colour stands for: the largest share of all words, or of the chosen one. */
export const SCALE_IDS = ["shared", "own"];

/**
 * { words, read, present, colours, groups }, null where no run came with it. `read` says which layers were read. A
 * group of layers has its largest share by word and of all, and tells where in which sheet the picture of a word
 * stands, frame by frame.
 */
export function readAttention(payload) {
  const came = payload.attention;
  const colours = coloursIn(came?.colours);
  if (!came?.words?.length || !came.groups?.length || colours.length < 2) return null;
  const starts = startsOf(payload.trajectories);
  return {
    words: came.words.map(String),
    read: came.read ?? "",
    present: came.present ?? [],
    colours,
    groups: came.groups.map((group) => readGroup(group, starts)),
  };
}

/** The slot of each trajectory's first state; last, how many slots a word takes. */
function startsOf(trajectories) {
  const starts = [0];
  for (const { sigmas } of trajectories) starts.push(starts.at(-1) + sigmas.length);
  return starts;
}

function readGroup({ name, layers, columns, rows, frames = 1, own, sheets }, starts) {
  const piece = (word, index, guess, frame = 0) => {
    const slot = (word * starts.at(-1) + starts[index] + guess) * frames + Math.min(frame, frames - 1);
    const sheet = sheets.find(({ first, count }) => slot >= first && slot < first + count);
    if (!sheet) return null;
    const at = slot - sheet.first;
    return { source: sheet.source, x: (at % sheet.columns) * columns, y: Math.floor(at / sheet.columns) * rows };
  };
  return {
    name, layers, columns, rows, own, high: Math.max(...own), sources: sheets.map(({ source }) => source), piece,
  };
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
