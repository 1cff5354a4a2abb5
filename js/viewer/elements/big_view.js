// The big view: the viewer's own content, moved into a dialog over everything and back again.

import { bigView, closeBigView, enlarged } from "../words/viewer.js";

/** `opener` is the icon button that leads there and back; `focused`: what has the focus there. */
export function createBigView(scope, { element, content, opener, label, focused = null }) {
  const placeholder = scope.make("p", { class: "ds-sentence" }, enlarged());
  let dialog = null;

  function open() {
    if (dialog) return;
    dialog = scope.make("dialog", { class: "denoiscope ds-big", "aria-label": label(), lang: element.lang || null });
    scope.on(dialog, "close", close);
    scope.on(dialog, "keydown", (event) => event.stopPropagation());
    element.replaceChildren(placeholder);
    dialog.append(content);
    scope.document.body.append(dialog);
    dialog.showModal();
    opener.use("shrink", closeBigView());
    (focused ?? content.querySelector("[role=tabpanel]")).focus();
  }

  function close() {
    if (!dialog) return;
    const closing = dialog;
    dialog = null;
    element.replaceChildren(content);
    closing.close();
    closing.remove();
    opener.use("enlarge", bigView());
    opener.element.focus();
  }

  return { toggle: () => (dialog ? close() : open()), close, isOpen: () => dialog !== null };
}
