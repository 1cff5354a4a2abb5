// Two runs side by side: the cause in a sentence, what differs in the order it comes about, and the error at each step.

import { refuseStrangers } from "../contract/contract.js";
import { columns, comparedColumns, comparisonLabel, emptyComparison, errorsTitle, notOurs } from "../words/doctor.js";
import { causeOf, differenceOf, notesOf, placeOf } from "../words/comparison.js";
import { createFrame, folded, table } from "./frame.js";

const DIGITS = 3;

/** Returns what createFrame gives. */
export const createComparison = ({ document }) =>
  createFrame(document, { label: comparisonLabel, empty: emptyComparison, fill });

function fill(scope, payload) {
  refuseStrangers("comparison", payload, { stranger: notOurs, newer: notOurs });
  const { labels, differences, errors } = payload;
  const rows = differences.map((difference) => [differenceOf(difference), difference.first, difference.second]);
  return {
    title: labels.join(" · "),
    words: "",
    parts: [
      scope.make("p", { class: "ds-doctor-cause" }, causeOf(payload)),
      ...(rows.length ? [table(scope, comparedColumns(labels), rows)] : []),
      ...notesOf(payload).map((note) => scope.make("p", {}, note)),
      ...(errors.length ? [folded(scope, errorsTitle(), errorsOf(scope, errors), true)] : []),
    ],
  };
}

function errorsOf(scope, errors) {
  const asked = errors.some(({ one_step: own }) => own !== null);
  return table(scope, columns(asked), errors.map((error) => line(error, asked)));
}

const line = ({ steps, sigma, x, guess, one_step: own, where }, asked) =>
  [stepOf(steps), ...[sigma, x, guess, ...(asked ? [own] : [])].map(short), where ? placeOf(where) : "–"];
const stepOf = ([first, second]) => (first === second ? String(first) : `${first} / ${second}`);
const short = (number) => (number === null ? "–" : String(Number(number.toPrecision(DIGITS))));
