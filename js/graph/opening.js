// Where a viewer opens, as its graph says: a property of the node, and what its menu offers.

/** { view, step, settled, attention, word ... }, saved with the workflow. */
const OPENS = "denoiscope_opens";

export const openingOf = (node) => node.properties?.[OPENS] ?? null;

/**
 * Entries for the menu of a node: to open from now on at `place`, null where nothing is shown, and to open again as it
 * comes. `words` are theirs; `changed()` hears of a change of the graph.
 */
export function openingItems(node, place, { words, changed }) {
  const write = (value) => {
    if (value === null) delete node.properties[OPENS];
    else node.properties[OPENS] = value;
    changed();
  };
  const here = place && { content: words.here, callback: () => write(place) };
  const again = openingOf(node) && { content: words.again, callback: () => write(null) };
  return [here, again].filter(Boolean);
}
