// The frame of the page: title, a few words, the ways to its parts, and the language.

import { createScope } from "../viewer/elements/elements.js";
import { LANGUAGES, LANGUAGE_NAMES, languageOf, speaker } from "./words.mjs";

/** Where a reader's choices of language and page stand in the link. */
const CHOSEN = "lang";
const PAGE = "page";
export const LIVE = "live";
export const COURSE = "course";
const TITLES = { [LIVE]: "title", [COURSE]: "courseTitle" };

/** { scope, say, language, page, live, main }: `live` is the place of the first instrument, `main` that of all. */
export function createShell(document, { hasCourse }) {
  const scope = createScope(document);
  const { make, on, window } = scope;
  const search = new URLSearchParams(window.location.search);
  const asked = search.get(CHOSEN);
  const wanted = search.get(PAGE) ?? document.body.dataset.opens;
  const page = wanted === COURSE && hasCourse ? COURSE : LIVE;
  const language = languageOf([...(asked ? [asked] : []), ...window.navigator.languages]);
  const say = speaker(language);
  document.documentElement.lang = language;
  document.body.dataset.page = page;
  const title = make(page === COURSE ? "p" : "h1", { class: "lv-title" });
  const lead = make("p", { class: "lv-lead" }, page === COURSE ? "" : say("lead"));
  name(say(TITLES[page]));

  function name(words) {
    title.textContent = words;
    document.title = `Denoiscope · ${words}`;
  }

  const select = make(
    "select",
    { "aria-label": say("language") },
    ...LANGUAGES.map((one) => make("option", { value: one, selected: one === language }, LANGUAGE_NAMES[one])),
  );
  on(select, "change", () => window.location.assign(linkTo({ [CHOSEN]: select.value })));
  const live = make("div", { class: "lv-live", id: "live" });
  const main = make("main", {}, live);

  /** The same page with other choices. */
  function linkTo(choices, hash = window.location.hash) {
    return `${window.location.pathname}?${new URLSearchParams({ ...Object.fromEntries(search), ...choices })}${hash}`;
  }

  const leap = (name) => {
    const button = make("button", { type: "button", class: "lv-way" }, say(name));
    on(button, "click", () => document.getElementById(name)?.scrollIntoView({ behavior: "smooth" }));
    return button;
  };
  const link = (name) => make("a", { class: "lv-way", href: linkTo({ [PAGE]: name }, "") }, say(name));
  const ways =
    page === COURSE ? [link(LIVE)] : [...["live", "noising", "plane"].map(leap), ...(hasCourse ? [link(COURSE)] : [])];
  document.body.append(
    make(
      "header",
      { class: "lv-head" },
      title,
      make("nav", { class: "lv-ways", "aria-label": say("parts") }, ...ways, select),
      ...(page === COURSE ? [] : [lead]),
    ),
    main,
    make("footer", { class: "lv-foot" }, make("span", {}, say("keys")), make("span", {}, say("footer"))),
  );
  return { scope, say, language, page, live, main, name };
}
