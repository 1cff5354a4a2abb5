// One lesson to read, one step at a time: predict, run, look, change one thing, question, answer.

import { createField } from "./field.js";
import { drawBlocks, line } from "./text.js";

export const SECTIONS = ["predict", "run", "look", "change", "question", "answer"];

export function createLesson(tools, lesson) {
  const { scope: { make }, said } = tools;
  const steps = make("div", { class: "dsp-steps" });
  const page = make("article", { class: "dsp-lesson" }, ...headOf(tools, lesson, said("lesson", lesson.number)), steps);
  /** Opens a step, or closes all (null); the focus goes to the head of what was opened or closed. */
  const open = (name, from = name) => {
    tools.change(lesson.id, { step: name });
    draw(name);
    const head = steps.querySelector(`[data-step=${from}] button`);
    head.focus();
    head.scrollIntoView({ block: "nearest" });
  };
  const draw = (current) => {
    const bodies = SECTIONS.map((name) => stepOf(tools, lesson, name, { current, open }));
    steps.replaceChildren(...bodies, ending(tools, lesson));
  };
  draw(SECTIONS.includes(tools.lesson(lesson.id).step) ? tools.lesson(lesson.id).step : SECTIONS[0]);
  return page;
}

/** What a lesson or a page begins with: the way back, what it is called (`name`), its title and its first words. */
export function headOf({ explain, said, scope: { make, on }, show }, { intro, subtitle, title }, name) {
  const back = make("button", { class: "dsp-back", type: "button" }, `‹ ${said("all lessons")}`);
  on(back, "click", () => show(null));
  return [
    back,
    make("p", { class: "dsp-quiet" }, name),
    make("h1", { tabindex: -1 }, title),
    make("p", { class: "dsp-subtitle" }, subtitle),
    ...drawBlocks(make, intro, { explain }),
  ];
}

function stepOf(tools, lesson, name, { current, open }) {
  const { make, on } = tools.scope;
  const isOpen = name === current;
  const head = make(
    "button",
    { type: "button", class: "dsp-step-head", "aria-expanded": String(isOpen) },
    tools.said(name),
  );
  on(head, "click", () => open(isOpen ? null : name, name));
  const step = make("section", { class: "dsp-step", "data-open": isOpen, "data-step": name }, make("h2", {}, head));
  if (!isOpen) return step;
  const content = CONTENT[name](tools, lesson, open);
  step.append(make("div", { class: "dsp-step-body" }, ...content, ...goOn(tools, name, open)));
  return step;
}

function goOn({ said, scope }, name, open) {
  const next = SECTIONS[SECTIONS.indexOf(name) + 1];
  if (!next || next === "answer") return [];
  const button = scope.make("button", { class: "dsp-next", type: "button" }, said("next step", said(next)));
  scope.on(button, "click", () => open(next));
  return [button];
}

/** What stands under each step; `open("answer")` is called once the answer may be seen. */
export const CONTENT = {
  predict: (tools, lesson) => [...blocksOf(tools, lesson, "predict"), ...fieldsOf(tools, lesson)],
  run: (tools, lesson) => [...blocksOf(tools, lesson, "run"), ...runButtons(tools, lesson)],
  look: (tools, lesson) => blocksOf(tools, lesson, "look"),
  change: (tools, lesson) => blocksOf(tools, lesson, "change"),
  question: (tools, lesson, open) => [...blocksOf(tools, lesson, "question"), ...ownAnswer(tools, lesson, open)],
  answer: (tools, lesson) => revealed(tools, lesson),
};

export const blocksOf = (tools, lesson, name) =>
  drawBlocks(tools.scope.make, lesson.sections[name].blocks, {
    onItem: (item) => pointer(tools, item.target),
    explain: tools.explain,
  });

/** Sets the viewer to what an item speaks of; on a page, the drawing. */
function pointer({ announce, host, pointing = "show me", said, scope }, target) {
  if (Object.keys(target).length === 0) return [];
  const button = scope.make(
    "button",
    { class: "dsp-point", type: "button", title: said(pointing), "aria-label": said(pointing) },
    "◎",
  );
  scope.on(button, "click", () => {
    const why = host.point(typed(target));
    announce(why ? said(why) : "");
  });
  return [" ", button];
}

/** Where an item of a text points to: "5" is a number there, "on" a switch, and everything else a name. */
const typed = (target) =>
  Object.fromEntries(Object.entries(target).map(([name, value]) => [name, value === "on" || asNumber(value)]));

const asNumber = (value) => (/^\d+$/.test(value) ? Number(value) : value);

