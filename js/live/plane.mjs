// The world of two numbers on a canvas: arrows of the score, points on their way out of noise, guidance as a vector.

import { createNoise } from "../pocket/noise.mjs";
import { WORDS_OF_WORLD, WORLD, guesses, landed, levels, shownAt, way } from "./mixture.mjs";

const POINTS = 240;
const SIDE = 640;
/** The canvas reaches from -REACH to REACH. */
const REACH = 2;
const ARROWS = 17;
const PLAY_SECONDS = 3;

export function createPlane(scope, { say }) {
  const { make, on, window } = scope;
  const asked = { word: "", guidance: 2, steps: 20 };
  let seed = 1;
  let ways = [];
  let part = 1;
  let pointer = null;
  let frame = 0;
  let playing = 0;

  const canvas = make("canvas", { width: SIDE, height: SIDE, role: "img", "aria-label": say("planeLabel") });
  const word = make(
    "select",
    {},
    ...["", ...WORDS_OF_WORLD].map((value) => make("option", { value }, say(value || "anyWord"))),
  );
  const range = (least, most, step, value) => make("input", { type: "range", min: least, max: most, step, value });
  const [time, guidance, steps] = [
    range(0, 1, 0.001, part),
    range(0, 8, 0.5, asked.guidance),
    range(1, 40, 1, asked.steps),
  ];
  const outputs = new Map([time, guidance, steps].map((input) => [input, make("span", { class: "lv-value" })]));
  const field = (name, input) =>
    make(
      "label",
      { class: "lv-field" },
      make("span", { class: "lv-name" }, say(name)),
      input,
      ...(outputs.has(input) ? [outputs.get(input)] : []),
    );
  const play = make("button", { type: "button", class: "lv-run" }, say("play"));
  const again = make("button", { type: "button", class: "lv-quiet" }, say("otherNoise"));
  const verdict = make("p", { class: "lv-formula", role: "status" });
  const key = (name) => make("span", { class: `lv-key lv-key-${name}` }, say(name));
  const legend = make("p", { class: "lv-hint" }, key("uncond"), key("cond"), key("guided"), say("planeHint"));
  const ideas = ["trySteps", "tryGuidance", "tryStart"].map((name) => make("li", {}, say(name)));
  const element = make(
    "section",
    { class: "lv-part", id: "plane", "aria-labelledby": "plane-title" },
    make("h2", { id: "plane-title" }, say("plane")),
    make("p", { class: "lv-lead" }, say("planeLead")),
    make(
      "div",
      { class: "lv-plane" },
      make("div", { class: "lv-canvas" }, canvas),
      make(
        "div",
        { class: "lv-dials" },
        field("time01", time),
        field("word", word),
        field("guidance", guidance),
        field("steps", steps),
        make("div", { class: "lv-go" }, play, again),
        verdict,
        legend,
        make("ul", { class: "lv-try" }, ...ideas),
      ),
    ),
  );

  on(time, "input", () => at(Number(time.value)));
  on(word, "change", walkAgain);
  on(guidance, "input", walkAgain);
  on(steps, "input", walkAgain);
  on(play, "click", () => (playing ? halt() : start()));
  on(again, "click", () => {
    seed++;
    walkAgain();
    start();
  });
  for (const type of ["pointermove", "pointerdown"])
    on(canvas, type, (event) => {
      const box = canvas.getBoundingClientRect();
      pointer = [
        ((event.clientX - box.left) / box.width) * 2 - 1,
        1 - ((event.clientY - box.top) / box.height) * 2,
      ].map((value) => value * REACH);
      schedule();
    });
  on(canvas, "pointerleave", () => {
    pointer = null;
    schedule();
  });

  /** Every point's way, with what is set now. */
  function walkAgain() {
    Object.assign(asked, { word: word.value, guidance: Number(guidance.value), steps: Number(steps.value) });
    const noise = createNoise(seed)(2 * POINTS);
    ways = Array.from({ length: POINTS }, (_, i) => way([noise[2 * i], noise[2 * i + 1]], asked));
    const share = landed(
      ways.map((points) => points.at(-1)),
      asked.word,
    );
    verdict.textContent = say("landed", Math.round(share * 100));
    schedule();
  }

  function start() {
    halt();
    const began = window.performance.now();
    playing = window.requestAnimationFrame(function tick(now) {
      at(Math.min(1, Math.max(0, now - began) / 1000 / PLAY_SECONDS));
      playing = part < 1 ? window.requestAnimationFrame(tick) : 0;
    });
  }

  function halt() {
    window.cancelAnimationFrame(playing);
    playing = 0;
  }

  function at(next) {
    part = next;
    time.value = next;
    schedule();
  }

  function schedule() {
    frame ||= window.requestAnimationFrame(paint);
  }

  function paint() {
    frame = 0;
    const sigmas = levels(asked.steps);
    const step = Math.min(asked.steps, Math.floor(part * asked.steps + 1e-9));
    const sigma = sigmas[step];
    outputs.get(time).textContent = `σ ${sigma.toFixed(2)}`;
    outputs.get(guidance).textContent = asked.guidance;
    outputs.get(steps).textContent = asked.steps;
    guidance.disabled = !asked.word;
    drawWorld(canvas, { sigma, step, sigmas, ways, asked, pointer, colours: coloursOf(element) });
  }

  const coloursOf = (where) => {
    const style = window.getComputedStyle(where);
    return (name) => style.getPropertyValue(name);
  };

  return { element, begin: walkAgain };
}

