// A page of the course to read: words, perhaps a drawing that lights up, a question and its answer, or a test.

import { createDrawing } from "./drawing.js";
import { blocksOf, fieldsOf, headOf, ownAnswer, revealed } from "./lesson.js";

export function createPage(tools, page) {
  const { scope: { make }, said } = tools;
  const drawing = Object.keys(page.drawing).length ? createDrawing(tools.scope, page.drawing) : null;
  const lit = { ...tools, pointing: "light up", host: { ...tools.host, point: ({ part }) => drawing.light(part) } };
  const answer = make("div", { class: "dsp-page-answer" });
  const showAnswer = () => answer.replaceChildren(...answered(tools, page));
  showAnswer();
  return make(
    "article",
    { class: "dsp-lesson dsp-page" },
    ...headOf(tools, page, said("page", page.number)),
    make(
      "div",
      {},
      ...(drawing ? [drawing.element] : []),
      ...(page.sections.read ? blocksOf(lit, page, "read") : []),
    ),
    make("h2", {}, said("question")),
    ...blocksOf(tools, page, "question"),
    ...fieldsOf(tools, page, "question"),
    ...asked(tools, page, showAnswer),
    answer,
  );
}

const isTest = (page) => page.sections.question.fields.length > 0;

/** A test is answered by its fields, any other page in the reader's own words. */
function asked(tools, page, showAnswer) {
  if (!isTest(page)) return ownAnswer(tools, page, showAnswer);
  const show = tools.scope.make("button", { class: "dsp-main", type: "button" }, tools.said("show answer"));
  tools.scope.on(show, "click", () => {
    const chosen = chosenIn(tools, page);
    const all = chosen.every(Boolean);
    tools.announce(all ? "" : tools.said("answer all", chosen.filter((choice) => !choice).length));
    if (!all) return;
    tools.change(page.id, { revealed: true });
    showAnswer();
  });
  return [show];
}

function answered(tools, page) {
  const { said, scope, lesson } = tools;
  if (!lesson(page.id).revealed) return [];
  const head = scope.make("h2", { tabindex: -1 }, said("answer"));
  return [head, ...(isTest(page) ? result(tools, page) : []), ...revealed(tools, page)];
}

function result({ said, scope: { make }, lesson }, page) {
  const marks = rightIn(page, lesson(page.id).predictions);
  const entries = page.sections.question.fields.map((field, at) => {
    const right = field.options[page.measured[at] - 1];
    return make("li", { "data-right": marks[at] }, `${marks[at] ? "✓" : "✗"} ${right}`);
  });
  const sum = said("score", marks.filter(Boolean).length, marks.length);
  return [make("p", { role: "status" }, make("b", {}, sum)), make("ol", { class: "dsp-marks" }, ...entries)];
}

/** Which fields of a test were answered as `measured` has it. */
export const rightIn = ({ measured }, predictions) =>
  measured.map((right, at) => predictions[at + 1] === String(right));

const chosenIn = ({ lesson }, page) =>
  page.sections.question.fields.map((_, at) => lesson(page.id).predictions[at + 1] ?? "");
