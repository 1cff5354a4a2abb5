// Where the user stood in each viewer, kept for as long as the browser's tab lives and nowhere else.

const PREFIX = "denoiscope.place";

export function createPlaces(storage) {
  const key = (workflow, id) => `${PREFIX}|${workflow}|${id}`;

  function read(workflow, id) {
    try {
      return JSON.parse(storage.getItem(key(workflow, id)));
    } catch (error) {
      if (error instanceof SyntaxError) return null;
      throw error;
    }
  }

  /** Storage may be full or forbidden: then the place is forgotten at the next reload, and nothing else happens. */
  function write(workflow, id, place) {
    try {
      storage.setItem(key(workflow, id), JSON.stringify(place));
    } catch (error) {
      if (error.name !== "QuotaExceededError" && error.name !== "SecurityError") throw error;
    }
  }

  return { read, write };
}
