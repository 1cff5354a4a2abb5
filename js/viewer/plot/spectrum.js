// The spectrum of a LoRA: its curves and its layers, one of them shown, a tab away from the other.

import { isOf } from "../contract/contract.js";
import { createScope, setAttribute } from "../elements/elements.js";
import { createTabs } from "../elements/tabs.js";
import { createHeat } from "./heat.js";
import { createPlot } from "./plot.js";
import { spectrumLabel, spectrumViews } from "../words/heat.js";

/** Titles are English, for term(). */
const VIEWS = [
  { id: "curves", title: "Curves" },
  { id: "layers", title: "Layers" },
];

/**
 * `saved` is what an earlier one gave to remember(place), called whenever the user has moved.
 *
 * Returns { element, show(payload), recall(place), shows(), destroy() }.
 *
 * @param {import("../elements/panel.js").Given} given
 */
export function createSpectrum({ document, saved, remember = () => {} }) {
  const scope = createScope(document);
  let place = recalled(saved);
  const keep = (part) => remember((place = { ...place, ...part }));
  const shown = {
    curves: createPlot({ document, saved: place.curves, remember: (curves) => keep({ curves }) }),
    layers: createHeat({ document, saved: place.layers, remember: (layers) => keep({ layers }) }),
  };
  const tabs = createTabs(scope, {
    label: spectrumViews(),
    choose: (view) => {
      keep({ view });
      select();
    },
  });
  const panel = scope.make(
    "div", { class: "ds-spectrum-panel", role: "tabpanel", id: `ds-${Math.random().toString(36).slice(2)}` },
    ...Object.values(shown).map((view) => view.element),
  );
  const element = scope.make(
    "section", { class: "denoiscope ds-spectrum", "aria-label": spectrumLabel() }, tabs.element, panel,
  );
  tabs.offer(VIEWS, panel.id);
  select();

  function select() {
    for (const [id, view] of Object.entries(shown)) setAttribute(view.element, "hidden", id !== place.view);
    tabs.select(place.view);
  }

  function show(payload) {
    const known = isOf("spectrum", payload);
    shown.curves.show(known ? payload.curves : payload);
    shown.layers.show(known ? payload.heat_map : payload);
    setAttribute(element, "data-filled", shown.curves.shows() !== null);
  }

  function destroy() {
    for (const view of Object.values(shown)) view.destroy();
    scope.destroy();
    element.remove();
  }

  return {
    element,
    show,
    destroy,
    shows: () => (shown.curves.shows() ? "spectrum" : null),
    recall: (saved) => {
      place = recalled(saved);
      shown.curves.recall(place.curves);
      shown.layers.recall(place.layers);
      select();
    },
  };
}

/** What was remembered comes from storage: anything that is not as it should be is left out. */
export const recalled = (saved) => ({
  view: VIEWS.some(({ id }) => id === saved?.view) ? saved.view : VIEWS[0].id,
  curves: saved?.curves ?? null,
  layers: saved?.layers ?? null,
});
