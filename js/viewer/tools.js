// What can be done with the picture on the stage: copy it, save it, look at it large; and what is said about it.

import { setAttribute, setText } from "./elements/elements.js";
import { iconButton } from "./elements/icons.js";
import { canCopy, copy, save } from "./pictures/picture_file.js";
import { bigView, copied, copyLabel, noPicture, notCopied, saveLabel } from "./words/viewer.js";

/**
 * picture() gives { canvas, name } of what is shown, or null where there is no picture; `others` are buttons that stand
 * before these.
 */
export function createTools(scope, { picture, enlarge, others }) {
  const copying = iconButton(scope, "copy", copyLabel());
  const saving = iconButton(scope, "save", saveLabel());
  const enlarging = iconButton(scope, "enlarge", bigView());
  const status = scope.make("p", { class: "ds-status", role: "status" });
  const own = [copying, saving, enlarging].map((button) => button.element);
  const element = scope.make("div", { class: "ds-tools" }, ...others, ...own);
  setAttribute(copying.element, "hidden", !canCopy(scope));
  scope.on(copying.element, "click", () => withPicture(copyPicture));
  scope.on(saving.element, "click", () => withPicture(({ canvas, name }) => save(scope, canvas, name)));
  scope.on(enlarging.element, "click", enlarge);

  const report = (words) => setText(status, words);

  function withPicture(use) {
    const shown = picture();
    return shown ? use(shown) : report(noPicture());
  }

  async function copyPicture({ canvas }) {
    try {
      await copy(scope, canvas);
      report(copied());
    } catch (error) {
      report(notCopied(error.message));
    }
  }

  return { element, status, enlarge: enlarging, say: report, quiet: () => report("") };
}
