// Words to vectors: a tokenizer that knows a few dozen words, ComfyUI's prompt weights, and an encoder of two layers.
//
// The encoder mixes no word with its neighbours: what the picture takes from a place in the prompt, it takes from that
// word. Larger models let words change each other here.

import { FREE_WORDS, LITTLE_WORDS, NEAR, VOCABULARY } from "./vocabulary.mjs";

const [PAD, START, END] = [0, 1, 2];
const LENGTH = 32;
const WIDTH = 128;
const TOKEN_OF = new Map(VOCABULARY.map((word, token) => [word, token]));
const LITTLE = new Set(LITTLE_WORDS);

/** The model's word of the same meaning, or the word itself. */
const meant = (word) => (Object.hasOwn(NEAR, word) ? NEAR[word] : word);

/** Words and commas, lower case; everything else only separates. */
export const splitWords = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+|,/gu) ?? [];

/**
 * What the model makes of a text: words that it does not know, near ones as [word, known word], and those that only a
 * LoRA gives a meaning.
 */
export function heardIn(text) {
  const words = [...new Set(weightedParts(text).flatMap(([part]) => splitWords(part)))];
  return {
    unknown: words.filter((word) => !TOKEN_OF.has(meant(word))),
    near: words.filter((word) => Object.hasOwn(NEAR, word)).map((word) => [word, NEAR[word]]),
    free: words.filter((word) => FREE_WORDS.includes(meant(word))),
  };
}

/**
 * For each word or comma what the model reads in its place, null where it is left out. A word that it does not know is
 * left out. Where the words between two commas then name nothing any more, all of them are, and one of the commas.
 */
export function readWords(words) {
  const known = words.map((word) => (TOKEN_OF.has(meant(word)) ? meant(word) : null));
  const read = words.map(() => null);
  const kept = partsBetweenCommas(words).filter(([start, end]) => !namesNothing(known.slice(start, end)));
  kept.forEach(([start, end], number) => {
    for (let at = number ? start - 1 : start; at < end; at++) read[at] = known[at];
  });
  return read;
}

function partsBetweenCommas(words) {
  const commas = words.flatMap((word, place) => (word === "," ? [place] : []));
  return [...commas, words.length].map((end, i) => [i ? commas[i - 1] + 1 : 0, end]);
}

/** Whether unknown words were left out of it and little ones are all that remains. */
const namesNothing = (part) => part.includes(null) && part.every((word) => word === null || LITTLE.has(word));

/** The words that the model reads, each as [word, weight]. */
export function readIn(text) {
  const words = weightedParts(text).flatMap(([part, weight]) => splitWords(part).map((word) => [word, weight]));
  const read = readWords(words.map(([word]) => word));
  return words.map(([, weight], i) => [read[i], weight]).filter(([word]) => word !== null);
}

/** ComfyUI's reading of (word:1.3), ((word)), and of \( and \): a list of [text, weight]. */
export function weightedParts(text) {
  const hidden = text.replaceAll("\\)", "\0\x01").replaceAll("\\(", "\0\x02");
  return partsOf(hidden, 1).map(([part, weight]) => [part.replaceAll("\0\x01", ")").replaceAll("\0\x02", "("), weight]);
}

function partsOf(text, weight) {
  return bracketed(text).flatMap((part) => {
    if (part.length < 2 || part[0] !== "(" || part.at(-1) !== ")") return [[part, weight]];
    const inside = part.slice(1, -1);
    const colon = inside.lastIndexOf(":");
    const said = colon > 0 ? numberIn(inside.slice(colon + 1)) : null;
    return said === null ? partsOf(inside, weight * 1.1) : partsOf(inside.slice(0, colon), said);
  });
}

const numberIn = (text) => (/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : null);

/** The text cut before and after each outermost pair of brackets. A bracket too many stays in the text. */
function bracketed(text) {
  const parts = [];
  let [part, depth] = ["", 0];
  const cut = (next) => {
    if (part) parts.push(part);
    part = next;
  };
  for (const letter of text) {
    if (letter === "(" && depth++ === 0) cut(letter);
    else if (letter === ")" && --depth === 0) {
      part += letter;
      cut("");
    } else part += letter;
  }
  cut("");
  return parts;
}

/** Lists of 32 [token, weight]: start, up to 30 words that it reads, end, padding. More words make more lists. */
export function tokenize(text) {
  const known = readIn(text).map(([word, weight]) => [TOKEN_OF.get(word), weight]);
  const room = LENGTH - 2;
  const count = Math.max(1, Math.ceil(known.length / room));
  return Array.from({ length: count }, (_, i) => framed(known.slice(i * room, (i + 1) * room)));
}

function framed(tokens) {
  const list = [[START, 1], ...tokens, [END, 1]];
  return [...list, ...Array.from({ length: LENGTH - list.length }, () => [PAD, 1])];
}

export function createTextEncoder(memory, { layers }) {
  const { linear, layerNorm, add, gelu } = layers;

  /** Each vector from its word and its place alone; [128, list, place]. */
  function encoded(lists) {
    const x = memory.filled(WIDTH, lists.length, LENGTH, words(lists));
    const thought = linear(gelu(linear(layerNorm(x, "think.0"), "think.1")), "think.3");
    return memory.view(layerNorm(add(x, thought), "norm"));
  }

  function words(lists) {
    const [word, place] = [memory.values("word.weight"), memory.values("place")];
    const numbers = new Float32Array(WIDTH * lists.length * LENGTH);
    for (let channel = 0, to = 0; channel < WIDTH; channel++)
      for (const list of lists)
        for (let at = 0; at < LENGTH; at++)
          numbers[to++] = word[list[at] * WIDTH + channel] + place[at * WIDTH + channel];
    return numbers;
  }

  /** A weight moves a word away from what stands in an empty prompt at its place: z_empty + w (z - z_empty). */
  function weighed(vectors, lists, empty) {
    const weights = lists.flat().map(([, weight]) => weight);
    return vectors.map((z, i) => {
      const [channel, at] = [Math.floor(i / weights.length), i % weights.length];
      const none = empty[channel * LENGTH + (at % LENGTH)];
      return none + weights[at] * (z - none);
    });
  }

  /** { text, words, width, vectors [128, word], answers }: what the denoiser is handed, with room for its answers. */
  function encode(text) {
    const lists = tokenize(text);
    const tokens = (list) => list.map(([token]) => token);
    const plain = memory.scratch(() => encoded(lists.map(tokens)).slice());
    const isWeighed = lists.flat().some(([, weight]) => weight !== 1);
    const empty = isWeighed && memory.scratch(() => encoded([tokens(framed([]))]).slice());
    const vectors = isWeighed ? weighed(plain, lists, empty) : plain;
    return { text, words: lists.length * LENGTH, width: WIDTH, vectors, answers: new Map() };
  }

  return { encode };
}
