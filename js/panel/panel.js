// The course in a panel: a list of lessons, or one lesson to read, with what the reader wrote kept in between.

import { createScope } from "../viewer/elements/elements.js";
import { saveFile } from "../viewer/elements/saving.js";
import { asFile, fileName, lessonIn, readAnswers, withLesson, withoutLesson } from "./answers.js";
import { carriedName, withAnswers } from "./carrying.js";
import { createList } from "./list.js";
import { createGlossary } from "./text.js";
import { createLesson } from "./lesson.js";
import { createPage } from "./page.js";

const REST = 600;

/**
 * `course` is what devtools/coursework/told.py makes. `host` does what only ComfyUI can:
 * { open(lesson), isOpen(lesson), run(), point(target), read(), keep(answers) }.
 * `read(tools, lesson)` draws a lesson, and leave(id) hears that the one before is left for another, or for the list.
 * Gives { element, ready, show(id) }: `ready` once what was kept is there.
 *
 * @param {{ document: Document, course: any, host: any, read?: (tools: any, lesson: any) => Element,
 *   leave?: (id: ?string) => void }} given
 */
export function createPanel({ document, course, host, read = createLesson, leave = () => {} }) {
  const scope = createScope(document);
  const { make } = scope;
  const said = (name, ...values) => filled(course.words[name], values);
  const body = make("div", { class: "dsp-body" });
  const notice = make("p", { class: "dsp-notice", role: "status", hidden: true });
  const element = make("div", { class: "dsp", lang: course.language }, body, notice);
  // Keys in the panel are the panel's: ComfyUI would delete the selected node. Ctrl and Cmd stay ComfyUI's.
  scope.on(element, "keydown", (event) => !event.ctrlKey && !event.metaKey && event.stopPropagation());

  let answers = readAnswers(null);
  let shown = null;
  let resting = null;

  const tools = {
    explain: createGlossary(course.glossary),
    scope,
    course,
    host,
    said,
    lesson: (id) => lessonIn(answers, id),
    answers: () => answers,
    change: (id, change) => keep(withLesson(answers, id, change)),
    clear: (id) => keep(withoutLesson(answers, id)),
    rename: (name) => keep({ ...answers, name }),
    handIn: () => save(fileName(answers.name), [JSON.stringify(record(), null, 1)]),
    carry,
    show,
    announce,
  };

  function show(id) {
    leave(id);
    shown = id;
    body.replaceChildren(drawn(id));
    element.closest(".sidebar-content-container")?.scrollTo({ top: 0 });
    body.querySelector("h1, h2")?.focus();
  }

  /** A lesson, a page, or the list. */
  function drawn(id) {
    const lesson = course.lessons.find((each) => each.id === id);
    if (lesson) return read(tools, lesson);
    const page = course.pages.find((each) => each.id === id);
    return page ? createPage(tools, page) : createList(tools);
  }

  function keep(changed) {
    answers = changed;
    scope.window.clearTimeout(resting);
    resting = scope.window.setTimeout(() => void write(), REST);
  }

  async function write() {
    if (!(await host.keep(record()))) announce(said("not kept"));
  }

  const record = () => asFile(answers, { language: course.language, at: new Date().toISOString() });

  /** A copy of a saved page or deck with the answers inside: only where the reader asks for it, file by file. */
  async function carry(file) {
    const parts = await withAnswers(file, record()).catch((error) => {
      if (error instanceof SyntaxError) return null;
      throw error;
    });
    announce(parts ? "" : said("not carried", file.name));
    if (parts) save(carriedName(file.name), parts);
  }

  /** `parts`: text, bytes and parts of other files. */
  const save = (name, parts) => saveFile(scope, name, new scope.window.Blob(parts));

  function announce(words) {
    notice.textContent = words;
    notice.hidden = !words;
  }

  const ready = host.read().then((kept) => {
    answers = readAnswers(kept);
    show(shown);
  });

  return { element, ready, show };
}

/** "{} of {}" filled in order, "{1}, {0}" by place. */
export function filled(text, values) {
  let next = 0;
  return text.replace(/\{(\d?)\}/g, (_, at) => String(values[at === "" ? next++ : Number(at)]));
}
