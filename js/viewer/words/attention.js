// What the viewer says of attention.

import { phrase, term } from "../language/language.js";
import { number } from "./numbers.js";

export const attentionWord = () => phrase`attention`;
export const attentionHint = () =>
  phrase`Colours the picture by where the model looks for a word of the prompt, at each step.`;
export const wordsLabel = () => phrase`Word whose attention is shown`;
export const layersLabel = () => phrase`Layers whose attention is shown`;
export const sharesLabel = () => phrase`What the brightest colour stands for`;

export const shareWords = () => ({
  shared: {
    text: phrase`scale of all`,
    hint: phrase`One scale for all words: the brightest colour is the largest share that any word has in the run.`,
  },
  own: {
    text: phrase`own scale`,
    hint: phrase`A scale for this word alone: the brightest colour is its own largest share in the run, however small that is.`,
  },
});

/** How many layers the chosen maps are the mean of. */
export const layersHint = ({ layers }) => (
  layers === 1
    ? phrase`Layers whose attention is shown: 1 layer`
  : phrase`Layers whose attention is shown: the mean of ${layers} layers`
);

/** The colours in words: whose share, and what the brightest stands for. */
export function attentionCaption({ word, own, read = "" }) {
  const relative = own && phrase`“${word}”, relative to its own largest share of attention in the run`;
  if (!read) return relative || phrase`“${word}”: its share of attention, of which all tokens together have 1`;
  return [relative ? `${relative}.` : phrase`“${word}”: its share of attention.`, term(read)].join(" ");
}

export const scaleLabel = ({ word, own }) => (
  own
    ? phrase`share of attention, up to the largest of “${word}” in the run`
  : phrase`share of attention, up to the largest of any word in the run`
);

/** Of the state that is read: which call of the model its map is from, or that there is none. */
export function mapWords(guess, state, largest) {
  if (guess === null) return phrase`not read at this step`;
  return guess === state ? phrase`up to ${number(largest)} here` : phrase`from the last call, at step ${guess}`;
}
