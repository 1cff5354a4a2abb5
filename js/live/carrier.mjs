// What the page's file carries: pressed, and written as text.

import { bytesOf } from "./letters.mjs";

/** The text of an element of the file, which is read once and then let go. */
export function takenFrom(document, id) {
  const carrier = document.getElementById(id);
  carrier.remove();
  return carrier.textContent;
}

const opened = (text) =>
  new Response(new Blob([bytesOf(text)]).stream().pipeThrough(new DecompressionStream("gzip")));

export const unpack = (text) => opened(text).arrayBuffer();
export const unpackText = (text) => opened(text).text();
export const unpackJson = (text) => opened(text).json();

/** The address of a script that stands in the page. */
export const scriptOf = (window, source) =>
  window.URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
