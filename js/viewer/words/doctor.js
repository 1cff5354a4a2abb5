// What the doctor's panel and the comparison of two runs say beside the sentences that come with them.

import { doctorChinese } from "../language/doctor_chinese.js";
import { doctorJapanese } from "../language/doctor_japanese.js";
import { phrase, spoken, term } from "../language/language.js";

const TABLES = { ja: doctorJapanese, zh: doctorChinese };
const PARTS = ["seen", "usually", "confirm", "advice"];

/** What a mark was seen by, in the language spoken; English comes with it. */
export const seenIn = ({ rule, seen, values }) => sentencesOf({ id: rule, seen, values }).seen;

/** A finding's four sentences. */
export function sentencesOf(finding) {
  const words = TABLES[spoken()]?.rules[finding.id];
  const filled = (text) => text.replace(/\{(\w+)\}/g, (_, name) => named(finding.values[name] ?? ""));
  return Object.fromEntries(PARTS.map((part, at) => [part, words ? filled(words[at]) : finding[part]]));
}

/** The name of a quantity, a reason, a source. */
export const named = (english) => TABLES[spoken()]?.names[english] ?? english;

export const emptyDoctor = () => phrase`Run the workflow, and what the run shows appears here.`;
export const emptyComparison = () => phrase`Run the workflow, and what differs between the two runs appears here.`;
export const doctorLabel = () => phrase`Run doctor`;
export const comparisonLabel = () => phrase`Two runs compared`;
export const nothingFound = () => `${asInHealthyRuns()} ${noJudgement()}`;
const asInHealthyRuns = () => phrase`Nothing found: every number looked at is as in a healthy run.`;
const noJudgement = () => phrase`That is no judgement of the picture.`;
export const notOurs = () => phrase`This result is no diagnosis that this version can show.`;
export const strengthWord = (strength) => term(strength);

/** How many findings of each strength: 2 certain · 1 suspected. */
export function counted(findings) {
  const strengths = findings.map(({ strength }) => strength);
  const count = (strength) => strengths.filter((each) => each === strength).length;
  return [...new Set(strengths)].map((strength) => `${count(strength)} ${strengthWord(strength)}`).join(" · ");
}

export const usualCause = () => phrase`usual cause`;
export const toConfirm = () => phrase`to confirm`;
export const toDo = () => phrase`to do`;
export const measuredBy = () => phrase`number`;
export const mendFirst = (seen) => phrase`Mend first what this follows from: ${seen}`;
export const findingsLabel = () => phrase`Findings`;
export const showStep = (step) => phrase`show step ${step}`;
const NOT_SHOWN = {
  "no viewer": () => phrase`No viewer in this graph shows this run: connect its deck to a Deck Viewer and run.`,
  "not yet": () => phrase`The viewer keeps this step back until a prediction was made.`,
};
export const whyNotShown = (why) => NOT_SHOWN[why]();
/** above 1.2 */
export function comparisonWord(comparison) {
  const [word, limit] = comparison.split(" ");
  return `${named(word)} ${limit}`;
}
/** What a watch says of a run, counted from 0. */
export const watchedRun = (finding) => phrase`Run ${finding.run}, seed ${finding.seed ?? "–"}: ${seenIn(finding)}`;
export const inRuns = (some, all) => phrase`in ${some} of ${all} runs`;
export const atStep = (step) => phrase`step ${step}`;
export const lookedAt = (count) => phrase`looked at: ${count}`;
export const notLookedAt = (count) => phrase`not looked at: ${count}`;
/** `asked`: whether the other model was asked at the one run's states. */
export const columns = (asked) => [
  phrase`step`, "σ", phrase`x apart`, phrase`guess apart`, ...(asked ? [phrase`one step`] : []), phrase`most in`,
];
export const comparedColumns = ([first, second]) => [phrase`what`, first, second];
export const errorsTitle = () => phrase`error at each noise level that both pass`;
