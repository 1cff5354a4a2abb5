// The viewer on a page of its own: the deck and its pictures stand in the page itself.

import { openIn } from "./elements/page.js";
import { createViewer } from "./viewer.js";

const load = async (dataUrl) => (await fetch(dataUrl)).blob();

export const openPage = (document) => openIn(document, () => createViewer({ document, load }));
