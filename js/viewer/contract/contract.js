// What Python hands to the browser: the names of results and events, and the formats and versions read here.

/** Under which name a node's result brings what it shows. */
export const RESULTS = {
  deck: "denoiscope_deck", chart: "denoiscope_chart", lowRank: "denoiscope_low_rank", spectrum: "denoiscope_spectrum",
  diagnosis: "denoiscope_diagnosis", comparison: "denoiscope_comparison",
};

/** What comes while a run goes on. */
export const EVENTS = {
  step: "denoiscope.step", cells: "denoiscope.cells", views: "denoiscope.views", words: "denoiscope.words",
  watch: "denoiscope.watch",
};

export const FORMATS = {
  deck: { format: "denoiscope.deck", version: 1 },
  chart: { format: "denoiscope.chart", version: 1 },
  heat: { format: "denoiscope.heat_map", version: 1 },
  lowRank: { format: "denoiscope.low_rank", version: 1 },
  spectrum: { format: "denoiscope.lora_spectrum", version: 1 },
  diagnosis: { format: "denoiscope.diagnosis", version: 1 },
  comparison: { format: "denoiscope.comparison", version: 1 },
};

/** Whether a payload is of one of FORMATS, of whatever version. */
export const isOf = (kind, payload) => payload?.format === FORMATS[kind].format;

/** Refuses a payload of another format, or of a newer version, in a sentence. */
export function refuseStrangers(kind, payload, { stranger, newer }) {
  if (!isOf(kind, payload)) throw new Error(stranger());
  if (payload.version > FORMATS[kind].version) throw new Error(newer(payload.version, FORMATS[kind].version));
}
