// The runs that stand together on one slider: small pictures, each can be taken away.

import { SETTINGS, differing } from "./settings.mjs";

const SHORT = 36;

/** What tells each run from the others, in words: "guidance 3 · seed 7"; alone it is its seed. */
export function labelsOf(runs, say) {
  const names = differing(runs.map(({ settings }) => settings));
  const told = names.length ? names : ["seed"];
  return runs.map(
    ({ settings }, index) => told.map((name) => spoken(name, settings[name], say)).join(" · ") || `${index + 1}`,
  );
}

export const variesIn = (runs, say) =>
  differing(runs.map(({ settings }) => settings))
    .map(say)
    .join(" × ") || null;

function spoken(name, value, say) {
  const isText = !SETTINGS[name].options && !SETTINGS[name].step && name !== "seed";
  if (!isText) return `${say(name)} ${value}`;
  return value.length > SHORT ? `“${value.slice(0, SHORT)}…”` : `“${value}”`;
}

/** `keep()` and `remove(index)` are asked for; arrange(runs, kept) draws them, `kept` of them being there to stay. */
export function createShelf(scope, { say, keep, remove, paint }) {
  const { make, on } = scope;
  const list = make("ul", { class: "lv-shelf" });
  const keepButton = make("button", { type: "button", class: "lv-quiet", disabled: true }, say("keep"));
  const words = make("p", { class: "lv-hint" });
  const element = make("section", { class: "lv-shelf-box", "aria-label": say("shelf") }, keepButton, words, list);
  on(keepButton, "click", keep);

  function arrange(runs, kept, most) {
    const labels = labelsOf(runs, say);
    const waits = runs.length > kept;
    keepButton.disabled = !waits || runs.length >= most;
    const isKept = kept && !waits ? say("kept") : "";
    words.textContent = runs.length >= most ? say("full") : isKept;
    list.replaceChildren(...runs.map((run, index) => item(run, labels[index], index, index < kept)));
  }

  function item(run, label, index, isKept) {
    const canvas = make("canvas", { width: 128, height: 128, role: "img", "aria-label": label });
    paint(run).then((image) => canvas.getContext("2d").putImageData(image, 0, 0));
    const take = make(
      "button",
      { type: "button", class: "lv-take", "aria-label": say("remove", label), title: say("remove", label) },
      "×",
    );
    on(take, "click", () => remove(index));
    return make("li", { "data-kept": isKept }, canvas, make("span", {}, label), ...(isKept ? [take] : []));
  }

  return { element, arrange };
}
