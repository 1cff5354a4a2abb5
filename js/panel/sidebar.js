// The course's place in ComfyUI: a tab of the sidebar, drawn once and shown again whenever it is opened.

import { createCourseHost } from "../graph/course_host.js";
import { createPanel } from "./panel.js";

/**
 * `base` is the address of the pack's entry file, from which its folder's name and the course's texts are known.
 *
 * The frontend gives a new, empty place at each opening. An old frontend has no sidebar for extensions; there the notes
 * in the graphs lead through the lessons.
 */
export function addCourse({ app, api, window, base, language, nodes, pointAt }) {
  if (!app.extensionManager.registerSidebarTab) return;
  const pack = decodeURIComponent(new URL(base).pathname.split("/").at(-2));
  const host = {
    ...createCourseHost({ app, api, window, pack, nodes, pointAt }),
    livePage: new URL("./live.html", base).href,
  };
  let panel = null;
  app.extensionManager.registerSidebarTab({
    id: "denoiscope-course",
    title: "Denoiscope",
    tooltip: "Denoiscope",
    icon: "dsp-icon",
    type: "custom",
    render: (place) => {
      panel ??= draw(window, new URL(`./course/${language}.json`, base), host);
      place.replaceChildren(panel);
    },
  });
}

/** An empty element at once, and the course in it as soon as its texts are there. */
function draw({ document, fetch }, texts, host) {
  const place = document.createElement("div");
  void fetch(texts)
    .then((response) => (response.ok ? response.json() : Promise.reject(new Error(String(response.status)))))
    .then((course) => place.append(createPanel({ document, course, host }).element))
    .catch((error) => (place.textContent = `Denoiscope: ${error.message}`));
  return place;
}
