// The controls of the live page, laid out: the prompt above, settings in groups below, one button that runs.

import { KINDS, anyScene, chosenIn, toggled } from "./prompts.mjs";
import { createForm, spoken } from "./form.mjs";
import { createMaskPad } from "./pictures.mjs";

const SWEPT = ["guidance", "steps", "sampler", "scheduler", "seed", "strength", "rank", "denoise"];
export const EXAMPLES = {
  guidance: "1, 2, 5, 10",
  steps: "3, 5, 10, 20",
  sampler: "euler, heun, dpmpp_2m, euler_ancestral",
  scheduler: "karras, normal, simple, exponential",
  seed: "1, 2, 3, 4",
  strength: "0, 0.5, 1, 1.5",
  rank: "1, 2, 4, 8",
  denoise: "0.2, 0.4, 0.6, 0.8",
};


/** `acts` are what the buttons do, by name; say() gives words. Everything is an element or a function of the result. */
export function createPanel(scope, { say, scenes, acts, changed }) {
  const { make, on } = scope;
  const form = createForm(scope, { options: spoken(say), changed: note });
  const { controls } = form;

  const button = (name, act, kind = "lv-quiet") => {
    const element = make("button", { type: "button", class: kind }, say(name));
    on(element, "click", act);
    return element;
  };
  const group = (name, ...children) =>
    make(
      "details",
      { class: "lv-group" },
      make("summary", {}, say(name)),
      make("div", { class: "lv-inside" }, ...children),
    );
  const hint = (text = "") => make("p", { class: "lv-hint" }, text);

  const runButton = make("button", { type: "button", class: "lv-run" }, say("run"));
  on(runButton, "click", () => acts.run());
  const status = make("p", { class: "lv-status", role: "status" }, say("loading"));
  const heard = make("p", { class: "lv-hint lv-heard", "aria-live": "polite" });
  const chips = make("div", { class: "lv-chips", role: "group", "aria-label": say("words") });
  const promptBar = make(
    "div",
    { class: "lv-prompt" },
    controls.prompt,
    make("div", { class: "lv-go" }, runButton, button("surprise", surprise), status),
  );

  const dice = make(
    "button",
    { type: "button", class: "lv-quiet lv-dice", "aria-label": say("dice"), title: say("dice") },
    "⚄",
  );
  on(dice, "click", () => set("seed", String(Math.floor(Math.random() * 2 ** 32))));
  const seed = make("div", { class: "lv-with-dice" }, controls.seed, dice);

  const file = (accept) => make("input", { type: "file", accept, hidden: true });
  const loraFile = file(".safetensors");
  const pictureFile = file("image/png,image/jpeg,image/webp");
  on(loraFile, "change", () => loraFile.files[0] && acts.openLora(loraFile.files[0]));
  on(pictureFile, "change", () => pictureFile.files[0] && acts.openPicture(pictureFile.files[0]));
  const loraHint = hint();
  const pad = createMaskPad(scope, {
    label: say("masked"),
    keys: say("maskKeys"),
    clear: say("clearMask"),
    changed: () => {},
  });
  const sceneButtons = make(
    "div",
    { class: "lv-scenes", role: "group", "aria-label": say("startScene") },
    ...scenes.map((source, at) => sceneButton(source, at)),
  );

  const sweepWhat = make(
    "select",
    { name: "sweepWhat" },
    ...SWEPT.map((name) => make("option", { value: name }, say(name))),
  );
  const sweepValues = make("input", {
    type: "text",
    name: "sweepValues",
    value: EXAMPLES.guidance,
    autocomplete: "off",
  });
  on(sweepWhat, "change", () => (sweepValues.value = EXAMPLES[sweepWhat.value]));
  const walkTo = make("input", { type: "text", name: "walkTo", value: "8", inputmode: "numeric", autocomplete: "off" });
  const walkStops = make("input", { type: "number", name: "walkStops", value: 5, min: 3, max: 8 });
  const labelled = (name, input) =>
    make("label", { class: "lv-field" }, make("span", { class: "lv-name" }, say(name)), input);
  const complaint = hint();
  complaint.setAttribute("role", "alert");

  const element = make(
    "div",
    { class: "lv-panel" },
    make("div", { class: "lv-dials" }, seed, controls.steps, controls.guidance, controls.sampler, controls.scheduler),
    group(
      "more",
      controls.negative,
      hint(say("negativeHint")),
      controls.switchAt,
      hint(say("switchHint")),
      controls.promptAfter,
    ),
    group("adapt", controls.lora, loraFile, controls.strength, controls.rank, loraHint),
    group("from", controls.start, pictureFile, sceneButtons, controls.denoise, pad.element),
    group(
      "sweep",
      labelled("sweepWhat", sweepWhat),
      labelled("sweepValues", sweepValues),
      hint(say("sweepHint")),
      button("sweepRun", () => acts.sweep(sweepWhat.value, sweepValues.value)),
    ),
    group(
      "walk",
      labelled("walkTo", walkTo),
      labelled("walkStops", walkStops),
      button("walkRun", () => acts.walk(walkTo.value, Number(walkStops.value))),
    ),
    group(
      "save",
      button("savePicture", acts.savePicture),
      button("saveDeck", acts.saveDeck),
      button("copyLink", acts.copyLink),
      hint(say("deckHint")),
    ),
    complaint,
  );

  function sceneButton(source, at) {
    const element = make(
      "button",
      { type: "button", "aria-pressed": false, "aria-label": say("scenes", at + 1) },
      make("img", { src: source, alt: "", width: 64, height: 64 }),
    );
    on(element, "click", () => {
      form.set({ start: "scene", scene: at });
      note("scene");
    });
    return element;
  }

  function set(name, value) {
    form.set({ [name]: value });
    note(name);
  }

  function surprise() {
    set("prompt", anyScene());
    set("seed", String(Math.floor(Math.random() * 2 ** 32)));
    acts.run();
  }

  function note(name) {
    arrange();
    if (name === "lora" && form.get().lora === "file") loraFile.click();
    if (name === "start" && form.get().start === "picture") pictureFile.click();
    changed(name, form.get());
  }

  /** What is chosen decides what there is to choose. */
  function arrange() {
    const settings = form.get();
    const chosen = chosenIn(settings.prompt);
    const hide = (element, hidden) => element.toggleAttribute("hidden", hidden);
    for (const chip of chips.querySelectorAll("button"))
      chip.setAttribute("aria-pressed", chosen[chip.dataset.kind].includes(chip.textContent));
    for (const name of ["strength", "rank"]) hide(controls[name], settings.lora === "none");
    hide(controls.scene, true);
    hide(sceneButtons, settings.start !== "scene");
    for (const one of [controls.denoise, pad.element]) hide(one, settings.start === "noise");
    sceneButtons
      .querySelectorAll("button")
      .forEach((one, at) => one.setAttribute("aria-pressed", at === settings.scene));
    hide(controls.promptAfter, settings.switchAt === 0);
  }

  for (const [kind, sayings] of Object.entries(KINDS)) {
    const buttons = sayings.map((saying) => {
      const chip = make(
        "button",
        { type: "button", class: "lv-chip", "data-kind": kind, "aria-pressed": false, lang: "en" },
        saying,
      );
      on(chip, "click", () => set("prompt", toggled(form.get().prompt, kind, saying)));
      return chip;
    });
    chips.append(
      make(
        "div",
        { class: "lv-kind", role: "group", "aria-label": say(kind) },
        make("span", { class: "lv-kind-name" }, say(kind)),
        make("div", {}, ...buttons),
      ),
    );
  }

  return {
    element,
    chips,
    promptBar,
    form,
    pad,
    heard,
    set: (settings) => {
      form.set(settings);
      arrange();
    },
    say: (text) => (status.textContent = text),
    hint: (text) => (heard.textContent = text),
    complain: (text) => (complaint.textContent = text),
    loraHint: (text) => (loraHint.textContent = text),
    running: (on) => {
      runButton.textContent = say(on ? "stop" : "run");
      runButton.classList.toggle("lv-stop", on);
    },
    enable: (on) => (runButton.disabled = !on),
  };
}
