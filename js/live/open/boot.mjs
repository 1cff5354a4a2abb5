// The first script of the page: unpacks the others, and says what to do where the browser is too old for that.

import { scriptOf, takenFrom, unpackText } from "../carrier.mjs";

const TOO_OLD = "This page needs a browser of 2023 or later: Chrome or Edge 103, Firefox 115, Safari 16.4, or newer.";

export async function boot(document) {
  try {
    const script = document.createElement("script");
    script.src = scriptOf(document.defaultView, await unpackText(takenFrom(document, "page")));
    document.body.append(script);
  } catch (error) {
    document.body.append(TOO_OLD);
    throw error;
  }
}
