// What is said of two runs compared, in the language spoken.

import { phrase, term } from "../language/language.js";
import { number } from "./numbers.js";

const QUANTITIES = {
  x: () => "x",
  cond: () => phrase`the prediction with the prompt`,
  uncond: () => phrase`the prediction without the prompt`,
  x0: () => phrase`the guided guess`,
};

/** One sentence on what comes first. */
export function causeOf({ cause, differences, parted }) {
  if (differences.length || !parted) return term(cause);
  const name = QUANTITIES[parted.quantity]();
  return phrase`Nothing that was kept explains it, and from step ${parted.step} on ${name} differs.`;
}

/** Up to where they are equal, what each cost, and what a deck lacks. */
export const notesOf = (payload) => [parting(payload), costs(payload), ...payload.not_kept.map(term)];

/** What differs, and when it comes about. */
export const differenceOf = ({ stage, what }) => `${term(stage)}: ${term(what)}`;

/** The ninth of the picture: top left. */
export const placeOf = (where) => where.split(" ").map(term).join(" ");

function parting({ errors, parted }) {
  if (!errors.length) return phrase`They pass no noise level in common: their steps cannot be compared one by one.`;
  if (!parted) return phrase`All ${errors.length} states that both pass are equal to the bit.`;
  const [name, sigma] = [QUANTITIES[parted.quantity](), number(parted.sigma)];
  const first = phrase`Equal to the bit before step ${parted.step} (σ ${sigma}); there ${name} differs.`;
  return [first, ...howFar(parted)].join(" ");
}

function howFar({ apart, rounding }) {
  if (apart === null) return [];
  const share = apart.toPrecision(2);
  return [rounding ? phrase`By ${share} of its size, as little as rounding.` : phrase`By ${share} of its size.`];
}

function costs({ calls, seconds }) {
  const asked = phrase`Model calls: ${calls[0]} and ${calls[1]}.`;
  if (seconds.includes(null)) return asked;
  const [first, second] = seconds.map((each) => each.toPrecision(3));
  return `${asked} ${phrase`Seconds: ${first} and ${second}.`}`;
}
