// One lesson as a page: everything in one column to read, its instrument alive between running and looking.

import { CONTENT, SECTIONS, blocksOf, ending, headOf } from "../../panel/lesson.js";

/** The page runs the model itself: it has a place for that, and no buttons that open a graph. */
const contents = { ...CONTENT, run: (tools, lesson) => blocksOf(tools, lesson, "run") };

/** `place(lesson)` gives the lesson's instrument as an element; `adds(lesson)` sentences on what ComfyUI adds. */
export const createFlow =
  ({ say, place, adds }) =>
  (tools, lesson) => {
    const { make } = tools.scope;
    const bodies = new Map(SECTIONS.map((name) => [name, make("div", { class: "dsp-step-body" })]));
    const sections = SECTIONS.map((name) => sectionOf(make, tools.said(name), name, bodies.get(name)));
    for (const name of SECTIONS) bodies.get(name).replaceChildren(...contents[name](tools, lesson, showAnswer));

    function showAnswer() {
      bodies.get("answer").replaceChildren(...contents.answer(tools, lesson));
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
        ...headOf(tools, lesson, tools.said("lesson", lesson.number)),
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
