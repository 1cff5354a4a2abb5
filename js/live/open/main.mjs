// Opens the page: unpacks what its file carries, starts the workers, and shows what it is asked for.

import { scriptOf, takenFrom, unpack, unpackJson, unpackText } from "../carrier.mjs";
import { openCourse } from "../course/course.mjs";
import { createNoising } from "../noising.mjs";
import { openLive } from "../page.mjs";
import { createPlane } from "../plane.mjs";
import { COURSE, createShell } from "../shell.mjs";

/** `document` is that of the file that host/live_page.py wrote. */
export async function open(document) {
  const window = document.defaultView;
  const { loras, course, deck, ...carried } = JSON.parse(takenFrom(document, "parts"));
  const shell = createShell(document, { hasCourse: Boolean(course) });
  const [worker, weights, lessons, saved, ...adapters] = await Promise.all([
    unpackText(takenFrom(document, "worker")),
    unpack(takenFrom(document, "model")),
    course && unpackJson(course),
    deck && unpackJson(deck),
    ...Object.values(loras).map(unpack),
  ]);
  const address = scriptOf(window, worker);
  const parts = {
    ...carried,
    weights,
    loras: Object.fromEntries(Object.keys(loras).map((name, at) => [name, adapters[at]])),
    saved,
    start: () => new window.Worker(address),
  };
  if (saved) shell.name(saved.title || shell.say("savedTitle"));
  if (shell.page === COURSE) return openCourse(document, parts, shell, lessons);
  return openParts(document, parts, shell);
}

/** The live viewer, and below it the two instruments. */
async function openParts(document, parts, shell) {
  const live = await openLive(document, parts, shell);
  const noising = createNoising(shell.scope, { ...shell, ...parts, engine: () => live.engine });
  const plane = createPlane(shell.scope, shell);
  shell.main.append(noising.element, plane.element);
  plane.begin();
  if (!parts.saved) await live.run();
  await noising.begin();
}
