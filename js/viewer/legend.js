// The line under the stage: what the pictures are made of, the scale of a map, and the raw-scale switch of x_t.

import { setAttribute, setText } from "./elements.js";
import { LIVE, SOURCES, number } from "./words.js";

export function createLegend(scope, { switchRaw }) {
  const badge = scope.make("span", { class: "ds-badge" });
  const caption = scope.make("span", { class: "ds-caption" });
  const low = scope.make("span", {});
  const bar = scope.make("span", { class: "ds-ramp", role: "img" });
  const high = scope.make("span", {});
  const scale = scope.make("span", { class: "ds-scale", hidden: true }, low, bar, high);
  const raw = scope.make("button", { type: "button", role: "switch", class: "ds-switch", hidden: true }, "raw scale");
  const element = scope.make("div", { class: "ds-legend" }, badge, caption, scale, raw);
  scope.on(raw, "click", switchRaw);

  function arrange(deck, view) {
    const live = deck.live && !deck.stopped;
    const source = live ? LIVE : SOURCES[view.source];
    setText(badge, source?.text ?? "");
    setAttribute(badge, "title", source?.hint);
    setAttribute(badge, "data-source", live ? "live" : view.source);
    setAttribute(badge, "hidden", Boolean(view.absent) || !source);
    setText(caption, view.absent ? "" : view.caption);
    setAttribute(caption, "title", view.caption);
    showRange(view.absent ? null : view.range);
    const isX = view.id === "x" || view.id === "x_raw";
    setAttribute(raw, "hidden", !(isX && deck.views.some((one) => one.id === "x_raw") && deck.views.some((one) => one.id === "x")));
    setAttribute(raw, "aria-checked", String(view.id === "x_raw"));
  }

  function showRange(range) {
    setAttribute(scale, "hidden", !range);
    if (!range) return;
    setText(low, number(range.low));
    setText(high, number(range.high));
    bar.style.backgroundImage = `linear-gradient(to right, ${(range.colours ?? []).join(", ")})`;
    setAttribute(bar, "aria-label", `${range.label ?? "colours"} from ${number(range.low)} to ${number(range.high)}`);
    setAttribute(scale, "title", range.label);
  }

  return { element, arrange };
}
