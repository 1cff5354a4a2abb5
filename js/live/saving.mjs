// What a reader takes along: the picture, the deck as a file for ComfyUI, or a link to the settings.

import { saveFile } from "../viewer/elements/saving.js";
import { deckFile } from "./deck.mjs";
import { toHash } from "./settings.mjs";
import { lastPicture } from "./views.mjs";

/** shown() gives the deck in the viewer, or null. */
export function createSaving(scope, { panel, say, engine, parts, shown }) {
  const { window } = scope;

  async function savePicture() {
    const one = shown()?.runs.at(-1);
    if (!one) return;
    const image = await lastPicture(one, (latent) => engine.paint(latent));
    const canvas = scope.make("canvas", { width: image.width, height: image.height });
    canvas.getContext("2d").putImageData(image, 0, 0);
    canvas.toBlob((blob) => saveFile(scope, `denoiscope seed ${one.settings.seed ?? ""}.png`, blob), "image/png");
  }

  function saveDeck() {
    const deck = shown();
    if (deck) saveFile(scope, "denoiscope live.safetensors", new Blob([deckFile(deck, parts)]));
  }

  async function copyLink() {
    window.history.replaceState(null, "", `#${toHash(panel.form.get())}`);
    try {
      await window.navigator.clipboard.writeText(window.location.href);
      panel.say(say("copied"));
    } catch {
      panel.say(say("notCopied"));
    }
  }

  return { savePicture, saveDeck, copyLink };
}