/** Pixels of a place on the canvas.
 * @param {number[]} place
 */
const pixels = ([x, y]) => [((x / REACH + 1) / 2) * SIDE, ((1 - y / REACH) / 2) * SIDE];

function drawWorld(canvas, { sigma, step, sigmas, ways, asked, pointer, colours }) {
  const context = canvas.getContext("2d");
  const scale = shownAt(sigma);
  const shown = (point, by = scale) => pixels(point.map((value) => value * by));
  context.clearRect(0, 0, SIDE, SIDE);
  drawHeaps(context, asked.word, colours);
  if (sigma > 0) drawArrows(context, sigma, asked, scale, colours("--lv-arrow"));
  drawTails(context, ways, step, sigmas, colours("--lv-tail"));
  context.fillStyle = colours("--lv-point");
  for (const points of ways) spot(context, shown(points[step]), 3.2);
  if (pointer && sigma > 0)
    drawVectors(
      context,
      pointer.map((value) => value / scale),
      sigma,
      asked,
      scale,
      colours,
    );
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number[]} place
 * @param {number} radius
 */
function spot(context, [x, y], radius) {
  context.beginPath();
  context.arc(x, y, radius, 0, 2 * Math.PI);
  context.fill();
}

/** All pictures there are; those of another word are fainter. */
function drawHeaps(context, word, colours) {
  for (const [name, heaps] of Object.entries(WORLD)) {
    context.fillStyle = colours(`--lv-${name}`);
    context.globalAlpha = !word || word === name ? 0.5 : 0.16;
    for (const heap of heaps) spot(context, pixels(heap), 11);
  }
  context.globalAlpha = 1;
}

/** The score (x0 - x) / sigma^2 at a grid of places (Vincent 2011): its direction, and where it is small, shorter. */
function drawArrows(context, sigma, asked, scale, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 1.2;
  for (let row = 0; row < ARROWS; row++)
    for (let column = 0; column < ARROWS; column++) {
      const place = [column, row].map((at) => (((at + 0.5) / ARROWS) * 2 - 1) * REACH);
      const point = place.map((value) => value / scale);
      const { guided } = guesses(point, sigma, asked);
      const toward = guided.map((value, i) => (value - point[i]) / sigma);
      const long = Math.min(1, Math.hypot(...toward)) * 0.1;
      const end = place.map((value, i) => value + (toward[i] / (Math.hypot(...toward) || 1)) * long);
      arrow(context, pixels(place), pixels(end), 4);
    }
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number[]} from
 * @param {number[]} to
 * @param {number} head
 */
function arrow(context, [x, y], [toX, toY], head) {
  const angle = Math.atan2(toY - y, toX - x);
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(toX, toY);
  for (const turn of [2.6, -2.6]) {
    context.moveTo(toX, toY);
    context.lineTo(toX + head * Math.cos(angle + turn), toY + head * Math.sin(angle + turn));
  }
  context.stroke();
}

const TAILS = 60;

function drawTails(context, ways, step, sigmas, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 1;
  for (const points of ways.slice(0, TAILS)) {
    context.beginPath();
    for (let i = 0; i <= step; i++) {
      const by = shownAt(sigmas[i]);
      context[i ? "lineTo" : "moveTo"](...pixels(points[i].map((value) => value * by)));
    }
    context.stroke();
  }
}

/** At the finger: where the model points without the word, with it, and with guidance. */
function drawVectors(context, point, sigma, asked, scale, colours) {
  const { uncond, cond, guided } = guesses(point, sigma, asked);
  const shown = (one) => pixels(one.map((value) => value * scale));
  context.lineWidth = 2.5;
  for (const [goal, colour] of [
    [uncond, "--lv-uncond"],
    [cond, "--lv-cond"],
    [cond && guided, "--lv-guided"],
  ]) {
    if (!goal) continue;
    context.strokeStyle = context.fillStyle = colours(colour);
    arrow(context, shown(point), shown(goal), 9);
    spot(context, shown(goal), 4);
  }
}
