// The icons on buttons: strokes on a 16 by 16 field, in the colour of the text beside them.

import { setAttribute } from "./elements.js";

const STROKES = {
  play: "M5 3.2v9.6L12.6 8z",
  pause: "M5.2 3.4v9.2M10.8 3.4v9.2",
  loop: "M3 8a5 5 0 0 1 5-5h2.6M8.4 1l2.4 2-2.4 2M13 8a5 5 0 0 1-5 5H5.4M7.6 15l-2.4-2 2.4-2",
  save: "M8 2.2v7.6M4.8 6.8 8 10l3.2-3.2M2.8 13.4h10.4",
  copy: "M5.6 5.6h7.6v7.6H5.6zM10.4 5.4V2.8H2.8v7.6h2.6",
  enlarge: "M9.6 2.8h3.6v3.6M13 3 9.4 6.6M6.4 13.2H2.8V9.6M3 13l3.6-3.6",
  keep: "M4.4 2.4h7.2v11.2L8 10.4l-3.6 3.2z",
  kept: "M4.4 2.4h7.2v11.2L8 10.4l-3.6 3.2z",
  hold: "M8 1.8v12.4M4.6 8H1.4M14.6 8h-3.2M3.4 6 1.4 8l2 2M12.6 6l2 2-2 2",
  help: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 1 0 8 1.8M6 6.4a2 2 0 1 1 3 1.8c-.7.4-1 .8-1 1.5M8 11.6v.1",
  close: "M4 4l8 8M12 4l-8 8",
  shrink: "M12.9 6.4H9.6V3.1M9.8 6.2 13.2 2.8M3.1 9.6h3.3v3.3M6.2 9.8l-3.4 3.4",
};

const SOLID = ["play", "kept"];

export function createIcon(scope, name) {
  return scope.draw(
    "svg",
    { class: "ds-icon", viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" },
    scope.draw("path", { d: STROKES[name], class: SOLID.includes(name) ? "ds-solid" : null }),
  );
}

/** use(icon, label) gives the button another icon and says what it now does. */
export function iconButton(scope, icon, label) {
  const element = scope.make(
    "button", { type: "button", class: "ds-button", "aria-label": label, title: label }, createIcon(scope, icon),
  );
  let shown = icon;
  function use(next, nextLabel) {
    if (next === shown) return;
    shown = next;
    element.replaceChildren(createIcon(scope, next));
    setAttribute(element, "aria-label", nextLabel);
    setAttribute(element, "title", nextLabel);
  }
  return { element, use };
}
