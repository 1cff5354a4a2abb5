// The low-rank lab on a page of its own: the update and its factors stand in the page itself.

import { openIn } from "../elements/page.js";
import { createLab } from "./lab.js";

export const openPage = (document) => openIn(document, () => createLab({ document }));
