// One lesson as a page: everything in one column to read, its instrument alive between running and looking.

import { SECTIONS, blocksOf, ending, fieldsOf, ownAnswer, revealed } from "../../panel/lesson.js";
import { drawBlocks } from "../../panel/text.js";

/** `place(lesson)` gives the lesson's instrument as an element; `adds(lesson)` sentences on what ComfyUI adds. */
export const createFlow =
  ({ say, place, adds }) =>
  (tools, lesson) => {
    const { make } = tools.scope;
    const back = make("button", { class: "dsp-back", type: "button" }, `‹ ${tools.said("all lessons")}`);
    tools.scope.on(back, "click", () => tools.show(null));
    const bodies = new Map(SECTIONS.map((name) => [name, make("div", { class: "dsp-step-body" })]));
    const sections = SECTIONS.map((name) => sectionOf(make, tools.said(name), name, bodies.get(name)));
    const contents = {
      predict: () => [...blocksOf(tools, lesson, "predict"), ...fieldsOf(tools, lesson)],
      run: () => blocksOf(tools, lesson, "run"),
      look: () => blocksOf(tools, lesson, "look"),
      change: () => blocksOf(tools, lesson, "change"),
      question: () => [...blocksOf(tools, lesson, "question"), ...ownAnswer(tools, lesson, showAnswer)],
      answer: () => revealed(tools, lesson),
    };
    for (const name of SECTIONS) bodies.get(name).replaceChildren(...contents[name]());

    function showAnswer() {
      bodies.get("answer").replaceChildren(...contents.answer());
      const head = sections.at(-1).querySelector("h2");
      head.focus();
      head.scrollIntoView({ block: "start" });
    }

    const [predict, run, ...rest] = sections;
    const more = make(
      "aside",
      { class: "lc-adds", "aria-labelledby": "lc-adds" },
      make("h2", { id: "lc-adds" }, say("adds")),
      ...adds(lesson).map((words) => make("p", {}, words)),
    );
    return make(
      "article",
      { class: "lc-lesson" },
      make(
        "div",
        { class: "lc-head" },
        back,
        make("p", { class: "dsp-quiet" }, tools.said("lesson", lesson.number)),
        make("h1", { tabindex: -1 }, lesson.title),
        make("p", { class: "dsp-subtitle" }, lesson.subtitle),
        ...drawBlocks(make, lesson.intro, { explain: tools.explain }),
      ),
      make("div", { class: "dsp-steps lc-before" }, predict, run),
      make("div", { class: "lc-place" }, place(lesson, tools)),
      make("div", { class: "dsp-steps lc-after" }, ...rest, more, ending(tools, lesson)),
    );
  };

const sectionOf = (make, title, name, body) =>
  make(
    "section",
    { class: "dsp-step", "data-open": true, "data-step": name },
    make("h2", { class: "lc-step-head", tabindex: -1 }, title),
    body,
  );
