// The course as a page: the panel's list and the lessons' texts, with the model alive in them.

import { hasPredicted } from "../../panel/lesson.js";
import { createPanel } from "../../panel/panel.js";
import { speak } from "../../viewer/language/language.js";
import { createEngine } from "../engine.mjs";
import { createPageHost } from "./host.mjs";
import { createInstrument } from "./instrument.mjs";
import { createFlow } from "./lesson.mjs";

/** Words of the panel that speak of ComfyUI, and what the page says in their place. */
const OWN_WORDS = { "no viewer": "runFirst", "not yet": "notShown", "not kept": "notKept", about: "courseLead" };

/** `told` is what devtools/livepage/course_parts.py makes. */
export function openCourse(document, parts, { scope, say, language, main }, told) {
  const { window } = scope;
  speak(language);
  const engine = createEngine(parts);
  let instrument = null;
  const course = withWords(told.languages[language], say);
  const nodeName = (type) => told.nodes[language][type];

  function place(lesson, tools) {
    instrument = createInstrument(scope, {
      ...{ say, engine, parts, told: told.instruments[lesson.id] },
      warning: () => (hasPredicted(tools, lesson) ? "" : tools.said("predict before")),
      ran: () => tools.change(lesson.id, { ran: new Date().toISOString() }),
    });
    return instrument.element;
  }

  const all = [...course.lessons, ...course.pages];
  const wanted = () => all.find(({ id }) => `#${id}` === window.location.hash)?.id ?? null;
  const first = wanted();
  const panel = createPanel({
    document,
    course,
    host: createPageHost({ window, instrument: () => instrument }),
    read: createFlow({ say, place, adds: (lesson) => added(told.instruments[lesson.id], lesson) }),
    leave: (id) => {
      instrument?.end();
      instrument = null;
      window.history.replaceState(null, "", `#${id ?? ""}`);
    },
  });
  panel.element.classList.add("lc");
  main.replaceChildren(panel.element);
  scope.on(window, "hashchange", () => panel.show(wanted()));
  scope.on(document, "keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) instrument?.run();
  });
  void panel.ready.then(() => first && panel.show(first));

  /** What the graph of the lesson has and the page has not. */
  function added({ kind, left, lacks, predict }, lesson) {
    return [
      kind === "none" && say("notHere"),
      left > 0 && say("runsLeft", left),
      lacks.length > 0 && say("nodesLeft", lacks.map(nodeName).join(", ")),
      predict === "step" && say("predictLeft"),
      say("graphAdds", lesson.number, lesson.title),
    ].filter(Boolean);
  }
}

function withWords(course, say) {
  const own = Object.fromEntries(Object.entries(OWN_WORDS).map(([name, word]) => [name, say(word)]));
  return { ...course, words: { ...course.words, ...own } };
}
