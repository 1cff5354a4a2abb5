// Two pictures in one frame: a wipe with a border to drag, or their difference; and words on what sets them apart.

import { THRESHOLD } from "./parting.js";
import { COMPARISONS } from "../deck/state.js";
import { createChoice } from "../elements/choice.js";
import { onKey, setAttribute, setText } from "../elements/elements.js";
import { iconButton } from "../elements/icons.js";
import { drawPiece } from "../pictures/sight.js";
import {
  LETTERS, compareLabel, comparedLabel, differenceLabel, differenceWords, partingHint, partingWords, spokenWipe,
  unpinWord, wipeLabel, wipeWords,
} from "../words/cells.js";
import { apartHint } from "../words/kept.js";

/** A power of two: the difference is added to itself, which is exact where a brightness filter would not be. */
export const GAIN = 4;

const STRIDES = { ArrowLeft: -0.02, ArrowRight: 0.02, ArrowDown: -0.02, ArrowUp: 0.02, PageDown: -0.1, PageUp: 0.1 };

/** The border's place, 0..1, after a key; null for a key that does not move it. */
export function wipeByKey(key, share) {
  if (key === "Home") return 0;
  if (key === "End") return 1;
  return key in STRIDES ? Math.round(1000 * Math.max(0, Math.min(1, share + STRIDES[key]))) / 1000 : null;
}

/** A on the left of the border, B on the right. */
export function drawWipe(context, a, b, share) {
  const { width, height } = context.canvas;
  const border = Math.round(width * share);
  drawPiece(context, b, width, height);
  context.save();
  context.beginPath();
  context.rect(0, 0, border, height);
  context.clip();
  drawPiece(context, a, width, height);
  context.restore();
}

/** |A − B| × GAIN for each colour, cut off at white. */
export function drawDifference(context, a, b) {
  const { canvas } = context;
  context.globalCompositeOperation = "copy";
  drawPiece(context, a, canvas.width, canvas.height);
  context.globalCompositeOperation = "difference";
  drawPiece(context, b, canvas.width, canvas.height);
  context.globalCompositeOperation = "lighter";
  for (let gain = 1; gain < GAIN; gain *= 2) context.drawImage(canvas, 0, 0);
  context.globalCompositeOperation = "source-over";
}

export function createCompare(scope, { setMode, setWipe, unpin }) {
  const names = LETTERS.map(() => scope.make("span", { class: "ds-pinned-name" }));
  const badges = LETTERS.map((letter, k) =>
    scope.make(
      "span", { class: "ds-pinned", "data-pin": letter }, scope.make("b", { class: "ds-pin" }, letter), names[k],
    ),
  );
  const choice = createChoice(
    scope,
    {
      label: compareLabel(), ids: COMPARISONS, words: { wipe: wipeWords(), difference: differenceWords(GAIN) },
      choose: setMode,
    },
  );
  const close = iconButton(scope, "close", unpinWord());
  const canvas = scope.make("canvas", { width: 1, height: 1, role: "img" });
  const border = scope.make(
    "div",
    {
      class: "ds-border", role: "slider", tabindex: 0, "aria-orientation": "horizontal", "aria-valuemin": 0,
      "aria-valuemax": 100,
    },
  );
  const words = scope.make("p", { class: "ds-sentence", hidden: true });
  const frame = scope.make("div", { class: "ds-compared" }, canvas, border, words);
  const parting = scope.make("p", { class: "ds-parting", role: "status", title: partingHint(THRESHOLD) });
  const first = scope.make("p", { class: "ds-apart", hidden: true });
  const apart = scope.make("p", { class: "ds-apart", title: apartHint() });
  const head = scope.make("div", { class: "ds-compare-head" }, ...badges, close.element);
  const found = scope.make("div", { class: "ds-compare-words" }, parting, first, apart);
  const foot = scope.make("div", { class: "ds-compare-foot" }, choice.element, found);
  const field = scope.make("div", { class: "ds-compare-field" }, frame);
  const element = scope.make(
    "div", { class: "ds-compare", role: "region", "aria-label": comparedLabel(), hidden: true }, head, field, foot,
  );
  const context = canvas.getContext("2d");
  let share = 0.5;
  let mode = null;
  scope.on(close.element, "click", unpin);

  /** `labels`: what A and B are; none where nothing is compared. */
  function arrange(deck, state, labels) {
    setAttribute(element, "hidden", !labels);
    if (!labels) return;
    mode = state.compare;
    name(labels);
    choice.select(state.compare);
    share = state.wipe;
    frame.style.setProperty("--ds-wipe", share);
    frame.style.setProperty("--ds-aspect", deck.tile.width / deck.tile.height);
    field.style.setProperty("--ds-aspect", deck.tile.width / deck.tile.height);
    setAttribute(border, "hidden", state.compare !== "wipe");
    setAttribute(border, "aria-valuenow", Math.round(100 * share));
    setAttribute(border, "aria-valuetext", spokenWipe(share));
    setAttribute(frame, "data-mode", state.compare);
  }

  function name(labels) {
    names.forEach((one, k) => setText(one, labels[k]));
    badges.forEach((badge, k) => setAttribute(badge, "title", labels[k]));
    setAttribute(border, "aria-label", wipeLabel(labels));
    setAttribute(canvas, "aria-label", mode === "wipe" ? wipeLabel(labels) : differenceLabel(labels, GAIN));
  }

  /** `seen`: what stands at A and at B, as sight.js has it. */
  function paint(seen, state) {
    const missing = seen.find((one) => one.words);
    setText(words, missing?.words ?? "");
    setAttribute(words, "hidden", !missing);
    setAttribute(canvas, "hidden", Boolean(missing));
    const [a, b] = seen;
    if (missing || !a.bitmap || !b.bitmap) return;
    if (canvas.width !== a.width || canvas.height !== a.height)
      Object.assign(canvas, { width: a.width, height: a.height });
    if (state.compare === "wipe") drawWipe(context, a, b, state.wipe);
    else drawDifference(context, a, b);
  }

  /** Where two runs part, as parting.js found it, and the first number that differs; null of two steps of one run. */
  function say(answer) {
    setAttribute(parting, "hidden", answer === null);
    setAttribute(first, "hidden", answer === null);
    if (answer === null) return;
    setText(parting, partingWords(answer.found, THRESHOLD, answer.sigma));
    setText(first, answer.first);
    setAttribute(first, "title", answer.hint);
  }

  const tell = (words) => setText(apart, words);

  onKey(scope, border, ({ key }) => wipeByKey(key, share), setWipe);
  dragBorder(scope, frame, border, setWipe);

  return { element, canvas, arrange, name, paint, say, tell };
}

/** The border goes where the picture is pressed, and follows. */
function dragBorder(scope, frame, border, setWipe) {
  const follow = (event) => {
    const box = frame.getBoundingClientRect();
    setWipe(Math.max(0, Math.min(1, (event.clientX - box.left) / box.width)));
  };
  scope.on(frame, "pointerdown", (event) => {
    if (event.button !== 0 || frame.dataset.mode !== "wipe") return;
    frame.setPointerCapture(event.pointerId);
    follow(event);
    event.preventDefault();
    border.focus({ focusVisible: false });
  });
  scope.on(frame, "pointermove", (event) => frame.hasPointerCapture(event.pointerId) && follow(event));
}
