// Bytes from text, 4 from 5 letters: a page is text, and 64 letters would make it a fifteenth larger.

/** The letters of Python's b85encode, with a comma for the <, so that nothing in it can end an element of the page. */
const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;,=>?@^_`{|}~";
const BASE = LETTERS.length;
const [LETTERS_AT_A_TIME, BYTES_AT_A_TIME] = [5, 4];

const VALUES = new Uint8Array(128);
[...LETTERS].forEach((letter, value) => (VALUES[letter.charCodeAt(0)] = value));

export function bytesOf(text) {
  const short = (LETTERS_AT_A_TIME - (text.length % LETTERS_AT_A_TIME)) % LETTERS_AT_A_TIME;
  const whole = text + LETTERS.at(-1).repeat(short);
  const bytes = new DataView(new ArrayBuffer((whole.length / LETTERS_AT_A_TIME) * BYTES_AT_A_TIME));
  for (let from = 0, to = 0; from < whole.length; to += BYTES_AT_A_TIME) {
    let sum = 0;
    for (const end = from + LETTERS_AT_A_TIME; from < end; from++) sum = sum * BASE + VALUES[whole.charCodeAt(from)];
    bytes.setUint32(to, sum);
  }
  return new Uint8Array(bytes.buffer, 0, bytes.byteLength - short);
}
