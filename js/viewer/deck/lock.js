// At which state each cell stands while one slider moves them all: at the same σ, or at the same step.

export const LOCKS = ["sigma", "step"];

/** Relative: the same schedule computed twice differs in its last digits. */
const HAIR = 1e-3;

/**
 * How the cells of a deck stand together. `state` is the viewer's: { lock, trajectory }.
 *
 * Under "sigma" the slider runs over the states of the reference, the longest run; each cell shows its last state whose
 * σ is not below the reference's, so that at the end all are finished. A cell alone is stepped through by its own
 * states.
 *
 * Returns { differs, bySigma, read, at, where }: whether the runs differ in their σ, which lock holds, the index of the
 * run that the slider and the numbers speak of, at(index, step), the state where a cell stands, and where(index,
 * state), the place on the slider, in steps and parts of steps, that belongs to a state.
 */
export function lockOn(deck, { lock, trajectory }) {
  const differs = sigmasDiffer(deck);
  const bySigma = differs && lock === "sigma" && trajectory === null;
  const read = trajectory ?? longest(deck.trajectories);
  if (!bySigma)
    return {
      differs, bySigma, read, at: (index, step) => Math.min(step, deck.trajectories[index].steps),
      where: (_, state) => state,
    };
  const { sigmas } = deck.trajectories[read];
  const table = deck.trajectories.map((run) => sigmas.map((sigma) => lastNotBelow(run.sigmas, sigma)));
  return {
    differs,
    bySigma,
    read,
    at: (index, step) => table[index][Math.min(step, sigmas.length - 1)],
    where: (index, state) => stepAt(sigmas, deck.trajectories[index].sigmas[state]),
  };
}

/** Between two steps by the logarithm of σ, as the chart draws it; towards zero, which has none, evenly. */
function stepAt(sigmas, sigma) {
  const before = lastNotBelow(sigmas, sigma);
  if (before === sigmas.length - 1 || near(sigma, sigmas[before]) || sigma > sigmas[before]) return before;
  const [high, low] = sigmas.slice(before);
  return before + (low > 0 ? Math.log(high / sigma) / Math.log(high / low) : (high - sigma) / high);
}

/** A run that begins below the reference's σ waits at its first state. */
const lastNotBelow = (sigmas, sigma) => Math.max(0, sigmas.findLastIndex((level) => level >= sigma * (1 - HAIR)));

/** The longest run; of equally long ones the first of those that begin at the highest σ. */
export function longest(trajectories) {
  const beats = (run, best) =>
    run.steps > best.steps || (run.steps === best.steps && run.sigmas[0] > best.sigmas[0] * (1 + HAIR));
  return trajectories.reduce((best, run, index) => (beats(run, trajectories[best]) ? index : best), 0);
}

/** False, too, where σ is not known or rises (forward decks): there is nothing to hold the cells at. */
export function sigmasDiffer(deck) {
  if (deck.trajectories.length < 2 || !deck.trajectories.every((run) => falls(run.sigmas))) return false;
  const [first, ...others] = deck.trajectories;
  return others.some((run) =>
    run.steps !== first.steps || run.sigmas.some((sigma, step) => !near(sigma, first.sigmas[step])),
  );
}

const falls = (sigmas) => sigmas.every((level) => level !== null) && sigmas[0] >= sigmas.at(-1);

const near = (one, other) => Math.abs(one - other) <= HAIR * Math.max(Math.abs(one), Math.abs(other));

/** The state with another cell shown, or all (null): what is looked at stays at the σ where it is. */
export function carried(state, deck, trajectory) {
  if (!sigmasDiffer(deck) || state.lock !== "sigma") return { ...state, trajectory };
  const together = lockOn(deck, { ...state, trajectory: null });
  if (state.trajectory === null)
    return trajectory === null ? state : { ...state, trajectory, step: together.at(trajectory, state.step) };
  if (trajectory !== null)
    return { ...state, trajectory, step: Math.min(state.step, deck.trajectories[trajectory].steps) };
  return { ...state, trajectory, step: firstStepAt(deck, together, state) };
}

function firstStepAt(deck, { at }, { trajectory, step }) {
  const steps = Array.from({ length: deck.steps + 1 }, (_, step) => step);
  return steps.find((each) => at(trajectory, each) >= step) ?? deck.steps;
}
