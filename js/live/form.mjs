// The settings as controls: a slider, a choice or a line of text for each, by what settings.mjs says of it.

import { SETTINGS } from "./settings.mjs";

const TEXTS = {
  lora: { none: "loraNone", file: "loraFile" },
  start: { noise: "startNoise", scene: "startScene", picture: "startPicture" },
};

/** How settings and their choices are called. */
export const spoken = (say) => ({
  label: say,
  text: (name, value) => (TEXTS[name]?.[value] ? say(TEXTS[name][value]) : value),
});

/** { controls: an element for each setting, get(), set(settings), lock(on) }; changed(name) is told of every change. */
export function createForm(scope, { options, changed }) {
  const { make, on } = scope;
  const fields = new Map();
  const controls = {};

  for (const [name, setting] of Object.entries(SETTINGS)) {
    const field = fieldOf(name, setting);
    fields.set(name, field);
    controls[name] = field.element;
  }

  /** @param {any} setting */
  function fieldOf(name, setting) {
    if (setting.options) return select(name, setting);
    return setting.step ? slider(name, setting) : line(name);
  }

  function labelled(name, ...children) {
    return make(
      "label",
      { class: "lv-field", "data-field": name },
      make("span", { class: "lv-name" }, options.label(name)),
      ...children,
    );
  }

  function select(name, { options: choices }) {
    const input = make(
      "select",
      { name },
      ...choices.map((value) => make("option", { value }, options.text(name, value))),
    );
    on(input, "change", () => changed(name));
    return { element: labelled(name, input), input, read: () => input.value, write: (value) => (input.value = value) };
  }

  /** A slider for the finger, and beside it a box for the exact number. */
  function slider(name, { least, most, step }) {
    const bounds = { min: least, max: most, step };
    const input = make("input", { type: "range", name, ...bounds });
    const box = make("input", {
      type: "number",
      class: "lv-box",
      "aria-label": options.label(name),
      inputmode: "decimal",
      ...bounds,
    });
    const take = (from, to) => {
      const value = SETTINGS[name].read(from.value);
      to.value = value;
      changed(name);
    };
    on(input, "input", () => take(input, box));
    on(box, "change", () => {
      take(box, input);
      box.value = input.value;
    });
    const write = (value) => (input.value = box.value = value);
    return { element: labelled(name, input, box), input, read: () => SETTINGS[name].read(box.value), write };
  }

  function line(name) {
    const area =
      name === "seed"
        ? make("input", { type: "text", name, inputmode: "numeric", autocomplete: "off" })
        : make("textarea", { name, rows: name === "prompt" ? 2 : 1, spellcheck: "false" });
    on(area, "input", () => changed(name));
    return {
      element: labelled(name, area),
      input: area,
      read: () => SETTINGS[name].read(area.value),
      write: (value) => (area.value = value),
    };
  }

  return {
    controls,
    input: (name) => fields.get(name).input,
    get: () => Object.fromEntries([...fields].map(([name, { read }]) => [name, read()])),
    set: (settings) => Object.entries(settings).forEach(([name, value]) => fields.get(name)?.write(value)),
  };
}
