// The line that chooses whose attention is shown: the word, the layers, and what the brightest colour stands for.

import { SCALE_IDS, canLook, guessAt, lookOf, showsAttention } from "../deck/attention.js";
import { createChoice } from "../elements/choice.js";
import { setAttribute, setText } from "../elements/elements.js";
import { term } from "../language/language.js";
import { layersHint, layersLabel, mapWords, shareWords, sharesLabel, wordsLabel } from "../words/attention.js";

/** setWord(word), setLayers(name), setShare(id); `largestOf(index)` is the largest share on the stage for a run. */
export function createAttentionBar(scope, { setWord, setLayers, setShare, largestOf }) {
  const words = scope.make("div", { class: "ds-choice ds-look-words", role: "group", "aria-label": wordsLabel() });
  const layers = scope.make("select", { class: "ds-select", "aria-label": layersLabel() });
  const share = createChoice(scope, { label: sharesLabel(), ids: SCALE_IDS, words: shareWords(), choose: setShare });
  const note = scope.make("span", { class: "ds-caption" });
  const element = scope.make(
    "div", { class: "ds-attention", hidden: true }, words,
    scope.make("div", { class: "ds-looking" }, layers, share.element, note),
  );
  scope.on(words, "click", ({ target }) => target.dataset.word && setWord(target.dataset.word));
  scope.on(layers, "change", () => setLayers(layers.value));
  let offered = null;

  function arrange(deck, view, state) {
    const shown = showsAttention(state, deck) && canLook(deck, view);
    setAttribute(element, "hidden", !shown);
    if (!shown) return;
    if (offered !== deck.attention) offer(deck.attention);
    const look = lookOf(state, deck);
    for (const button of words.children)
      setAttribute(button, "aria-pressed", String(button.dataset.word === look.word));
    layers.value = look.group.name;
    setAttribute(layers, "title", layersHint(look.group));
    share.select(look.own ? "own" : "shared");
  }

  function offer(attention) {
    offered = attention;
    words.replaceChildren(
      ...attention.words.map((word) => scope.make("button", { type: "button", "data-word": word }, word)),
    );
    layers.replaceChildren(
      ...attention.groups.map((group) => scope.make("option", { value: group.name }, term(group.name))),
    );
    setAttribute(layers, "hidden", attention.groups.length < 2);
  }

  /** What is read at the step of one run. */
  function move(deck, index, step) {
    if (element.hidden) return;
    setText(note, mapWords(guessAt(deck, index, step), step, largestOf(index)));
  }

  return { element, arrange, move };
}
