// The frame of the page: title, a few words, the ways to its parts, and the language.

import { createScope } from "../viewer/elements/elements.js";
import { LANGUAGES, LANGUAGE_NAMES, languageOf, speaker } from "./words.mjs";

/** Where a reader's choice of language stands in the link. */
const CHOSEN = "lang";

/** { scope, say, language, room(name): the element for a part of the page }. */
export function createShell(document) {
  const scope = createScope(document);
  const { make, on, window } = scope;
  const asked = new URLSearchParams(window.location.search).get(CHOSEN);
  const language = languageOf([...(asked ? [asked] : []), ...window.navigator.languages]);
  const say = speaker(language);
  document.documentElement.lang = language;
  document.title = `Denoiscope · ${say("title")}`;

  const select = make(
    "select",
    { "aria-label": say("language") },
    ...LANGUAGES.map((one) => make("option", { value: one, selected: one === language }, LANGUAGE_NAMES[one])),
  );
  on(select, "change", () => {
    const search = new URLSearchParams({ [CHOSEN]: select.value });
    window.location.assign(`${window.location.pathname}?${search}${window.location.hash}`);
  });
  const live = make("div", { class: "lv-live", id: "live" });
  const main = make("main", {}, live);
  const ways = ["live", "noising", "plane"].map((name) => {
    const button = make("button", { type: "button", class: "lv-way" }, say(name));
    on(button, "click", () => document.getElementById(name)?.scrollIntoView({ behavior: "smooth" }));
    return button;
  });
  document.body.append(
    make(
      "header",
      { class: "lv-head" },
      make("h1", {}, say("title")),
      make("nav", { class: "lv-ways", "aria-label": say("parts") }, ...ways, select),
      make("p", { class: "lv-lead" }, say("lead")),
    ),
    main,
    make("footer", { class: "lv-foot" }, make("span", {}, say("keys")), make("span", {}, say("footer"))),
  );
  return { scope, say, language, live, main };
}
