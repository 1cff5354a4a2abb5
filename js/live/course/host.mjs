// What the panel's lessons ask of their surroundings, where these are a page: to keep, to set the viewer.

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

  return { read, keep, point: (target) => instrument()?.point(target) ?? "no viewer" };
}
