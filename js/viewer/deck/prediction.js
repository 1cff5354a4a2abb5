// What a learner is to predict of a deck, how far they have come, and what of it was right.

/** The choices of the nodes that show a deck. */
const OF = ["step", "cells"];

/** What the payload asks for: { of, run }, null for nothing. */
export function readPrediction({ predict }) {
  return predict && OF.includes(predict.of) && typeof predict.run === "string"
    ? { of: predict.of, run: predict.run }
    : null;
}

/**
 * Why nothing can be predicted of a deck that asks for it, as a word that words/predict.js knows; null where it can.
 */
export function refusalOf(deck) {
  if (deck.predict.of === "cells")
    return deck.kind === "sweep" && deck.axes.length === 1 && deck.trajectories.length > 1 ? null : "cells";
  if (deck.kind === "forward") return "forward";
  if (deck.steps < 2) return "short";
  return firstWithAnswer(deck) < 0 ? "unmeasured" : null;
}

/** A run of one step leaves no choice, and a run that was not measured has no answer. */
export const hasAnswer = (run) => run.steps > 1 && Number.isInteger(run.settling?.decided);

const firstWithAnswer = (deck) => deck.trajectories.findIndex(hasAnswer);

/**
 * What stands in the viewer's state while a deck is predicted, or has been. run and round: of which runs, and the how
 * manieth time. Of a step: trajectory, reach (the last state that may be seen), mark (the step said, null before). Of
 * cells: given (for each cell as it is shown the index of a value on the axis, or null), checked.
 */
function fresh(deck, round, trajectory) {
  const { of, run } = deck.predict;
  if (of === "cells") return { of, run, round, given: deck.trajectories.map(() => null), checked: false };
  const chosen = hasAnswer(deck.trajectories[trajectory] ?? {}) ? trajectory : firstWithAnswer(deck);
  return { of, run, round, trajectory: chosen, reach: 0, mark: null };
}

/** The prediction of a deck that has just arrived: the one that was under way, if it is of these very runs. */
export function begun(saved, deck) {
  if (deck.live || !deck.predict || refusalOf(deck)) return null;
  const same = saved?.run === deck.predict.run && saved.of === deck.predict.of;
  return same && fits(saved, deck) ? saved : fresh(deck, 0, null);
}

function fits(saved, deck) {
  if (saved.of === "cells")
    return saved.given.length === deck.trajectories.length && saved.given.every((answer) =>
      answer === null || answer < deck.axes[0].values.length,
    );
  const run = deck.trajectories[saved.trajectory];
  return Boolean(run) && hasAnswer(run) && saved.reach <= run.steps && (saved.mark ?? 0) <= saved.reach;
}

/** What was remembered comes from storage; null for what is not as it should be. */
export function recalledPrediction(saved) {
  if (!OF.includes(saved?.of) || typeof saved.run !== "string" || !isCount(saved.round)) return null;
  const { of, run, round } = saved;
  if (of === "cells") {
    const { given, checked } = saved;
    return Array.isArray(given) && given.every(isCountOrNull)
      ? { of, run, round, given: [...given], checked: checked === true }
      : null;
  }
  const { trajectory, reach, mark } = saved;
  return isCount(trajectory) && isCount(reach) && isCountOrNull(mark)
    ? { of, run, round, trajectory, reach, mark }
    : null;
}

const isCount = (value) => Number.isInteger(value) && value >= 0;

const isCountOrNull = (value) => value === null || isCount(value);

/** Whether the answer is still to be kept from the learner. */
export const hides = (prediction) =>
  Boolean(prediction) && (prediction.of === "step" ? prediction.mark === null : !prediction.checked);

/* Moves: a state of the viewer in, a state out. */

/** One step beyond what has been seen is seen from now on; farther there is no way. */
export function walkedOn(state, deck, step) {
  const { prediction } = state;
  const next = hides(prediction) && prediction.of === "step" && step === prediction.reach + 1 && step <= deck.steps;
  return next ? { ...state, prediction: { ...prediction, reach: step } } : state;
}

/** Decided at the step that is shown. */
export function marked(state, deck) {
  const { prediction, step } = state;
  const trajectory = deck.trajectories.length > 1 ? prediction.trajectory : null;
  return {
    ...state, prediction: { ...prediction, mark: step }, trajectory, touched: true, arranged: true, playing: false,
  };
}

/** A value stands at one cell: given to another it leaves the first. */
export function gave(state, cell, value) {
  const { prediction } = state;
  const given = prediction.given.map((other, at) => (other === value && at !== cell ? null : other));
  given[cell] = value;
  return { ...state, prediction: { ...prediction, given } };
}

export const allGiven = ({ given }) => given.every((answer) => answer !== null);

export const checked = (state) => ({ ...state, prediction: { ...state.prediction, checked: true }, playing: false });

/** From the start: of the run that is looked at, or with the cells in another order. */
export function again(state, deck) {
  const prediction = fresh(deck, state.prediction.round + 1, state.trajectory ?? state.prediction.trajectory);
  const step = prediction.of === "step" ? 0 : state.step;
  return { ...state, prediction, trajectory: null, step, touched: true, pins: [], playing: false };
}

/* The answers, all of them numbers that came with the deck. */

/** { said, decided, settled, share, threshold, label }: label null where the deck has one run. */
export function answerOf(deck, { trajectory, mark }) {
  const { label, settling } = deck.trajectories[trajectory];
  const { share, threshold } = deck.settling;
  return {
    said: mark, decided: settling.decided, settled: settling.settled, share, threshold,
    label: deck.trajectories.length > 1 ? label : null,
  };
}

/** Indices of the values on the axis that a cell can have: of a sweep that was stopped some did not run. */
export const choicesOf = (deck) => deck.trajectories.map(({ place }) => place[0]).sort((a, b) => a - b);

/** Of the trajectory at an index: { said, value, right }, words of the axis. */
export function verdictOn(deck, prediction, index) {
  const [{ values }] = deck.axes;
  const said = values[prediction.given[orderOf(deck, prediction).indexOf(index)]];
  const value = values[deck.trajectories[index].place[0]];
  return { said, value, right: said === value };
}

export function scoreOf(deck, prediction) {
  const right = deck.trajectories.filter((_, index) => verdictOn(deck, prediction, index).right).length;
  return { right, of: deck.trajectories.length };
}

/** Which trajectory stands at each cell: another order each round, the same for the same runs. */
export const orderOf = (deck, { run, round }) => shuffled(deck.trajectories.length, `${run} ${round}`);

/** 0..count - 1 in an order that the text decides, never as they were. */
export function shuffled(count, text) {
  const random = generator(text);
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order.every((cell, at) => cell === at) ? [...order.slice(1), ...order.slice(0, 1)] : order;
}

/** Numbers 0..1 from a text: FNV-1a (Fowler, Noll and Vo) as the seed of a linear congruential generator (Knuth). */
function generator(text) {
  let state = 0x811c9dc5;
  for (const letter of text) state = Math.imul(state ^ letter.codePointAt(0), 0x01000193);
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 0) / 2 ** 32;
  };
}
