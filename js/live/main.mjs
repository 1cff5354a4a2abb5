// Opens the page: unpacks what its file carries and starts the workers from the text that stands in it.

import { bytesOf } from "./letters.mjs";
import { createNoising } from "./noising.mjs";
import { createPlane } from "./plane.mjs";
import { openLive } from "./page.mjs";
import { createShell } from "./shell.mjs";

/** `document` is that of the file that devtools/livepage/page.py wrote. */
export async function open(document) {
  const window = document.defaultView;
  /** What the file carries is read once, and then let go. */
  const text = (id) => {
    const carrier = document.getElementById(id);
    carrier.remove();
    return carrier.textContent;
  };
  const { loras, ...parts } = JSON.parse(text("parts"));
  const worker = window.URL.createObjectURL(new Blob([text("worker")], { type: "text/javascript" }));
  const shell = createShell(document);
  const [weights, ...files] = await Promise.all([text("model"), ...Object.values(loras)].map(unpack));
  const carried = Object.fromEntries(Object.keys(loras).map((name, at) => [name, files[at]]));
  const live = await openLive(
    document,
    { ...parts, weights, loras: carried, start: () => new window.Worker(worker) },
    shell,
  );
  const noising = createNoising(shell.scope, { ...shell, ...parts, engine: () => live.engine });
  const plane = createPlane(shell.scope, shell);
  shell.main.append(noising.element, plane.element);
  plane.begin();
  await live.run();
  await noising.begin();
}

const unpack = (text) =>
  new Response(new Blob([bytesOf(text)]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
