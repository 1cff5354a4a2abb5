// What is in sight, explained: the views of a deck, the lines of its chart, the switches, what pictures are made of.

import { tabsOf } from "./deck/deck.js";
import { term } from "./language/language.js";
import { attentionHint, attentionWord } from "./words/attention.js";
import { linesTitle, picturesTitle, rawHint, switchesTitle, viewsTitle } from "./words/help.js";
import { settledHint, settledWord } from "./words/settling.js";
import { rawWord, sourceWords } from "./words/viewer.js";

/** Sections of the page of words, as help.js takes them; `lines` are [name, sentence] of the chart. */
export function explained(deck, lines) {
  const has = (id) => deck.views.some((view) => view.id === id);
  const switches = [
    has("x") && has("x_raw") && [rawWord(), rawHint()],
    deck.settling && [settledWord(), settledHint()],
    deck.attention && [attentionWord(), attentionHint()],
  ];
  const { vae, approximate, exact } = sourceWords();
  return [
    { title: viewsTitle(), entries: tabsOf(deck).map((view) => [term(view.title), term(view.absent ?? view.caption)]) },
    { title: linesTitle(), entries: lines },
    { title: switchesTitle(), entries: switches.filter(Boolean) },
    { title: picturesTitle(), entries: [vae, approximate, exact].map(({ text, hint }) => [text, hint]) },
  ];
}
