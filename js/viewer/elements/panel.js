// One thing shown by itself: a head with the way to the big view, a sentence while there is nothing, and a place kept.

import { createBigView } from "./big_view.js";
import { createScope, setAttribute, setText } from "./elements.js";
import { createHelp } from "./help.js";
import { iconButton } from "./icons.js";
import { createKeeping } from "./keeping.js";
import { term } from "../language/language.js";
import { notesLabel } from "../words/run.js";
import { bigView } from "../words/viewer.js";

/**
 * `saved` is what an earlier panel gave to remember(place), called whenever the user has moved.
 *
 * A kind of panel is { name, style, label(title), empty(), read(payload), recalled(saved), build(scope, at) }. `read`
 * gives what is shown, with a title, or throws a sentence. `build` gives the elements below the head, which of them has
 * the focus in the big view, fill(shown), called once for all that is shown, and draw(shown, state), called at every
 * move. `at` has shown(), null while there is nothing, state(), and go(state), the one way to move.
 *
 * Returns { element, show(payload), recall(place), shows(), destroy() }.
 *
 * @typedef {{ document: Document, saved?: any, remember?: (place: any) => void }} Given
 * @param {any} kind
 * @param {Given} given
 */
export function createPanel(kind, { document, saved, remember = () => {} }) {
  const scope = createScope(document);
  const keeping = createKeeping(scope, () => remember(state));
  let state = kind.recalled(saved);
  let shown = null;

  const title = scope.make("b", {});
  const subtitle = scope.make("span", {});
  const enlarge = iconButton(scope, "enlarge", bigView());
  const heading = scope.make("p", {}, title, subtitle);
  const help = createHelp(scope, { element: () => element });
  const head = scope.make("header", { class: "ds-panel-head" }, heading, help.button, enlarge.element);
  const { parts, focused, fill, draw } = kind.build(scope, { shown: () => shown, state: () => state, go });
  const sentence = scope.make("p", { class: "ds-sentence" });
  const content = scope.make("div", { class: `ds-${kind.style}-content` }, head, ...parts, sentence);
  const element = scope.make("section", { class: "denoiscope", "aria-label": kind.label() }, content);
  const label = () => term(shown?.title) || kind.label();
  const big = createBigView(scope, { element, content, opener: enlarge, focused, label });
  scope.on(enlarge.element, "click", () => big.toggle());
  say(kind.empty());

  function say(words) {
    shown = null;
    setAttribute(content, "data-state", "empty");
    setText(sentence, words);
  }

  function show(payload) {
    try {
      shown = kind.read(payload);
    } catch (error) {
      return say(error.message);
    }
    setAttribute(content, "data-state", kind.name);
    setAttribute(element, "aria-label", kind.label(term(shown.title)));
    setText(title, term(shown.title));
    setText(subtitle, shown.subtitle ?? "");
    fill(shown, content);
    return draw(shown, state);
  }

  function go(next) {
    if (!shown) return;
    state = next;
    draw(shown, state);
    keeping.soon();
  }

  function recall(place) {
    state = kind.recalled(place);
    if (shown) draw(shown, state);
  }

  function destroy() {
    big.close();
    keeping.end();
    scope.destroy();
    element.remove();
    shown = null;
  }

  return { element, show, recall, shows: () => (shown ? kind.name : null), destroy };
}

/** The notes that come with what is shown, as a list: { element, write(sentences) }. */
export function createNotes(scope) {
  const element = scope.make("ul", { class: "ds-notes", "aria-label": notesLabel() });
  const item = (sentence) => scope.make("li", {}, term(sentence));
  const write = (sentences) => element.replaceChildren(...sentences.map(item));
  return { element, write };
}
