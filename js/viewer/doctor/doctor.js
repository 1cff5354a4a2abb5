// The doctor's panel: findings with the strongest first, each with its cause, its test and its advice folded under it.

import { refuseStrangers } from "../contract/contract.js";
import * as words from "../words/doctor.js";
import { createFrame, folded } from "./frame.js";

const DIGITS = 4;

/** Returns what createFrame gives. */
export const createDoctor = ({ document }) =>
  createFrame(document, { label: words.doctorLabel, empty: words.emptyDoctor, fill });

function fill(scope, payload) {
  refuseStrangers("diagnosis", payload, { stranger: words.notOurs, newer: words.notOurs });
  const { title, model, findings, runs } = payload;
  const nothing = findings.length ? [] : [scope.make("p", { class: "ds-sentence" }, words.nothingFound())];
  return {
    title: [title, model].filter(Boolean).join(" · "),
    words: words.counted(findings),
    parts: [
      ...nothing,
      ...findings.map((finding, index) => card(scope, finding, runs, index === 0)),
      ...looked(scope, payload),
    ],
  };
}

function card(scope, finding, runs, open) {
  const badge = scope.make("span", { class: "ds-doctor-badge" }, words.strengthWord(finding.strength));
  const head = scope.make("summary", {}, badge, scope.make("span", {}, finding.seen));
  const rows = [
    [words.usualCause(), finding.usually],
    [words.toConfirm(), finding.confirm],
    [words.toDo(), finding.advice],
    [words.measuredBy(), [numberOf(finding), ...whereOf(finding, runs)].join(" · ")],
  ];
  const parts = rows.flatMap(([name, text]) => [scope.make("dt", {}, name), scope.make("dd", {}, text)]);
  const attributes = { class: "ds-doctor-card", "data-strength": finding.strength, open };
  return scope.make("details", attributes, head, scope.make("dl", {}, ...parts));
}

const numberOf = ({ quantity, value, comparison, source }) => `${quantity}: ${short(value)}, ${comparison} (${source})`;
const short = (number) => (number === null ? "–" : String(Number(number.toPrecision(DIGITS))));

function whereOf({ step, runs }, all) {
  const inSome = all > 1 ? [`${words.inRuns(runs.length, all)} (${runs.join(", ")})`] : [];
  return [...(step === null ? [] : [words.atStep(step)]), ...inSome];
}

function looked(scope, payload) {
  const left = Object.entries(payload.not_looked_at).map(([name, why]) => `${name} (${why})`);
  const list = (names) => scope.make("ul", {}, ...names.map((name) => scope.make("li", {}, name)));
  return [
    folded(scope, words.lookedAt(payload.looked_at.length), list(payload.looked_at)),
    folded(scope, words.notLookedAt(left.length), list(left)),
  ];
}
