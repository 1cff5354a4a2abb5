// The instrument of a lesson on noising: a drawn scene, or a picture that the model makes first, under rising noise.

import { deckOf } from "../deck.mjs";
import { noisedRun } from "../forward.mjs";
import { createForm, spoken } from "../form.mjs";
import { bytesOfUrl } from "../given.mjs";
import { squareOf } from "../pictures.mjs";
import { DEFAULTS } from "../settings.mjs";
import { SIGMA_DATA } from "../../pocket/schedule.mjs";
import { imageOf } from "../views.mjs";
import { createBench } from "./bench.mjs";

export function createForward(scope, given) {
  const { say, told } = given;
  const form = createForm(scope, { options: spoken(say), changed: () => {} });
  form.set({ ...DEFAULTS, ...told.settings, negative: told.asks ?? "" });
  const pair = told.scene ? thereAndBack(scope, say) : null;
  const asks = askingField(scope, say, told.asks ?? "");
  const bench = createBench(scope, {
    ...given,
    opens: { view: "x", ...told.opens },
    controls: pair ? [pair.element] : [form.controls.prompt],
    more: told.asks === null ? [] : [asks.element, form.controls.seed, form.controls.steps],
    work,
  });

  async function work({ studio, engine }) {
    studio.begin();
    const latent = pair ? await pair.take(told.scene, engine) : await sampled(studio, form.get());
    const words = asks.read();
    const run = await noisedRun({
      latent,
      levels: told.levels,
      settings: { ...form.get(), seed: String(told.noise), prompt: words },
      guess: told.asks === null ? null : (x, sigma) => engine.guess(x, sigma, words),
      hear: (step, steps) => bench.hear({ step, steps }),
    });
    studio.show(deckOf([run], [say("noising")], { kind: "forward" }));
  }

  return bench;
}

/** The finished latent of one run, at unit variance. */
async function sampled(studio, settings) {
  const run = await studio.one(settings, { lora: null }, (done) => done);
  if (!run.complete) throw new Error("the run was stopped before there was a picture");
  return run.x.at(-1).map((value) => value / SIGMA_DATA);
}

function askingField({ make }, say, value) {
  const input = make("input", { type: "text", value, autocomplete: "off" });
  const element = make("label", { class: "lv-field" }, make("span", { class: "lv-name" }, say("askedWith")), input);
  return { element, read: () => input.value };
}

/** A picture, and what comes back of it through the encoder and the decoder. */
function thereAndBack(scope, say) {
  const [drawn, back] = ["drawn", "decoded"].map((name) => {
    const canvas = scope.make("canvas", { width: 128, height: 128, role: "img", "aria-label": say(name) });
    const caption = scope.make("figcaption", {}, say(name));
    return { canvas, figure: scope.make("figure", { class: "lv-shown" }, canvas, caption) };
  });

  async function take(url, engine) {
    const { canvas, planes } = await squareOf(scope.document, bytesOfUrl(url));
    drawn.canvas.getContext("2d").drawImage(canvas, 0, 0);
    const latent = await engine.encode(planes);
    back.canvas.getContext("2d").putImageData(imageOf(await engine.paint(latent)), 0, 0);
    return latent;
  }

  return { element: scope.make("div", { class: "lc-pair" }, drawn.figure, back.figure), take };
}
