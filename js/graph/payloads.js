// Which payload belongs to which workflow: the frontend itself files results of one tab under nodes of another.

export const payloadIn = (output, key) => output?.[key]?.[0] ?? null;

/** What a node says in place of a payload. */
export const saysIn = (output) => output?.text?.[0] ?? null;

const BLOCKED = /^Execution Blocked: /;

/** A node that was stopped because what it takes is not there, and why; null for every other end. */
export const blockIn = ({ exception_type, exception_message, node_id }) =>
  exception_type === "ExecutionBlocked" ? { node: node_id, words: exception_message.replace(BLOCKED, "") } : null;

/** The same for a cached result, different for every new set of pictures; without pictures, for all that is new. */
export const signatureOf = (payload) =>
  JSON.stringify(
    payload.views ? [payload.title, payload.views.map((view) => view.sheets.map((sheet) => sheet.source))] : payload,
  );

/** The frontend misplaces a result when it comes: of older ones nothing needs to be known. */
export const REMEMBERED = 100;

/** Remembers for which workflow and node each payload was announced, of the newest ones. */
export function createOwners() {
  const owners = new Map();
  const place = (workflow, id) => `${workflow}|${id}`;

  function announced(workflow, id, payload) {
    const signature = signatureOf(payload);
    const places = (owners.get(signature) ?? new Set()).add(place(workflow, id));
    owners.delete(signature);
    owners.set(signature, places);
    if (owners.size > REMEMBERED) owners.delete(owners.keys().next().value);
  }

  /** A payload never announced here came with a workflow out of the history: it belongs where it stands. */
  function belongs(workflow, id, payload) {
    const known = owners.get(signatureOf(payload));
    return !known || known.has(place(workflow, id));
  }

  return { announced, belongs };
}
