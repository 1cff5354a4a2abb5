// What the CFG triangle says: the names of its corners, its formula, and why a part of it may be missing.

import { phrase } from "../language/language.js";
import { number } from "./numbers.js";

export const TRIANGLE = "triangle";
export const triangleTitle = () => phrase`triangle`;
export const spokenTriangle = () => phrase`CFG triangle`;

/** By the view that stands there, in the order in which they are read. */
export const cornerNames = () => ({
  cond: phrase`conditional`,
  uncond: phrase`unconditional`,
  difference: phrase`difference`,
  x0: phrase`guided`,
});

export const notAskedHere = () => phrase`not asked here`;

/** Where the unconditional guess of a whole run is missing and the deck does not say why. */
export const neverAsked = (scale) =>
  scale === 1
    ? phrase`The model was never asked without the prompt: at guidance 1 that call is left out.`
    : phrase`The model was never asked without the prompt.`;

/**
 * guided = uncond + s * (cond - uncond), Ho and Salimans 2022, eq. 6, with s = 1 + w. Each term names its picture, and
 * `within` the picture it is a part of; `short` is for where there is little room. The words are English, for term().
 */
export const WHOLE = [
  { text: "guided", term: "x0" },
  { text: " = " },
  { text: "unconditional", short: "uncond", term: "uncond" },
  { text: " + " },
  { text: "s", term: "scale" },
  { text: " · " },
  { text: "(", term: "difference" },
  { text: "conditional", short: "cond", term: "cond", within: "difference" },
  { text: " − ", term: "difference" },
  { text: "unconditional", short: "uncond", term: "uncond", within: "difference" },
  { text: ")", term: "difference" },
];

/** What is left of it where the model was never asked without the prompt. */
export const BARE = [{ text: "guided", term: "x0" }, { text: " = " }, { text: "conditional", term: "cond" }];

/** The scale as it is read; "s" where it is not known. */
export const scaleText = (scale) => (scale === null ? "s" : number(scale));

export const spokenWhole = (scale) =>
  phrase`guided equals unconditional plus ${scaleText(scale)} times the difference of conditional and unconditional`;
export const spokenBare = () => phrase`guided equals conditional`;
