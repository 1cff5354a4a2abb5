// What Python tells the browser, as tests/core has written it: one payload of each kind, a new copy each time.

import { readFileSync, readdirSync } from "node:fs";

const FOLDER = new URL("../contract/", import.meta.url);

export const KINDS = readdirSync(FOLDER).map((name) => name.replace(".json", ""));

const texts = Object.fromEntries(KINDS.map((kind) => [kind, readFileSync(new URL(`${kind}.json`, FOLDER), "utf8")]));

export const contract = (kind) => JSON.parse(texts[kind]);
