// What a page of its own says round what it shows, in the first language of the browser that the viewer speaks.

import { setText } from "./elements.js";
import { speak, term } from "./language/language.js";

/** The page came in English, each of its sentences an element of its own; a title is anybody's text and stays. */
export function translatePage(document) {
  const { documentElement, defaultView } = document;
  documentElement.lang = speak(defaultView.navigator.languages);
  for (const element of document.querySelectorAll(".look h2, .look li, footer span")) setText(element, term(element.textContent));
}
