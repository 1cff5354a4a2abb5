// The languages of the viewer: complete, with the same values, and English wherever there is no other.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { basename } from "node:path";
import test, { afterEach } from "node:test";

import { chinese } from "../../js/viewer/language/chinese.js";
import { chineseReports } from "../../js/viewer/language/chinese_reports.js";
import { japanese } from "../../js/viewer/language/japanese.js";
import { japaneseReports } from "../../js/viewer/language/japanese_reports.js";
import { phrase, speak, term } from "../../js/viewer/language/language.js";
import { spokenStep, stepOf } from "../../js/viewer/words/run.js";

const VIEWER = new URL("../../js/viewer/", import.meta.url);
const PYTHON = ["../../core/", "../../host/"].map((folder) => new URL(folder, import.meta.url));
const TABLES = { japanese: { ...japanese, ...japaneseReports }, chinese: { ...chinese, ...chineseReports } };
const FILES = ["japanese", "chinese", "japanese_reports", "chinese_reports"];
const LETTERS = { japanese: /[\u3040-\u30ff\u4e00-\u9fff]/, chinese: /[\u4e00-\u9fff]/ };

const read = (folder, ending) =>
  readdirSync(folder, { recursive: true }).filter((name) =>
    name.endsWith(ending) && !FILES.includes(basename(name, ending)),
  ).map((name) => readFileSync(new URL(name, folder), "utf8"));
const modules = read(VIEWER, ".js");

/** The English of every phrase`...` of a module, with {1}, {2} for its values. */
function phrasesIn(source) {
  return [...source.matchAll(/\bphrase`/g)].map(({ index }) => englishAt(source, index + "phrase`".length));
}

function englishAt(source, start) {
  let [english, values] = ["", 0];
  for (let at = start; source[at] !== "`"; at++) {
    if (!source.startsWith("${", at)) english += source[at];
    else {
      english += `{${++values}}`;
      at = endOfValue(source, at + 2);
    }
  }
  return english;
}

function endOfValue(source, start) {
  for (let at = start, depth = 1; ; at++) {
    if (source[at] === "{") depth++;
    if (source[at] === "}" && --depth === 0) return at;
  }
}

const phrases = new Set(modules.flatMap(phrasesIn));
/**
 * All that is said elsewhere: Python's adjoining strings as one, without its keyboard keys, its formula written out.
 */
const others = [...modules, ...PYTHON.flatMap((folder) => read(folder, ".py"))]
  .join("\n")
  .replaceAll(/"\s*\n\s*f?"/g, "")
  .replaceAll(/<\/?kbd>/g, "")
  .replaceAll("{FORMULA}", "guided = unconditional + s · (conditional − unconditional)");
const placesIn = (text) => (text.match(/\{\d+\}/g) ?? []).sort().join(" ");

afterEach(() => speak("en"));

test("every phrase of the viewer stands in every language", () => {
  assert.ok(phrases.size > 200);
  for (const [name, table] of Object.entries(TABLES))
    assert.deepEqual([...phrases].filter((english) => !Object.hasOwn(table, english)), [], name);
});

test("the languages have the same words, none of them empty, each with the values of the English", () => {
  assert.deepEqual(Object.keys(TABLES.japanese), Object.keys(TABLES.chinese));
  for (const [name, table] of Object.entries(TABLES))
    for (const [english, words] of Object.entries(table)) {
      assert.ok(words.trim(), english);
      assert.equal(placesIn(words), placesIn(english), `${name}: ${english}`);
      if (/[a-z]{4}/.test(english) && english !== "sigma {1}") assert.match(words, LETTERS[name], english);
    }
});

test("no element has a name in English alone", () => {
  for (const source of modules)
    assert.doesNotMatch(source, /"aria-label": ["`]|iconButton\(scope, "\w+", ["`]|, title: "[A-Z]\w+ /);
});

test("nothing is translated that nobody says", () => {
  const unsaid = Object.keys(TABLES.japanese).filter((english) => !phrases.has(english) && !others.includes(english));
  assert.deepEqual(unsaid, []);
});

test("a phrase has its values where the language wants them", () => {
  assert.equal(stepOf(3, 20), "step 3 of 20");
  speak("ja");
  assert.equal(stepOf(3, 20), "ステップ 3/20");
  speak("zh");
  assert.equal(stepOf(3, 20), "第 3 步，共 20 步");
  assert.equal(
    spokenStep({ sigmas: [14.6, 0], steps: 1, complete: true, model_calls: [] }, 0), "第 0 步，共 1 步, sigma 14.6, 起始噪声",
  );
});

test("a value is never read as a phrase, whatever it holds", () => {
  for (const language of ["en", "ja"]) {
    speak(language);
    assert.ok(phrase`Show ${"{1} $& settled"} alone`.includes("{1} $& settled"));
  }
});

test("several sentences that came as one are said one by one, and left alone when one of them is not known", () => {
  speak("ja");
  const [kept, asked] = ["The mirror keeps the guided guess alone.", "No model was asked for a guess."];
  assert.equal(term(`${kept} ${asked}`), `${term(kept)} ${term(asked)}`);
  assert.notEqual(term(kept), kept);
  assert.equal(term(`${kept} And mine. Yes.`), `${kept} And mine. Yes.`);
});

test("a sentence that came with its values is said around them, whatever they hold", () => {
  const dog = "Not understood: dog, {1}.";
  assert.equal(term(dog), dog);
  speak("ja");
  assert.equal(term(dog), "理解できなかった単語: dog, {1}");
  const near = "Read as a word that the model knows: evening → dusk.";
  assert.equal(term(`${dog} ${near}`), `${term(dog)} ${term(near)}`);
  assert.notEqual(term(near), near);
  for (const own of ["not understood: dog.", "Not understood: dog", "Not understood: .", "castle, night"])
    assert.equal(term(own), own);
});

test("no two sentences with values can be taken for each other", () => {
  speak("ja");
  for (const [english, other] of Object.entries(japaneseReports)) {
    const [said, wanted] = [english, other].map((text) => text.replace(/\{(\d)\}/g, "<$1>"));
    assert.equal(term(said), wanted, english);
  }
});

test("what is in no table stays as it is", () => {
  speak("ja");
  assert.equal(term("a lighthouse at dusk"), "a lighthouse at dusk");
  assert.equal(term("constructor"), "constructor");
  assert.equal(term(null), null);
  assert.equal(phrase`nobody ever says ${1}`, "nobody ever says 1");
});

test("the first language wanted that is known is spoken, and English where none is", () => {
  const wishes = [
    ["ja", "ja"], ["ja-JP", "ja"], ["zh", "zh"], ["zh-CN", "zh"], ["zh-Hans-CN", "zh"], ["zh-TW", "en"],
    [["zh-TW", "zh", "en"], "zh"], [["de", "en-GB", "ja"], "en"], [["fr", "ja"], "ja"], [undefined, "en"], [[], "en"],
    ["__proto__", "en"],
  ];
  for (const [wanted, language] of wishes) assert.equal(speak(wanted), language, String(wanted));
});
