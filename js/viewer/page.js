// The viewer on a page of its own: the deck and its pictures stand in the page itself.

import { translatePage } from "./page_words.js";
import { createViewer } from "./viewer.js";

const load = async (dataUrl) => (await fetch(dataUrl)).blob();

export function openPage(document) {
  translatePage(document);
  const payload = JSON.parse(document.getElementById("payload").textContent);
  const viewer = createViewer({ document, load });
  document.getElementById("viewer").replaceChildren(viewer.element);
  viewer.show(payload);
  return viewer;
}
