// Corruption under the finger: a picture, the curve of alpha-bar with t on it, x_t, and what the model guesses there.

import { PICTURE_SIDE } from "../pocket/autoencoder.mjs";
import { LATENT } from "../pocket/denoiser.mjs";
import { createNoise } from "../pocket/noise.mjs";
import { ALPHA_BARS, SIGMAS, SIGMA_DATA, TIMESTEPS } from "../pocket/schedule.mjs";
import { corrupt, factorsAt, pixelNoise } from "./corruption.mjs";
import { bytesOfUrl } from "./given.mjs";
import { squareOf } from "./pictures.mjs";
import { imageOf } from "./views.mjs";

const FIRST = 350;
const [WIDE, HIGH] = [TIMESTEPS - 1, 400];

/** `engine()` gives the engine once there is one. */
export function createNoising(scope, { say, scenes, engine }) {
  const { make, draw, on, window } = scope;
  const noise = pixelNoise();
  const latentNoise = createNoise(1)(LATENT);
  const image = new window.ImageData(PICTURE_SIDE, PICTURE_SIDE);
  let source = null;
  let t = FIRST;
  let frame = 0;
  let asking = false;
  let askedFor = null;

  const picture = (name) => {
    const canvas = make("canvas", { width: PICTURE_SIDE, height: PICTURE_SIDE, role: "img", "aria-label": say(name) });
    return { canvas, figure: make("figure", { class: "lv-shown" }, canvas, make("figcaption", {}, say(name))) };
  };
  const [noisy, guess] = [picture("noisy"), picture("oneGuess")];
  const slider = make("input", { type: "range", min: 0, max: TIMESTEPS - 1, value: t, "aria-label": say("timestep") });
  const formula = make("p", { class: "lv-formula" });
  const dot = draw("line", { class: "lv-dot" });
  const level = draw("line", { y1: 0, y2: HIGH, class: "lv-cursor" });
  const points = Array.from(ALPHA_BARS, (abar, at) => `${at},${(1 - abar) * HIGH}`).join(" ");
  const curve = draw(
    "svg",
    {
      viewBox: `-12 -12 ${WIDE + 24} ${HIGH + 24}`,
      class: "lv-curve",
      preserveAspectRatio: "none",
      "aria-hidden": true,
    },
    draw("polyline", { points, class: "lv-line" }),
    level,
    dot,
  );
  const choices = scenes.map((url, at) => choice(url, at));
  const element = make(
    "section",
    { class: "lv-part", id: "noising", "aria-labelledby": "noising-title" },
    make("h2", { id: "noising-title" }, say("noising")),
    make("p", { class: "lv-lead" }, say("noisingLead")),
    make("div", { class: "lv-scenes", role: "group", "aria-label": say("startScene") }, ...choices),
    make(
      "div",
      { class: "lv-noising" },
      noisy.figure,
      make("div", { class: "lv-middle" }, make("p", { class: "lv-axis" }, say("curve")), curve, slider, formula),
      guess.figure,
    ),
  );

  on(slider, "input", () => move(Number(slider.value)));
  for (const type of ["pointerdown", "pointermove"])
    on(curve, type, (event) => {
      if (type === "pointermove" && !event.buttons) return;
      curve.setPointerCapture(event.pointerId);
      const box = curve.getBoundingClientRect();
      move(Math.round(Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * (TIMESTEPS - 1)));
    });

  function choice(url, at) {
    const thumb = make("img", { src: url, alt: "", width: 56, height: 56 });
    const button = make(
      "button",
      { type: "button", "aria-pressed": at === 0, "aria-label": say("scenes", at + 1) },
      thumb,
    );
    on(button, "click", () => take(at));
    return button;
  }

  async function take(at) {
    choices.forEach((button, index) => button.setAttribute("aria-pressed", index === at));
    const { planes } = await squareOf(scope.document, bytesOfUrl(scenes[at]));
    source = { planes, latent: await engine().encode(planes) };
    move(t);
  }

  function move(next) {
    t = next;
    frame ||= window.requestAnimationFrame(paint);
    ask();
  }

  /** Everything that follows the finger; the guess comes when the model has it. */
  function paint() {
    frame = 0;
    if (!source) return;
    corrupt(source.planes, noise, t, image);
    noisy.canvas.getContext("2d").putImageData(image, 0, 0);
    const { picture: left, noise: loud } = factorsAt(t);
    slider.value = t;
    formula.textContent = say("formula", t, left.toFixed(2), loud.toFixed(2));
    for (const mark of [level, dot]) for (const end of ["x1", "x2"]) mark.setAttribute(end, t);
    for (const end of ["y1", "y2"]) dot.setAttribute(end, (1 - ALPHA_BARS[t]) * HIGH);
  }

  /** One question at a time; the last place of the finger is asked about. */
  async function ask() {
    if (asking || !source) return;
    asking = true;
    while (askedFor !== t) {
      askedFor = t;
      const sigma = SIGMAS[t];
      const x = source.latent.map((value, i) => value * SIGMA_DATA + latentNoise[i] * sigma);
      const x0 = await engine().guess(x, sigma, "");
      const planes = await engine().paint(x0.map((value) => value / SIGMA_DATA));
      guess.canvas.getContext("2d").putImageData(imageOf(planes), 0, 0);
    }
    askedFor = null;
    asking = false;
  }

  return { element, begin: () => take(0) };
}
