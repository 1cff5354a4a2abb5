// What the viewer says of itself: its parts and buttons, and why there is no picture.

import { phrase } from "../language/language.js";
import { number } from "./numbers.js";

export const emptyViewer = () => phrase`Run the workflow, and every step of the denoising appears here.`;
export const gone = () => phrase`These pictures are gone; run the workflow again.`;
export const liveLost = () => phrase`No live picture of this step has arrived.`;
export const beingDrawn = () => phrase`This view is being drawn.`;
export const notDrawn = () => phrase`The run was stopped before this view was drawn. Run the workflow again to have it.`;
export const notDecoded = () => phrase`The run was stopped before the VAE had decoded this view.`;
export const loadFailed = (reason) => phrase`These pictures could not be loaded: ${reason}.`;
export const serverAnswered = (status) => phrase`the server answered ${status}`;
export const sideBySide = () => phrase`side by side`;
export const copied = () => phrase`Picture copied.`;
export const notCopied = (reason) => phrase`The picture could not be copied: ${reason}`;
export const noPicture = () => phrase`There is no picture here.`;
export const enlarged = () => phrase`Shown in the big view.`;
export const bigView = () => phrase`Big view`;
export const closeBigView = () => phrase`Close the big view`;
export const sourceWords = () => ({
  vae: { text: "VAE", hint: phrase`Decoded by the model's own VAE.` },
  approximate: {
    text: phrase`approximate`, hint: phrase`A quick approximation from the latent's numbers, without a VAE.`,
  },
  drawing: {
    text: phrase`approximate for now`, hint: phrase`A quick approximation; the VAE is decoding the pictures that follow.`,
  },
  exact: { text: phrase`exact`, hint: phrase`The numbers themselves, with no decoder between.` },
});
export const liveSource = () =>
  ({ text: phrase`live, approximate`, hint: phrase`Sent while the sampler runs; the finished pictures follow.` });

export const viewerLabel = (title = "") => (title ? phrase`Deck viewer: ${title}` : phrase`Deck viewer`);
export const openingWords = () =>
  ({ here: phrase`Open here from now on (saved in the workflow)`, again: phrase`Open as it comes again` });
export const viewsLabel = () => phrase`Views`;
export const copyLabel = () => phrase`Copy this picture`;
export const saveLabel = () => phrase`Save this picture as PNG`;
export const rawWord = () => phrase`raw scale`;
export const spokenScale = (label, { low, high }) =>
  phrase`${label ?? phrase`colours`} from ${number(low)} to ${number(high)}`;

/** A toast of ComfyUI's: there the viewer itself is not seen. */
export const appModeWords = () => ({
  summary: "Denoiscope",
  detail: phrase`App Mode shows pictures and films alone. Viewer and charts of this run stand in the graph: choose Graph at the top.`,
});

/* Why a deck is refused. */

export const deckRefusals = {
  stranger: () => phrase`What arrived is not a Denoiscope deck.`,
  newer: (
    version, known
  ) => phrase`This deck is of version ${version}, this viewer reads version ${known}: update Denoiscope and reload the page.`,
  empty: () => phrase`This deck holds no trajectory to show.`,
};
