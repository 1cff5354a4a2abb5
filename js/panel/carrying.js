// Answers inside a file that a pupil saved: a copy of a page or of a deck, with what they wrote in it.

const SCRIPT = /<script type="application\/json" id="denoiscope-answers">(.*?)<\/script>\n/s;
/** What a page of ours holds: what it shows, or where the model is in it, the parts of that. */
const PAGE_MARK = /<script type="application\/json" id="(?:payload|parts)">/;
const PAGE_END = "</body>";
const ESCAPED = { "<": "\\u003c", ">": "\\u003e", "&": "\\u0026" };
const PAGES = /\.html?$/i;
const DECKS = /\.(safetensors|sft)$/i;
const IN_DECK = "denoiscope_answers";
/** Bytes: of the number that a deck file begins with, and of the longest header behind it; numbers begin aligned. */
const FIRST = 8;
const HEADER_LIMIT = 16 * 2 ** 20;
const ALIGNED = 8;

/** The parts of a copy of the file with the record inside; null where it is neither a page nor a deck. */
export async function withAnswers(file, record) {
  if (PAGES.test(file.name)) return intoPage(await file.text(), record);
  return DECKS.test(file.name) ? intoDeck(await deckIn(file), record) : null;
}

/** What a file of answers, a page or a deck holds of them: a record, or null. Throws SyntaxError for a broken one. */
export async function answersIn(file) {
  if (PAGES.test(file.name)) return JSON.parse((await file.text()).match(SCRIPT)?.[1] ?? "null");
  if (DECKS.test(file.name)) return JSON.parse((await deckIn(file))?.header.__metadata__[IN_DECK] ?? "null");
  return JSON.parse(await file.text());
}

/** pair07.html becomes pair07_answers.html. */
export const carriedName = (name) => name.replace(/(\.\w+)$/, "_answers$1");

function intoPage(text, record) {
  const end = text.lastIndexOf(PAGE_END);
  if (end < 0 || !PAGE_MARK.test(text)) return null;
  const safe = JSON.stringify(record).replace(/[<>&]/g, (sign) => ESCAPED[sign]);
  const script = `<script type="application/json" id="denoiscope-answers">${safe}</script>\n`;
  return [text.slice(0, end).replace(SCRIPT, ""), script, text.slice(end)];
}

/** The header of a deck file, and its numbers as they lie there; null for any other file. */
async function deckIn(file) {
  if (file.size < FIRST) return null;
  const length = Number(new DataView(await file.slice(0, FIRST).arrayBuffer()).getBigUint64(0, true));
  if (length > Math.min(HEADER_LIMIT, file.size - FIRST)) return null;
  const header = JSON.parse(await file.slice(FIRST, FIRST + length).text());
  return header?.__metadata__?.denoiscope ? { header, numbers: file.slice(FIRST + length) } : null;
}

function intoDeck(deck, record) {
  if (!deck) return null;
  const words = { ...deck.header.__metadata__, [IN_DECK]: JSON.stringify(record) };
  const text = new TextEncoder().encode(JSON.stringify({ ...deck.header, __metadata__: words }));
  const padding = " ".repeat((ALIGNED - (text.length % ALIGNED)) % ALIGNED);
  const first = new DataView(new ArrayBuffer(FIRST));
  first.setBigUint64(0, BigInt(text.length + padding.length), true);
  return [first, text, padding, deck.numbers];
}
