// The doctor's panel: findings with the strongest first, each with its cause, its test and its advice folded under it.

import { refuseStrangers } from "../contract/contract.js";
import { setText } from "../elements/elements.js";
import * as words from "../words/doctor.js";
import { createFrame, folded } from "./frame.js";

const DIGITS = 4;

/**
 * `point(fingerprint, place)` sets the viewers that show a deck, and gives null, or why none is set.
 *
 * Returns what createFrame gives.
 */
export const createDoctor = ({ document, point = () => "no viewer" }) =>
  createFrame(document, {
    label: words.doctorLabel, empty: words.emptyDoctor, fill: (scope, payload) => fill(scope, payload, point),
  });

function fill(scope, payload, point) {
  refuseStrangers("diagnosis", payload, { stranger: words.notOurs, newer: words.notOurs });
  const { title, model, findings } = payload;
  const nothing = findings.length ? [] : [scope.make("p", { class: "ds-sentence" }, words.nothingFound())];
  return {
    title: [title, model].filter(Boolean).join(" · "),
    words: words.counted(findings),
    parts: [
      ...nothing,
      ...findings.map((finding, index) => card(scope, finding, payload, { open: index === 0, point })),
      ...looked(scope, payload),
    ],
  };
}

function card(scope, finding, payload, { open, point }) {
  const { seen, usually, confirm, advice } = words.sentencesOf(finding);
  const cause = payload.findings.find(({ id }) => id === finding.follows);
  const badge = scope.make("span", { class: "ds-doctor-badge" }, words.strengthWord(finding.strength));
  const head = scope.make("summary", {}, badge, scope.make("span", {}, seen));
  const rows = [
    [words.usualCause(), usually],
    [words.toConfirm(), confirm],
    [words.toDo(), cause ? words.mendFirst(words.sentencesOf(cause).seen) : advice],
    [words.measuredBy(), [numberOf(finding), ...whereOf(finding, payload.runs)].join(" · ")],
  ];
  const parts = rows.flatMap(([name, text]) => [scope.make("dt", {}, name), scope.make("dd", {}, text)]);
  const details = scope.make("details", { open }, head, scope.make("dl", {}, ...parts));
  const attributes = { class: "ds-doctor-card", "data-strength": finding.strength };
  return scope.make("div", attributes, details, ...shower(scope, finding, payload, point));
}

/** The button that sets the viewer, and where it says why it could not. */
function shower(scope, { places, view }, { deck, runs }, point) {
  const [{ run, step }] = places;
  if (step === null) return [];
  const button = scope.make("button", { type: "button", class: "ds-doctor-show" }, words.showStep(step));
  const said = scope.make("span", { class: "ds-doctor-said", role: "status" });
  scope.on(button, "click", () => {
    const why = point(deck, { view, step, ...(runs > 1 && { trajectory: run }) });
    setText(said, why ? words.whyNotShown(why) : "");
  });
  return [button, said];
}

const numberOf = ({ quantity, value, comparison, source }) =>
  `${words.named(quantity)}: ${short(value)}, ${words.comparisonWord(comparison)} (${words.named(source)})`;
const short = (number) => (number === null ? "–" : String(Number(number.toPrecision(DIGITS))));

function whereOf({ step, runs }, all) {
  const inSome = all > 1 ? [`${words.inRuns(runs.length, all)} (${runs.join(", ")})`] : [];
  return [...(step === null ? [] : [words.atStep(step)]), ...inSome];
}

function looked(scope, payload) {
  const left = Object.entries(payload.not_looked_at).map(([name, why]) => `${words.named(name)} (${words.named(why)})`);
  const list = (names) => scope.make("ul", {}, ...names.map((name) => scope.make("li", {}, name)));
  return [
    folded(scope, words.lookedAt(payload.looked_at.length), list(payload.looked_at.map(words.named))),
    folded(scope, words.notLookedAt(left.length), list(left)),
  ];
}
