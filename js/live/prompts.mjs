// The prompt as a choice of words: what the model was taught to paint, and a sentence from what is chosen.

import { readIn } from "../pocket/text.mjs";

/** What training captions said, kind by kind; in one kind at most one is chosen, but for the sky. */
export const KINDS = {
  style: ["oil painting", "flat illustration", "neon picture", "pencil sketch"],
  colour: ["red", "blue", "yellow", "green"],
  subject: ["lighthouse", "house", "sailboat", "tree", "windmill", "castle"],
  place: ["on the sea", "on a cliff", "on a hill", "in a meadow", "in the desert", "in the snow"],
  time: ["at dawn", "at noon", "at dusk", "at night"],
  sky: ["the sun", "a moon", "stars", "clouds", "birds"],
  position: ["on the left", "in the centre", "on the right"],
};

const LITTLE = new Set(["a", "an", "the", "on", "in", "at", "of", "with"]);
const meant = (text) =>
  readIn(text)
    .map(([word]) => word)
    .filter((word) => !LITTLE.has(word))
    .join(" ");

/**
 * The sayings of each kind that a prompt holds.
 * @returns {any}
 */
export function chosenIn(prompt) {
  const text = ` ${meant(prompt)} `;
  return Object.fromEntries(
    Object.entries(KINDS).map(([kind, sayings]) => [
      kind,
      sayings.filter((saying) => text.includes(` ${meant(saying)} `)),
    ]),
  );
}

/** The prompt with one saying more, or without it: what is chosen is said anew, as the captions said it. */
export function toggled(prompt, kind, saying) {
  const chosen = chosenIn(prompt);
  const without = chosen[kind].filter((one) => one !== saying);
  const had = without.length < chosen[kind].length;
  const more = kind === "sky" ? [...without, saying] : [saying];
  return sentence({ ...chosen, [kind]: had ? without : more });
}

const article = (saying) => `${/^[aeiou]/.test(saying) ? "an" : "a"} ${saying}`;

export function sentence({ style, colour, subject, place, time, sky, position }) {
  const thing = article([...colour.slice(0, 1), subject[0] ?? "scene"].join(" "));
  const medium = style.length ? `${article(style[0])} of ` : "";
  const main = [medium + thing, ...place.slice(0, 1), ...time.slice(0, 1)].join(" ");
  return [main, ...(sky.length ? [`with ${sky.join(" and ")}`] : []), ...position.slice(0, 1)].join(", ");
}

/** Any scene that could be: only a sailboat sails, and only trees are green. `random` gives 0..1. */
export function anyScene(random = Math.random) {
  const pick = (list) => list[Math.floor(random() * list.length)];
  const subject = pick(KINDS.subject);
  const place = subject === "sailboat" ? KINDS.place[0] : pick(KINDS.place);
  const colour = pick(subject === "tree" ? ["red", "yellow", "green"] : ["red", "blue", "yellow"]);
  const time = pick(KINDS.time);
  const sky = (time === "at night" ? ["a moon", "stars", "clouds"] : ["the sun", "clouds", "birds"]).filter(
    () => random() < 0.5,
  );
  return sentence({
    style: [pick(KINDS.style)],
    colour: [colour],
    subject: [subject],
    place: [place],
    time: [time],
    sky,
    position: random() < 0.4 ? [pick(KINDS.position)] : [],
  });
}
