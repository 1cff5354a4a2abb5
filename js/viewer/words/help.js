// What the "?" says: its titles, and a sentence for what has no other.

import { glossaries } from "../language/glossary.js";
import { phrase, spoken } from "../language/language.js";

/** Words and sentences, as the course has them: [word, sentence]. */
export const glossary = () => glossaries[spoken()];

export const helpLabel = () => phrase`What the words mean`;
export const closeHelp = () => phrase`Close`;
export const wordsTitle = () => phrase`Words`;
export const viewsTitle = () => phrase`Views`;
export const linesTitle = () => phrase`Lines of the chart`;
export const switchesTitle = () => phrase`Switches`;
export const picturesTitle = () => phrase`What the pictures are made of`;
export const triangleHint = () =>
  phrase`the guess without the prompt, the guess with it, their difference, and what guidance makes of them`;
export const rawHint = () =>
  phrase`Shows x_t at the sampler's own scale, not at the spread of a finished latent.`;
