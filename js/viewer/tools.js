// What can be done with the picture on the stage: copy it, save it, look at it large; and what is said about it.

import { setAttribute, setText } from "./elements.js";
import { phrase } from "./language/language.js";
import { canCopy, copy, save } from "./stage/picture_file.js";
import { iconButton } from "./steps/transport.js";
import { bigView, copied, noPicture, notCopied } from "./words.js";

/** picture() gives { canvas, name } of what is shown, or null where there is no picture. */
export function createTools(scope, { picture, enlarge }) {
  const copying = iconButton(scope, "copy", phrase`Copy this picture`);
  const saving = iconButton(scope, "save", phrase`Save this picture as PNG`);
  const enlarging = iconButton(scope, "enlarge", bigView());
  const status = scope.make("p", { class: "ds-status", role: "status" });
  const element = scope.make("div", { class: "ds-tools" }, copying.element, saving.element, enlarging.element);
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

  return { element, status, enlarge: enlarging, quiet: () => report("") };
}
