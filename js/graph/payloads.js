// Which payload belongs to which workflow: the frontend itself files results of one tab under nodes of another.

export const payloadIn = (output, key) => output?.[key]?.[0] ?? null;

/** The same for a cached result, different for every new set of pictures; without pictures, for all that is new. */
export const signatureOf = (payload) =>
  JSON.stringify(payload.views ? [payload.title, payload.views.map((view) => view.sheets.map((sheet) => sheet.source))] : payload);

/** Remembers for which workflow and node each payload was announced. */
export function createOwners() {
  const owners = new Map();
  const place = (workflow, id) => `${workflow}|${id}`;

  function announced(workflow, id, payload) {
    const signature = signatureOf(payload);
    owners.set(signature, (owners.get(signature) ?? new Set()).add(place(workflow, id)));
  }

  /** A payload never announced here came with a workflow out of the history: it belongs where it stands. */
  function belongs(workflow, id, payload) {
    const known = owners.get(signatureOf(payload));
    return !known || known.has(place(workflow, id));
  }

  return { announced, belongs };
}
