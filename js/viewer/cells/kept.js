// Runs that are kept beside the newest one: which they are, the button that keeps, and the strip that lets go.

import { beside, calledBy, refusalBeside } from "../deck/beside.js";
import { readDeck } from "../deck/deck.js";
import { setAttribute } from "../elements/elements.js";
import { createIcon, iconButton } from "../elements/icons.js";
import {
  fullOf, keepLabel, keptForNow, keptHint, keptLabel, keptNow, keptWord, letGoLabel, nothingToKeep, removeLabel,
  waitsFor,
} from "../words/kept.js";

/** @typedef {import("../deck/deck.js").Deck} Deck */

/** Besides the newest one, which may be any run. */
export const MOST = 8;

/**
 * store(payloads) remembers them over a reload, and says whether there was room; without it nothing can be kept.
 * changed() is called when others are kept, say(words) when there is something to tell.
 */
export function createKept(scope, { store, changed, say }) {
  const button = iconButton(scope, "keep", keepLabel());
  const chips = scope.make("ul", { class: "ds-kept-runs" });
  const hint = scope.make("span", { class: "ds-hint" }, keptHint());
  const element = scope.make(
    "div", { class: "ds-kept", role: "group", "aria-label": keptLabel(), title: keptHint(), hidden: true },
    scope.make("span", {}, keptWord()), chips, hint,
  );
  /** @type {{ payload: any, deck: Deck }[]} */
  let runs = [];
  /** @type {?any} What is shown as the newest, null while that is live. */
  let newest = null;
  let finished = false;
  setAttribute(button.element, "hidden", !store);
  scope.on(button.element, "click", press);

  const keptAs = (payload) => runs.findIndex((run) => isSame(run.payload, payload));

  function press() {
    if (!finished) return say(nothingToKeep());
    const at = keptAs(newest);
    if (at >= 0) return keep(runs.filter((_, one) => one !== at));
    if (runs.length >= MOST) return say(fullOf(MOST));
    return say(keep([...runs, { payload: newest, deck: readDeck(newest) }]) ? keptNow() : keptForNow());
  }

  function keep(next) {
    runs = next;
    const stored = store(runs.map(({ payload }) => payload));
    changed();
    return stored;
  }

  /** What an earlier viewer kept; what it cannot read is left out. */
  function recall(payloads) {
    runs = payloads.map(readable).filter(Boolean);
  }

  /** The payload of the newest deck, and whether it is all there; null of a live one. */
  function take(payload, whole = false) {
    newest = payload;
    finished = whole;
  }

  /**
   * The newest deck with all that are kept before it. One that is kept itself stays in its place.
   * @type {(deck: Deck) => Deck}
   */
  function around(deck) {
    const at = newest === null ? -1 : keptAs(newest);
    const stands = runs.map((run, one) => (one === at ? deck : run.deck));
    const others = stands.map((one) => (one === deck ? null : reasonAgainst(one, deck)));
    const parts = [...stands.filter((_, one) => !others[one]), ...(at < 0 ? [deck] : [])];
    arrange(at, parts, others);
    return beside(parts, deck);
  }

  function arrange(at, parts, reasons) {
    button.use(at < 0 ? "keep" : "kept", at < 0 ? keepLabel() : letGoLabel());
    setAttribute(button.element, "aria-pressed", String(at >= 0));
    setAttribute(element, "hidden", runs.length === 0);
    const { labels, spoken } = calledBy(parts);
    let next = 0;
    const chip = ({ deck }, one) => {
      if (reasons[one]) return chipOf(calledBy([deck]).labels[0], waitsFor(reasons[one]), one, true);
      const label = labels[next];
      const title = spoken?.[next] ?? label;
      next += 1;
      return chipOf(label, title, one, false);
    };
    chips.replaceChildren(...runs.map(chip));
  }

  function chipOf(label, title, at, waits) {
    const words = removeLabel(waits ? label : title);
    const away = scope.make(
      "button", { type: "button", class: "ds-let-go", "aria-label": words, title: words }, createIcon(scope, "close"),
    );
    scope.on(away, "click", () => keep(runs.filter((_, one) => one !== at)));
    return scope.make("li", { class: "ds-kept-run", "data-waits": waits }, scope.make("span", { title }, label), away);
  }

  return { element, button: button.element, take, recall, around };
}

/** Why a kept run has to wait while this deck is shown. */
function reasonAgainst(kept, deck) {
  if (deck.predict) return "predict";
  return deck.cells ? "cells" : refusalBeside(kept, deck);
}

/** The same runs, whichever pictures were drawn of them. */
const isSame = (one, other) => one === other || runsIn(one) === runsIn(other);
const runsIn = ({ title, trajectories }) => JSON.stringify([title, trajectories]);

function readable(payload) {
  try {
    return { payload, deck: readDeck(payload) };
  } catch {
    return null;
  }
}
