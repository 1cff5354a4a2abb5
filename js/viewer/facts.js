// The run in words: notes that must be seen, and the facts, folded into one line until someone wants them.

import { setAttribute, setText } from "./elements/elements.js";
import { term } from "./language/language.js";
import { withCellFacts } from "./words/cells.js";
import { factsOf, noteCount, notesLabel, notesOf, summaryOf } from "./words/run.js";
import { withSettledFacts } from "./words/settling.js";

const LONG = new Set(["prompt", "prompt after", "negative prompt"]);

export function createFacts(scope) {
  const notes = scope.make("ul", { class: "ds-notes", "aria-label": notesLabel(), hidden: true });
  const words = scope.make("span", {});
  const count = scope.make("span", { class: "ds-note-count" });
  const summary = scope.make("summary", { class: "ds-summary" }, words, count);
  const list = scope.make("dl", { class: "ds-list" });
  const folded = scope.make("details", { class: "ds-details" }, summary, list);
  const element = scope.make("div", { class: "ds-facts" }, notes, folded);

  function arrange(deck, shown) {
    const trajectories = shown.map((index) => deck.trajectories[index]);
    const sentences = notesOf(trajectories);
    notes.replaceChildren(...sentences.map((note) => scope.make("li", {}, note)));
    setAttribute(notes, "hidden", sentences.length === 0);
    setText(count, sentences.length > 0 ? noteCount(sentences.length) : "");
    setText(words, summaryOf(trajectories));
    setAttribute(folded, "hidden", deck.live);
    const facts = withSettledFacts(withCellFacts(factsOf(deck, trajectories), trajectories), trajectories);
    list.replaceChildren(...facts.flatMap(([name, value]) => entry(name, String(value))));
  }

  function entry(name, value) {
    const long = LONG.has(name) ? "ds-long" : null;
    return [scope.make("dt", { class: long }, term(name)), scope.make("dd", { class: long }, value)];
  }

  /** Where there is a column for them the facts lie open, until someone folds them. */
  const roomy = (isRoomy) => (folded.open = isRoomy);

  return { element, arrange, roomy };
}
