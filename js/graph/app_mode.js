// ComfyUI's App Mode shows pictures and films alone: what is filled there says once where it stands.

/** Milliseconds that the words stay. */
const LIFE = 10_000;

/** words() gives { summary, detail } of a toast. Gives filled(workflow), to be called for each result that is shown. */
export function createAppMode({ app, words }) {
  const told = new Set();
  const hidesGraph = () => app.canvas?.canvas?.offsetParent === null;

  return function filled(workflow) {
    if (told.has(workflow) || !hidesGraph()) return;
    told.add(workflow);
    app.extensionManager.toast?.add({ severity: "info", life: LIFE, ...words() });
  };
}
