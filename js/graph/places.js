// What belongs to each viewer: where the user stood, or which runs they kept; as long as the browser's tab lives.

export const PLACE = "denoiscope.place";
export const KEPT = "denoiscope.kept";

/** `kind`: one of the names above. */
export function createPlaces(storage, kind = PLACE) {
  const key = (workflow, id) => `${kind}|${workflow}|${id}`;

  function read(workflow, id) {
    try {
      return JSON.parse(storage.getItem(key(workflow, id)));
    } catch (error) {
      if (error instanceof SyntaxError) return null;
      throw error;
    }
  }

  /** False where storage is full or forbidden: then it is forgotten at the next reload, and nothing else happens. */
  function write(workflow, id, place) {
    try {
      storage.setItem(key(workflow, id), JSON.stringify(place));
      return true;
    } catch (error) {
      if (error.name !== "QuotaExceededError" && error.name !== "SecurityError") throw error;
      return false;
    }
  }

  return { read, write };
}
