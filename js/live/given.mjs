// What settings stand for and no line of text can hold: a LoRA's file, a picture to begin from, a mask.

import { squareOf } from "./pictures.mjs";

/** `parts` has the LoRAs and scenes that the page carries; the panel says what came and what is refused. */
export function createGiven({ document, parts, panel, say, engine }) {
  let lora = null;
  let picture = null;

  /** A LoRA that comes with the page says its word; a file says what it holds, or why it is refused. */
  async function hearLora(name) {
    lora = name === "none" || name === "file" ? null : parts.loras[name];
    panel.loraHint("");
    if (lora) await lookAt(name, lora);
  }

  async function lookAt(name, file) {
    const { rank, word, matrices } = await engine.look(file);
    panel.loraHint(
      [
        say(rank ? "loraHeld" : "loraWhole", name, ...(rank ? [rank, matrices] : [matrices])),
        word && say("loraWord", word),
      ]
        .filter(Boolean)
        .join(". "),
    );
  }

  async function openLora(file) {
    try {
      lora = await file.arrayBuffer();
      await lookAt(file.name, lora);
    } catch (error) {
      lora = null;
      panel.set({ lora: "none" });
      panel.loraHint(say("failed", error.message));
    }
  }

  async function openPicture(file) {
    try {
      begunFrom(await squareOf(document, file));
    } catch {
      panel.set({ start: "noise" });
      panel.complain(say("badPicture"));
    }
  }

  async function hearStart({ start, scene }) {
    if (start === "noise") picture = null;
    if (start === "scene") begunFrom(await squareOf(document, bytesOfUrl(parts.scenes[scene])));
  }

  function begunFrom(square) {
    picture = square;
    panel.pad.show(square.canvas);
  }

  /** What settings stand for and no line of text can hold. */
  async function extrasOf(settings) {
    if (settings.lora !== "none" && settings.lora !== "file") await hearLora(settings.lora);
    if (settings.start === "scene" && !picture) await hearStart(settings);
    if (settings.start === "picture" && !picture) throw new Error(say("needPicture"));
    if (settings.lora === "file" && !lora) throw new Error(say("needFile"));
    const adapted =
      lora && settings.lora !== "none" ? { file: lora, strength: settings.strength, rank: settings.rank } : null;
    if (settings.start === "noise" || !picture) return { lora: adapted };
    return { lora: adapted, start: await engine.encode(picture.planes), mask: panel.pad.mask() };
  }

  return { hearLora, openLora, openPicture, hearStart, extrasOf };
}

/** A data URL as a Blob, without asking the network for it. */
export function bytesOfUrl(url) {
  const [head, text] = url.split(",");
  return new Blob([Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))], {
    type: head.slice(5, head.indexOf(";")),
  });
}
