// The language of the viewer: English stands where it is said, and every other language is a table from the English.
//
// New words: say them as phrase`step ${step} of ${steps}`, in a function, as a constant would be said before the
// language is known. Then add them to japanese.js and chinese.js, with {1} for the first value, {2} for the second:
// "step {1} of {2}". A whole sentence is one phrase: other languages have another order. Words that arrive as data, one
// of a known few, go through term(); so do sentences that Python filled with values (core/filled_sentence.py): they
// stand in japanese_reports.js and chinese_reports.js. Without a translation the English stands;
// tests/js/language.test.js says what is missing.

import { chinese } from "./chinese.js";
import { chineseReports } from "./chinese_reports.js";
import { japanese } from "./japanese.js";
import { japaneseReports } from "./japanese_reports.js";

const REPORTS = { en: {}, ja: japaneseReports, zh: chineseReports };
const TABLES = { en: {}, ja: { ...japanese, ...japaneseReports }, zh: { ...chinese, ...chineseReports } };

/** Traditional Chinese has no table, and is no other way to write Simplified Chinese. */
const TRADITIONAL = /^zh-(hant|tw|hk|mo)\b/i;

/** A page speaks one language: the only things here that change. */
let table = TABLES.en;
let patterns = [];

/** The name of the language spoken, for words that have a table of their own. */
export const spoken = () => Object.keys(TABLES).find((name) => TABLES[name] === table);

/**
 * Takes the first language that is known, of one or several as browsers name them (ja, zh-CN), and gives back its name.
 */
export function speak(wanted) {
  const language = [wanted].flat().map(languageOf).find(Boolean) ?? "en";
  table = TABLES[language];
  patterns = Object.entries(REPORTS[language]).filter(([english]) => HOLDS_VALUES.test(english)).map(patternOf);
  return language;
}

function languageOf(wanted) {
  const [language] = String(wanted).toLowerCase().split("-");
  return Object.hasOwn(TABLES, language) && !TRADITIONAL.test(wanted) ? language : null;
}

/** A template's text in the language spoken, its values where that language has them. */
export function phrase(parts, ...values) {
  if (!englishes.has(parts)) englishes.set(parts, parts.reduce((text, part, at) => `${text}{${at}}${part}`));
  const text = term(englishes.get(parts));
  return values.length ? text.replace(/\{(\d+)\}/g, (_, at) => values[at - 1]) : text;
}

/**
 * By the parts of a template, which are the same array at every call from its place: a scrub says hundreds of phrases.
 */
const englishes = new WeakMap();

/** A word that came as data, or several sentences; what is not in the table, as somebody's own text, stays as it is. */
export const term = (text) => inTable(text) ?? inSentences(text) ?? withValues(text) ?? text;

const known = (text) => inTable(text) ?? withValues(text);
const inTable = (text) => (Object.hasOwn(table, text ?? "") ? table[text] : null);

/** A sentence that came with its values: found by the words around them; the values stay as they are. */
function withValues(text) {
  if (!IS_SENTENCE.test(text ?? "")) return null;
  for (const [pattern, words] of patterns) {
    const found = text.match(pattern);
    if (found) return words.replace(/\{(\d+)\}/g, (_, at) => found.groups[`v${at}`]);
  }
  return null;
}

/** Most of what is asked for is a word or two, somebody's own perhaps: the patterns need not be tried. */
const IS_SENTENCE = /\S \S/;
const HOLDS_VALUES = /\{1\}/;

function patternOf([english, other]) {
  const escaped = english.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
  return [new RegExp(`^${escaped.replace(/\{(\d+)\}/g, "(?<v$1>.+)")}$`, "s"), other];
}

/** Sentences that were put together, each in the language spoken; null unless all of them are known. */
function inSentences(text) {
  const parts = String(text ?? "").split(/(?<=\.) (?=[A-Z])/);
  const words = parts.map(known);
  return parts.length > 1 && words.every(Boolean) ? words.join(" ") : null;
}
