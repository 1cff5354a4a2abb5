// The low-rank lab on a page of its own: the update and its factors stand in the page itself.

import { createLab } from "./lab.js";
import { translatePage } from "../page_words.js";

export function openPage(document) {
  translatePage(document);
  const payload = JSON.parse(document.getElementById("payload").textContent);
  const lab = createLab({ document });
  document.getElementById("viewer").replaceChildren(lab.element);
  lab.show(payload);
  return lab;
}
