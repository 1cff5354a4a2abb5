// The slider over the states with play, speed and loop, and the second slider where a latent has frames.

import { reach } from "../deck/moves.js";
import { SPEEDS } from "../deck/state.js";
import { setAttribute, setText } from "../elements/elements.js";
import { iconButton } from "../elements/icons.js";
import {
  frameLabel, frameOf, frameWord, loopWord, pauseWord, playWord, sliderName, speedLabel, spokenStep, stepLabel, stepOf,
  unitOf,
} from "../words/run.js";

export function createTransport(scope, { go, goFrame, toggle, setSpeed, setLoop }) {
  const play = iconButton(scope, "play", playWord());
  const slider = scope.make(
    "input", { type: "range", class: "ds-slider", min: 0, max: 0, step: 1, "aria-label": stepLabel() },
  );
  const count = scope.make("output", { class: "ds-count", "aria-hidden": "true" });
  const speed = createSpeed(scope, setSpeed);
  const loop = iconButton(scope, "loop", loopWord());
  const frames = createFrames(scope, goFrame);

  scope.on(play.element, "click", toggle);
  scope.on(slider, "input", () => go(Number(slider.value)));
  scope.on(loop.element, "click", () => setLoop(loop.element.getAttribute("aria-pressed") !== "true"));

  function move(trajectory, deck, state, numbersAt) {
    if (slider.value !== String(state.step)) slider.value = state.step;
    slider.style.setProperty("--ds-done", deck.steps > 0 ? state.step / deck.steps : 0);
    const here = Math.min(state.step, trajectory.steps);
    setAttribute(slider, "aria-valuetext", spokenStep(trajectory, here, state.view, numbersAt(here)));
    setText(count, counted(state.step, deck));
    setAttribute(count, "title", stepOf(state.step, deck.steps, unitOf(deck)));
  }

  function arrange(deck, state) {
    slider.max = deck.steps;
    count.style.minWidth = `${counted(deck.steps, deck).length}ch`;
    slider.disabled = deck.steps === 0;
    setAttribute(slider, "aria-label", sliderName(deck));
    setAttribute(slider, "data-reach", reach(deck));
    setAttribute(slider, "data-veiled", reach(deck) < deck.steps && Boolean(deck.veil));
    slider.style.setProperty("--ds-reach", deck.steps > 0 ? reach(deck) / deck.steps : 0);
    play.use(state.playing ? "pause" : "play", state.playing ? pauseWord() : playWord());
    play.element.disabled = !moves(deck);
    speed.value = String(state.speed);
    setAttribute(loop.element, "aria-pressed", String(state.loop));
    frames.arrange(deck, state);
  }

  return {
    slider, play: play.element, count, speed, loop: loop.element, frames: frames.element, frameSlider: frames.slider,
    move, arrange,
  };
}

const counted = (step, deck) => `${step}/${deck.steps}`;

/** A run that is still sampling moves by itself. */
const moves = (deck) => deck.steps > 0 && (!deck.live || deck.stopped);

function createSpeed(scope, setSpeed) {
  const options = SPEEDS.map((speed) => scope.make("option", { value: speed }, `${speed}×`));
  const select = scope.make(
    "select", { class: "ds-select ds-speed", "aria-label": speedLabel(), title: speedLabel() }, ...options,
  );
  scope.on(select, "change", () => setSpeed(Number(select.value)));
  return select;
}

function createFrames(scope, goFrame) {
  const slider = scope.make(
    "input", { type: "range", class: "ds-slider", min: 0, max: 0, step: 1, "aria-label": frameLabel() },
  );
  const count = scope.make("output", { class: "ds-count", "aria-hidden": "true" });
  const element = scope.make(
    "div", { class: "ds-frames", hidden: true }, scope.make("span", {}, frameWord()), slider, count,
  );
  scope.on(slider, "input", () => goFrame(Number(slider.value)));

  function arrange(deck, state) {
    setAttribute(element, "hidden", deck.frames < 2);
    slider.max = deck.frames - 1;
    slider.value = state.frame;
    slider.style.setProperty("--ds-done", deck.frames > 1 ? state.frame / (deck.frames - 1) : 0);
    setAttribute(slider, "aria-valuetext", frameOf(state.frame + 1, deck.frames));
    setText(count, `${state.frame + 1}/${deck.frames}`);
  }

  return { element, slider, arrange };
}
