// The pictures on the stage as one PNG: saved as a file, or copied.

const GAP = 8;
const LABEL = 28;

/** One picture as it is; several in a row of their own size, each above its label; null leaves its place empty. */
export function composed(document, pictures, columns) {
  if (pictures.length === 1) return pictures[0].canvas;
  const { width, height } = pictures.find((picture) => picture !== null).canvas;
  const rows = Math.ceil(pictures.length / columns);
  const sheet = document.createElement("canvas");
  sheet.width = columns * (width + GAP) - GAP;
  sheet.height = rows * (height + LABEL);
  const context = sheet.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, sheet.width, sheet.height);
  Object.assign(
    context, { fillStyle: "#222", font: "15px system-ui, sans-serif", textBaseline: "middle", textAlign: "center" },
  );
  pictures.forEach((picture, index) => {
    if (!picture) return;
    const { canvas, label } = picture;
    const x = (index % columns) * (width + GAP);
    const y = Math.floor(index / columns) * (height + LABEL);
    context.drawImage(canvas, x, y);
    context.fillText(label, x + width / 2, y + height + LABEL / 2, width);
  });
  return sheet;
}

export const pngOf = (canvas) => new Promise((done) => canvas.toBlob(done, "image/png"));

export async function save(scope, canvas, name) {
  const URL = scope.window.URL;
  const href = URL.createObjectURL(await pngOf(canvas));
  scope.make("a", { href, download: name }).click();
  URL.revokeObjectURL(href);
}

/** The clipboard takes pictures only in a secure context; elsewhere there is no copy button. */
export const canCopy = (scope) => Boolean(scope.window.navigator.clipboard?.write && scope.window.ClipboardItem);

export function copy(scope, canvas) {
  return scope.window.navigator.clipboard.write([new scope.window.ClipboardItem({ "image/png": pngOf(canvas) })]);
}
