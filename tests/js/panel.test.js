import assert from "node:assert/strict";
import { File } from "node:buffer";
import test from "node:test";

import {
  LONGEST,
  NOTHING,
  asFile,
  fileName,
  lessonIn,
  progressOf,
  readAnswers,
  withLesson,
  withoutLesson,
} from "../../js/panel/answers.js";
import { answersIn, carriedName, withAnswers } from "../../js/panel/carrying.js";
import { rightIn } from "../../js/panel/page.js";
import { filled } from "../../js/panel/panel.js";
import { createGlossary, parts } from "../../js/panel/text.js";
import { translated } from "../../js/graph/course_host.js";

const EMPTY = readAnswers(null);

test("a text is told in parts, and what looks like HTML stays text", () => {
  assert.deepEqual(parts("Choose **x0 guess**, *now* <b>"), [
    { kind: "plain", text: "Choose " },
    { kind: "strong", text: "x0 guess" },
    { kind: "plain", text: ", " },
    { kind: "em", text: "now" },
    { kind: "plain", text: " <b>" },
  ]);
  assert.deepEqual(parts("3 * 4"), [{ kind: "plain", text: "3 * 4" }]);
});

test("words are filled in order, or by place where a language has another order", () => {
  assert.equal(filled("{} of {} done", [2, 18]), "2 of 18 done");
  assert.equal(filled("{1} 課中 {0} 課", [2, 18]), "18 課中 2 課");
});

test("what was written comes back as it was handed in", () => {
  const written = withLesson(EMPTY, "01", { predictions: { 1: "5" }, answer: "sums" });
  const again = readAnswers(
    JSON.parse(JSON.stringify(asFile(written, { language: "ja", at: "2026-12-01T00:00:00Z" }))),
  );
  assert.deepEqual(lessonIn(again, "01"), { ...NOTHING, predictions: { 1: "5" }, answer: "sums" });
});

const ANNA = asFile(withLesson(EMPTY, "01", { answer: "</script><b> & $& ᾱ" }), { language: "en", at: "2026" });
const BEN = asFile(withLesson(EMPTY, "02", { answer: "no" }), { language: "en", at: "2027" });
const PAGE = '<html><body>$&<script type="application/json" id="payload">{}</script>\n</body>\n</html>\n';

function deck(header, numbers = "12345678") {
  const text = new TextEncoder().encode(JSON.stringify(header));
  return new File([new BigUint64Array([BigInt(text.length)]), text, numbers], "d.safetensors");
}
const DECK = deck({ __metadata__: { denoiscope: "{}", other: "ä" }, x: { dtype: "F64", data_offsets: [0, 8] } });

test("a page and a deck carry answers, the newest alone, and all else in them stays", async () => {
  for (const file of [new File([PAGE], "p.html"), DECK]) {
    const carried = async (from, record) => new File(await withAnswers(from, record), carriedName(from.name));
    const twice = await carried(await carried(file, BEN), ANNA);
    assert.deepEqual(await answersIn(twice), ANNA);
    assert.equal(await answersIn(file), null);
    assert.match(twice.name, /^[pd]_answers_answers\.(html|safetensors)$/);
  }
  const page = await new File(await withAnswers(new File([PAGE], "p.html"), ANNA), "p.html").text();
  assert.equal(page.replace(/<script type="application\/json" id="denoiscope-answers">.*<\/script>\n/, ""), PAGE);
  assert.equal(page.match(/<\/script>/g).length, 2);
});

test("a deck with answers is a file that safetensors readers take: aligned, its numbers where they were", async () => {
  const bytes = await new File(await withAnswers(DECK, ANNA), "d.safetensors").arrayBuffer();
  const length = Number(new DataView(bytes).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.slice(8, 8 + length)));
  assert.equal(length % 8, 0);
  assert.equal(new TextDecoder().decode(bytes.slice(8 + length)), "12345678");
  assert.deepEqual(header.x, { dtype: "F64", data_offsets: [0, 8] });
  assert.deepEqual({ ...header.__metadata__, denoiscope_answers: 0 }, {
    denoiscope: "{}", other: "ä", denoiscope_answers: 0,
  });
});

test("what is neither a page nor a deck carries nothing", async () => {
  const others = [
    new File(["<body></body>"], "p.html"), new File([PAGE], "p.txt"), new File(["x"], "d.sft"), deck({}),
    new File([new BigUint64Array([2n ** 63n]), "{}"], "d.safetensors"),
  ];
  for (const other of others) assert.equal(await withAnswers(other, ANNA), null);
});

test("a file of another kind, or with odd values in it, does no harm", () => {
  for (const odd of [undefined, 3, "x", {}, { format: "denoiscope.answers", version: 9 }])
    assert.deepEqual(readAnswers(odd), EMPTY);
  const { lessons } = readAnswers({
    format: "denoiscope.answers",
    version: 1,
    lessons: { a: null, b: { predictions: { 1: 5, 2: "x" }, answer: {}, revealed: 1 } },
  });
  assert.deepEqual(lessons.a, NOTHING);
  assert.deepEqual(lessons.b, { ...NOTHING, predictions: { 2: "x" } });
});

test("a text is kept up to a length", () => {
  const kept = readAnswers({
    format: "denoiscope.answers",
    version: 1,
    lessons: { a: { answer: "x".repeat(LONGEST + 9) } },
  });
  assert.equal(kept.lessons.a.answer.length, LONGEST);
});

test("a lesson is begun by writing or running, done by seeing its answer, and can be cleared", () => {
  assert.equal(progressOf(EMPTY, "01"), null);
  const begun = withLesson(EMPTY, "01", { predictions: { 1: "5" } });
  assert.equal(progressOf(begun, "01"), "begun");
  assert.equal(progressOf(withLesson(begun, "01", { revealed: true }), "01"), "done");
  assert.equal(progressOf(withoutLesson(begun, "01"), "01"), null);
});

test("a name becomes a file name in any writing, and a dangerous one does not", () => {
  assert.equal(fileName("Anna B."), "denoiscope_Anna_B.json");
  assert.equal(fileName("山田 太郎"), "denoiscope_山田_太郎.json");
  assert.equal(fileName("../../etc"), "denoiscope_etc.json");
  assert.equal(fileName("  "), "denoiscope_answers.json");
});

test("a graph is translated in its titles and notes alone", () => {
  const workflow = {
    nodes: [
      { id: 1, type: "MarkdownNote", title: "a", flags: {}, widgets_values: ["b"] },
      { id: 2, type: "MarkdownNote", title: "c", flags: { collapsed: true }, widgets_values: ["d"] },
      { id: 3, type: "KSampler", title: "Eight", widgets_values: [7] },
      { id: 4, type: "KSampler", widgets_values: [8] },
    ],
  };
  const notes = { leading: { title: "A", text: "B" }, answer: { title: "C", text: "D" } };
  const { nodes } = translated(workflow, { graph: { 3: "八" }, notes });
  assert.deepEqual(
    nodes.map(({ title, widgets_values: [value] }) => [title, value]),
    [
      ["A", "B"],
      ["C", "D"],
      ["八", 7],
      [undefined, 8],
    ],
  );
});

test("a word is explained however it is written, and no other word is", () => {
  const explain = createGlossary([{ id: "latent", word: "latent", means: "A small block of numbers." }]);
  assert.equal(explain("Latent"), "A small block of numbers.");
  assert.equal(explain("latents"), null);
});

test("a test knows which of its questions were answered as measured, and an open one is not right", () => {
  assert.deepEqual(rightIn({ measured: [2, 3, 1] }, { 1: "2", 2: "1" }), [true, false, false]);
});
