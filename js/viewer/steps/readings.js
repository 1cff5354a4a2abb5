// What the lines of the chart say at one step; these words are the legend, too, and a click on one hides its line.

import { setAttribute, setText } from "../elements/elements.js";
import { callsHint, lineHint, linesLabel } from "../words/curves.js";
import { callsOf } from "../words/run.js";

export function createReadings(scope, toggle) {
  const legend = scope.make("span", { class: "ds-keys", role: "group", "aria-label": linesLabel() });
  const calls = scope.make("span", { class: "ds-calls", title: callsHint() });
  const element = scope.make("div", { class: "ds-readings" }, legend, calls);
  let keys = new Map();

  function arrange(lines, hidden) {
    const same = lines.length === keys.size && lines.every(({ id }) => keys.has(id));
    if (!same) legend.replaceChildren(...lines.map(({ id }) => keyFor(id)));
    keys = new Map(lines.map((line, index) => [line.id, { line, button: legend.children[index] }]));
    for (const { line, button } of keys.values()) {
      const shown = !hidden.includes(line.id);
      setAttribute(button, "aria-pressed", String(shown));
      setAttribute(button, "title", lineHint(line, shown));
    }
  }

  function keyFor(id) {
    const button = scope.make("button", { type: "button", class: "ds-key", "data-line": id });
    scope.on(button, "click", () => toggle(id));
    return button;
  }

  function read(trajectory, step) {
    for (const { line, button } of keys.values()) setText(button, line.reading(trajectory, step));
    const spent = callsOf(trajectory, step);
    setText(calls, spent ?? "");
    setAttribute(calls, "hidden", spent === null);
  }

  return { element, arrange, read };
}
