// All lessons in the order they are taught, what is done of them, pages to read, and the way to hand in answers.

import { progressOf } from "./answers.js";

export function createList(tools) {
  const { course, said, scope } = tools;
  const { make } = scope;
  const states = course.lessons.map((lesson) => stateOf(tools, lesson));
  const done = states.filter((state) => state === "done").length;
  return make(
    "div",
    { class: "dsp-list" },
    make("h1", { tabindex: -1 }, said("course")),
    make("p", { class: "dsp-quiet" }, said("about")),
    progressBar(make, said("progress", done, states.length), done, states.length),
    goOn(tools, states),
    make("ol", { class: "dsp-lessons" }, ...course.lessons.map((lesson, at) => entry(tools, lesson, states[at]))),
    make("h2", { class: "dsp-reading" }, said("to read")),
    make("ol", { class: "dsp-lessons" }, ...course.pages.map((page) => entry(tools, page, stateOf(tools, page)))),
    handIn(tools),
    ...livePage(tools),
    glossary(tools),
  );
}

const stateOf = ({ answers }, { id }) => progressOf(answers(), id);

function progressBar(make, words, value, max) {
  return make(
    "div",
    { class: "dsp-progress" },
    make("progress", { value, max, "aria-label": words }),
    make("span", {}, words),
  );
}

/** The first lesson that is not done. */
function goOn({ course, said, scope, show }, states) {
  const next = course.lessons[states.findIndex((state) => state !== "done")];
  if (!next) return "";
  const words = said(states.some(Boolean) ? "go on" : "start", `${next.number} · ${next.title}`);
  const button = scope.make("button", { class: "dsp-main", type: "button" }, words);
  scope.on(button, "click", () => show(next.id));
  return button;
}

function entry({ said, scope, show }, { id, number, title, subtitle }, state) {
  const { make } = scope;
  const mark = state ? make("span", { class: `dsp-mark dsp-${state}` }, said(state)) : "";
  const words = make(
    "span",
    { class: "dsp-entry-words" },
    make("b", {}, title),
    make("span", { class: "dsp-quiet" }, subtitle),
  );
  const button = make(
    "button",
    { class: "dsp-entry", type: "button" },
    make("span", { class: "dsp-number" }, String(number)),
    words,
    mark,
  );
  scope.on(button, "click", () => show(id));
  return make("li", {}, button);
}

function handIn({ answers, carry, handIn, rename, said, scope }) {
  const { make } = scope;
  const name = make("input", { type: "text", maxlength: 80, autocomplete: "name" });
  name.value = answers().name;
  scope.on(name, "input", () => rename(name.value));
  const save = make("button", { type: "button" }, said("save file"));
  scope.on(save, "click", handIn);
  const file = make("input", { type: "file", accept: ".html,.safetensors,.sft", hidden: true });
  scope.on(file, "change", () => void carry(file.files[0]));
  const into = make("button", { type: "button" }, said("into file"));
  scope.on(into, "click", () => file.click());
  return make(
    "section",
    { class: "dsp-hand-in" },
    make("h2", {}, said("hand in")),
    make("label", {}, make("span", {}, said("your name")), name),
    save,
    make("p", { class: "dsp-quiet" }, said("hand in about")),
    into,
    file,
    make("p", { class: "dsp-quiet" }, said("into file about")),
  );
}

/** Where the pack brings it: the page in which the model itself runs. */
function livePage({ host, said, scope: { make } }) {
  if (!host.livePage) return [];
  const link = make("a", { href: host.livePage, target: "_blank", rel: "noopener" }, said("live page"));
  return [make("section", { class: "dsp-live" }, link, make("p", { class: "dsp-quiet" }, said("live page about")))];
}

function glossary({ course, said, scope: { make } }) {
  const entries = course.glossary.flatMap(({ word, means }) => [make("dt", {}, word), make("dd", {}, means)]);
  return make("details", { class: "dsp-glossary" }, make("summary", {}, said("glossary")), make("dl", {}, ...entries));
}
