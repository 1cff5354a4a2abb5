// In which settings several runs differ, and what each of them is called for it.

import { term } from "../language/language.js";
import { number } from "../words/numbers.js";

/** Letters of a prompt that a label shows. */
const SHORT = 32;

const plain = (value) => String(value);
const quoted = (words) => `“${words.length > SHORT ? `${words.slice(0, SHORT)}…` : words}”`;

/** What a run is made with, as facts name it; of a text only the words that differ are said. */
const SETTINGS = [
  { name: "seed", read: (one) => one.seed, say: plain },
  { name: "model", read: (_, deck) => deck.model, say: plain },
  { name: "prompt", read: (one) => one.prompt, isText: true },
  { name: "negative prompt", read: (one) => one.negative, isText: true },
  { name: "prompt after", read: (one) => one.prompt_after, isText: true },
  { name: "switched at step", read: (one) => one.switch_at, say: plain },
  { name: "guidance", read: (one) => one.guidance, say: number },
  { name: "sampler", read: (one) => one.sampler, say: plain },
  { name: "scheduler", read: (one) => one.scheduler, say: plain },
  { name: "steps", read: (one) => one.steps, say: plain },
  { name: "starting noise", read: (one) => one.noise, say: plain },
];

/** The setting that another explains: another seed makes another noise. */
const EXPLAINED = { "starting noise": "seed" };

/**
 * { names, values }: the settings in which decks differ, in the language spoken, and for each deck one word a setting.
 * A setting that differs inside a deck, or that is not known of one, tells no deck from another.
 */
export function differencesOf(decks) {
  const known = SETTINGS.map((setting) => ({ ...setting, values: decks.map((deck) => sharedValue(deck, setting)) }));
  const telling = known.filter(({ values }) => values.every((one) => one !== null) && new Set(values).size > 1);
  const names = telling.map(({ name }) => name);
  const said = telling.filter(({ name }) => !names.includes(EXPLAINED[name]));
  const words = said.map(({ values, say, isText }) => (isText ? ownWords(values).map(quoted) : values.map(say)));
  return { names: said.map(({ name }) => term(name)), values: decks.map((_, at) => words.map((one) => one[at])) };
}

function sharedValue(deck, { read }) {
  const values = deck.trajectories.map((one) => read(one, deck) ?? null);
  return values.every((one) => one === values[0]) ? values[0] : null;
}

/** Of each text the words that are left without those that all begin and end with. */
export function ownWords(texts) {
  const lists = texts.map((text) => text.split(/(?<=\s)|(?=\s)/u).filter((word) => word.trim()));
  const before = alike(lists);
  const rest = lists.map((list) => list.slice(before));
  const after = alike(rest.map((list) => [...list].reverse()));
  return rest.map((list) => list.slice(0, list.length - after).join(" "));
}

function alike(lists) {
  const [first, ...others] = lists;
  const at = first.findIndex((word, place) => others.some((list) => list[place] !== word));
  return at < 0 ? Math.min(...lists.map((list) => list.length)) : at;
}
