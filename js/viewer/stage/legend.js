// The line under the stage: what the pictures are made of, the scale of a map, and the switches of what is shown.

import { canLook, lookOf, showsAttention } from "../deck/attention.js";
import { canCover, showsSettling } from "../deck/settling.js";
import { setAttribute, setText } from "../elements/elements.js";
import { createScale } from "../elements/scale.js";
import { term } from "../language/language.js";
import { attentionCaption, attentionHint, attentionWord, scaleLabel } from "../words/attention.js";
import { rawHint } from "../words/help.js";
import { coverCaption, coverScale, settledHint, settledWord } from "../words/settling.js";
import { liveSource, rawWord, sourceWords } from "../words/viewer.js";

export function createLegend(scope, { switchRaw, switchSettled, switchAttention }) {
  const badge = scope.make("span", { class: "ds-badge" });
  const caption = scope.make("span", { class: "ds-caption" });
  const scale = createScale(scope);
  const raw = scope.make(
    "button", { type: "button", role: "switch", class: "ds-switch", title: rawHint(), hidden: true }, rawWord(),
  );
  const settled = scope.make(
    "button", { type: "button", role: "switch", class: "ds-switch", title: settledHint(), hidden: true }, settledWord(),
  );
  const attention = scope.make(
    "button", { type: "button", role: "switch", class: "ds-switch", title: attentionHint(), hidden: true },
    attentionWord(),
  );
  const element = scope.make("div", { class: "ds-legend" }, badge, caption, scale.element, raw, settled, attention);
  scope.on(attention, "click", switchAttention);
  scope.on(settled, "click", switchSettled);
  scope.on(raw, "click", switchRaw);

  function arrange(deck, view, state) {
    const live = deck.live && !deck.stopped;
    const source = live ? liveSource() : sourceOf(view);
    setText(badge, source?.text ?? "");
    setAttribute(badge, "title", term(view.why) ?? source?.hint);
    setAttribute(badge, "data-source", live ? "live" : view.source);
    const toCome = Boolean(view.drawing) && view.sources.length === 0;
    setAttribute(badge, "hidden", Boolean(view.absent) || toCome || !source);
    const { words, range } = overlay(deck, view, state) ?? { words: term(view.why ?? view.caption), range: view.range };
    setText(caption, view.absent ? "" : words);
    setAttribute(caption, "title", words);
    scale.show(view.absent ? null : range);
    setAttribute(attention, "hidden", !canLook(deck, view));
    setAttribute(attention, "aria-checked", String(Boolean(state.attention)));
    setAttribute(settled, "hidden", !canCover(deck, view));
    setAttribute(settled, "aria-checked", String(Boolean(state.settled)));
    const isX = view.id === "x" || view.id === "x_raw";
    setAttribute(
      raw, "hidden", !(isX && deck.views.some((one) => one.id === "x_raw") && deck.views.some((one) => one.id === "x")),
    );
    setAttribute(raw, "aria-checked", String(view.id === "x_raw"));
  }

  return { element, arrange };
}

/** What the pictures of a view are made of; those that will be replaced say so. */
function sourceOf(view) {
  const kind = view.drawing && view.source === "approximate" ? "drawing" : view.source;
  return sourceWords()[kind];
}

/** Words and scale of what lies over the pictures; null where nothing does. */
function overlay(deck, view, state) {
  if (showsAttention(state, deck) && canLook(deck, view)) {
    const look = lookOf(state, deck);
    return {
      words: attentionCaption({ ...look, read: deck.attention.read }),
      range: { low: 0, high: look.high, label: scaleLabel(look), colours: deck.attention.colours },
    };
  }
  if (!showsSettling(state, deck) || !canCover(deck, view)) return null;
  return {
    words: coverCaption(deck.settling),
    range: { low: 0, high: deck.settling.last, label: coverScale(), colours: deck.settling.colours },
  };
}
