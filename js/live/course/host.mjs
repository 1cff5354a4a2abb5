// What the panel's lessons ask of their surroundings, where these are a page: to keep, to save, to set the viewer.

const STORED = "denoiscope.answers";

/** `instrument()` gives the one that stands in the lesson that is read now, or null. */
export function createPageHost({ window, instrument }) {
  /** A browser may refuse a page from disk to keep anything. */
  const storage = () => {
    try {
      return window.localStorage;
    } catch {
      return null;
    }
  };

  function read() {
    return Promise.resolve(JSON.parse(storage()?.getItem(STORED) ?? "null"));
  }

  function keep(answers) {
    const place = storage();
    place?.setItem(STORED, JSON.stringify(answers));
    return Promise.resolve(Boolean(place));
  }

  /** A file on the reader's own device, made of text, bytes and parts of other files. */
  function save(name, parts) {
    const link = window.document.createElement("a");
    link.href = window.URL.createObjectURL(new window.Blob(parts));
    link.download = name;
    link.click();
    window.setTimeout(() => window.URL.revokeObjectURL(link.href), 1000);
  }

  return { read, keep, save, point: (target) => instrument()?.point(target) ?? "no viewer" };
}
