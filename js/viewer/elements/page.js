// A page of its own round a view: it holds what is shown, and speaks the browser's first language that we know.

import { setText } from "./elements.js";
import { speak, term } from "../language/language.js";

/** create() gives the view, once its language is known. */
export function openIn(document, create) {
  translate(document);
  const payload = JSON.parse(document.getElementById("payload").textContent);
  const view = create();
  document.getElementById("viewer").replaceChildren(view.element);
  view.show(payload);
  return view;
}

/** The page came in English, each of its sentences an element of its own; a title is anybody's text and stays. */
function translate(document) {
  const { documentElement, defaultView } = document;
  documentElement.lang = speak(defaultView.navigator.languages);
  for (const element of document.querySelectorAll(".look h2, .look li, footer span"))
    setText(element, term(element.textContent));
}
