// A file on the reader's own device.

/** Milliseconds for which a browser may still read what it was given to save. */
const READ_WITHIN = 1000;

/** @param {{ make: Function, window: any }} scope */
export function saveFile({ make, window }, name, blob) {
  const href = window.URL.createObjectURL(blob);
  make("a", { href, download: name }).click();
  window.setTimeout(() => window.URL.revokeObjectURL(href), READ_WITHIN);
}
