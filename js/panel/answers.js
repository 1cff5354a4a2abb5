// What the reader wrote and did, lesson by lesson: plain records, kept by whoever is given them.

const FORMAT = "denoiscope.answers";
const VERSION = 1;
/** More than anybody writes in one field, and little enough to keep and to hand in. */
export const LONGEST = 4000;

export const NOTHING = Object.freeze({ predictions: {}, answer: "", ran: null, revealed: false, step: "predict" });

/** A record as it was kept; what is not as it should be is left out. */
export function readAnswers(kept) {
  const lessons = {};
  if (kept?.format !== FORMAT || kept.version !== VERSION) return { name: "", lessons };
  for (const [id, lesson] of Object.entries(kept.lessons ?? {})) lessons[id] = readLesson(lesson);
  return { name: text(kept.name), lessons };
}

function readLesson(lesson) {
  const predictions = {};
  for (const [place, value] of Object.entries(lesson?.predictions ?? {}))
    if (text(value)) predictions[place] = text(value);
  return {
    predictions,
    answer: text(lesson?.answer),
    ran: text(lesson?.ran) || null,
    revealed: lesson?.revealed === true,
    step: text(lesson?.step) || NOTHING.step,
  };
}

const text = (value) => (typeof value === "string" ? value.slice(0, LONGEST) : "");

export const lessonIn = (answers, id) => answers.lessons[id] ?? NOTHING;

/** The record with a lesson changed. */
export function withLesson(answers, id, change) {
  return { ...answers, lessons: { ...answers.lessons, [id]: { ...lessonIn(answers, id), ...change } } };
}

/** The record without what was written in a lesson. */
export function withoutLesson(answers, id) {
  const rest = Object.entries(answers.lessons).filter(([lesson]) => lesson !== id);
  return { ...answers, lessons: Object.fromEntries(rest) };
}

/** "done" once the answer was seen, "begun" once something was written or run, else null. */
export function progressOf(answers, id) {
  const { predictions, answer, ran, revealed } = lessonIn(answers, id);
  if (revealed) return "done";
  return answer || ran || Object.keys(predictions).length ? "begun" : null;
}

/** As it is kept, and handed in: `at` says when, `language` in which language the lessons were read. */
export const asFile = (answers, { language, at }) => ({ format: FORMAT, version: VERSION, language, at, ...answers });

/** A file name without what any file system refuses. */
export function fileName(name) {
  const safe = name
    .trim()
    .replace(/[^\p{L}\p{N}_-]+/gu, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 60);
  return `denoiscope_${safe || "answers"}.json`;
}
