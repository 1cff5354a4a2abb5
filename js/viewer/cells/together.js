// The line under many cells: how they stand together, what play and a click do, and which of them are shown.

import { viewOf } from "../deck/deck.js";
import { LOCKS } from "../deck/lock.js";
import { strolls } from "../deck/moves.js";
import { SUBJECTS } from "../deck/state.js";
import { createChoice } from "../elements/choice.js";
import { setAttribute, setText } from "../elements/elements.js";
import { lockWords, pinHint, pinSecond, subjectWords } from "../words/cells.js";

export function createTogether(scope, { selection, setLock, setSubject }) {
  const subject = createChoice(
    scope, { label: subjectWords().label, ids: SUBJECTS, words: subjectWords(), choose: setSubject },
  );
  const lock = createChoice(scope, { label: lockWords().label, ids: LOCKS, words: lockWords(), choose: setLock });
  const hint = scope.make("span", { class: "ds-hint" });
  const element = scope.make(
    "div", { class: "ds-together", hidden: true }, lock.element, subject.element, hint, selection.element,
  );

  /** `differs`: whether the runs differ in their σ, so that there is a choice. */
  function arrange(deck, state, { differs }) {
    const veiled = Boolean(deck.veil);
    const all = state.trajectory === null && !viewOf(deck, state.view).corners;
    setAttribute(element, "hidden", deck.trajectories.length < 2 || Boolean(deck.cells) || (veiled && !differs));
    setAttribute(lock.element, "hidden", !differs || !all);
    lock.select(state.lock);
    setAttribute(subject.element, "hidden", !strolls(state, deck));
    subject.select(state.subject);
    setText(hint, all && !deck.live && !veiled ? hintFor(state.pins.length) : "");
  }

  return { element, arrange };
}

const hintFor = (pins) => [pinHint(), pinSecond(), ""][pins];