export function fieldsOf(tools, lesson, section = "predict") {
  return lesson.sections[section].fields.map((field, at) => {
    const place = String(at + 1);
    const change = (value) => {
      tools.change(lesson.id, { predictions: { ...tools.lesson(lesson.id).predictions, [place]: value } });
    };
    return createField(tools, field, tools.lesson(lesson.id).predictions[place] ?? "", change);
  });
}

/** Whether a prediction is written, or none is asked for. */
export const hasPredicted = ({ lesson: written }, lesson) =>
  !lesson.sections.predict.fields.length || Object.values(written(lesson.id).predictions).some(Boolean);

function runButtons(tools, lesson) {
  const { announce, host, said, scope } = tools;
  const { make, on } = scope;
  const open = make("button", { type: "button" }, said(host.isOpen(lesson) ? "open again" : "open graph"));
  const run = make("button", { type: "button", class: "dsp-main" }, said("run graph"));
  const state = make("p", { class: "dsp-quiet", role: "status" });
  const warning = hasPredicted(tools, lesson) ? [] : [make("p", { class: "dsp-warning" }, said("predict before"))];
  const opening = async () => {
    try {
      await host.open(lesson);
      announce("");
      return true;
    } catch (error) {
      announce(said("not opened", error.message));
      return false;
    }
  };
  on(open, "click", () => void opening());
  on(run, "click", async () => {
    if (!host.isOpen(lesson) && !(await opening())) return;
    state.textContent = said("running");
    const end = await host.run();
    state.textContent = said(end);
    if (end === "ran") tools.change(lesson.id, { ran: new Date().toISOString() });
  });
  return [...warning, make("div", { class: "dsp-buttons" }, open, run), state, ...caseButtons(tools, lesson)];
}

/** Further graphs of a lesson, by number; a case that is opened is run with ComfyUI's own button. */
function caseButtons({ announce, host, said, scope }, lesson) {
  if (!lesson.cases.length) return [];
  const opening = async (number) => {
    try {
      await host.open({ ...lesson, workflow: lesson.cases[number], notes: null });
      announce(said("case open", number + 1));
    } catch (error) {
      announce(said("not opened", error.message));
    }
  };
  const buttons = lesson.cases.map((_, number) => {
    const label = said("case", number + 1);
    const button = scope.make("button", { type: "button", title: label, "aria-label": label }, String(number + 1));
    scope.on(button, "click", () => void opening(number));
    return button;
  });
  return [scope.make("p", {}, said("cases")), scope.make("div", { class: "dsp-buttons dsp-cases" }, ...buttons)];
}

/** `open("answer")` is called once the answer may be seen. */
export function ownAnswer(tools, lesson, open) {
  const { said, scope } = tools;
  const change = (answer) => {
    tools.change(lesson.id, { answer });
    show.disabled = !answer.trim();
    hint.hidden = !show.disabled;
  };
  const field = createField(
    tools,
    { kind: "text", label: said("your answer"), options: [] },
    tools.lesson(lesson.id).answer,
    change,
  );
  const show = scope.make("button", { class: "dsp-main", type: "button" }, said("show answer"));
  const hint = scope.make("p", { class: "dsp-quiet" }, said("answer before"));
  show.disabled = !tools.lesson(lesson.id).answer.trim();
  hint.hidden = !show.disabled;
  scope.on(show, "click", () => {
    tools.change(lesson.id, { revealed: true });
    open("answer");
  });
  return [field, show, hint];
}

export function revealed(tools, lesson) {
  const { said, scope } = tools;
  const { answer, revealed: isSeen } = tools.lesson(lesson.id);
  if (!isSeen) return [scope.make("p", { class: "dsp-quiet" }, said("answer before"))];
  const own = answer
    ? [scope.make("blockquote", {}, scope.make("b", {}, said("your answer")), scope.make("p", {}, answer))]
    : [];
  return [...own, ...blocksOf(tools, lesson, "answer")];
}

export function ending(tools, lesson) {
  const { course, said, scope } = tools;
  const { make, on } = scope;
  const next = course.lessons[course.lessons.indexOf(lesson) + 1];
  const parts = [];
  if (next) {
    const button = make(
      "button",
      { class: "dsp-next-lesson", type: "button" },
      ...line(make, said("next lesson", next.title)),
    );
    on(button, "click", () => tools.show(next.id));
    parts.push(button);
  }
  const clear = make("button", { class: "dsp-clear", type: "button" }, said("start over"));
  on(clear, "click", () => {
    if (clear.dataset.sure) {
      tools.clear(lesson.id);
      tools.show(lesson.id);
    } else {
      clear.dataset.sure = "true";
      clear.textContent = said("sure");
    }
  });
  return make("footer", { class: "dsp-ending" }, ...parts, clear);
}
