// Picture sheets as bitmaps: only the wanted ones are decoded, and what is no longer wanted is closed.

const AT_ONCE = 2;

/**
 * load(source) gives a Blob, or null where the file is gone; decode(blob) gives an ImageBitmap.
 * Files once fetched are kept as they came, so that coming back to a view costs one decode.
 */
export function createSheets({ load, decode, changed }) {
  const files = new Map();
  const bitmaps = new Map();
  const failures = new Map();
  const underWay = new Set();
  let wanted = [];
  let closed = false;

  /** What failed is tried again; what is gone stays gone. */
  function want(sources) {
    wanted = sources;
    const keep = new Set(sources.map(keyOf));
    for (const [key, bitmap] of bitmaps) if (!keep.has(key)) drop(key, bitmap);
    for (const [key, reason] of failures) if (reason !== null) failures.delete(key);
    fetchMissing();
  }

  function drop(key, bitmap) {
    bitmap.close();
    bitmaps.delete(key);
  }

  /** In the order of `wanted`, at most a few at once: the list may have changed whenever one ends. */
  function fetchMissing() {
    for (const source of wanted) {
      if (underWay.size >= AT_ONCE) return;
      const key = keyOf(source);
      if (!bitmaps.has(key) && !failures.has(key) && !underWay.has(key)) bring(source, key);
    }
  }

  async function bring(source, key) {
    underWay.add(key);
    try {
      const file = files.get(key) ?? (await load(source));
      if (file) files.set(key, file);
      const bitmap = file && !closed ? await decode(file) : null;
      settle(key, bitmap);
    } catch (error) {
      failures.set(key, error.message);
    }
    underWay.delete(key);
    if (closed) return;
    fetchMissing();
    changed();
  }

  function settle(key, bitmap) {
    const stillWanted = !closed && wanted.some((source) => keyOf(source) === key);
    if (bitmap && stillWanted) bitmaps.set(key, bitmap);
    else if (bitmap) bitmap.close();
    else failures.set(key, null);
  }

  function forget() {
    for (const [key, bitmap] of bitmaps) drop(key, bitmap);
    files.clear();
    failures.clear();
    wanted = [];
  }

  return {
    want,
    get: (source) => bitmaps.get(keyOf(source)) ?? null,
    /** Undefined while nothing went wrong, null where the file is gone, else what went wrong. */
    failure: (source) => failures.get(keyOf(source)),
    forget,
    close: () => {
      closed = true;
      forget();
    },
  };
}

const keyOf = (source) =>
  (typeof source === "string" ? source : `${source.type}/${source.subfolder ?? ""}/${source.filename}`);
