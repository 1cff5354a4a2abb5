// A document without a browser: elements that keep what they are given, so that a test can read all that is shown.

const SIZE = {
  clientWidth: 900, clientHeight: 600, offsetWidth: 900, offsetHeight: 600, scrollHeight: 600, offsetTop: 0,
  scrollTop: 0, isConnected: true,
};

class Style {
  setProperty(name, value) {
    this[name] = String(value);
  }
}

class Bare {
  #dataset;

  constructor(tag) {
    this.tag = tag;
    this.attributes = new Map();
    this.children = [];
    this.style = new Style();
    this.drawn = [];
  }

  get dataset() {
    return (this.#dataset ??= datasetOf(this.attributes));
  }

  append(...nodes) {
    this.children.push(...nodes);
  }

  replaceChildren(...nodes) {
    this.children = nodes;
  }

  setAttribute(name, value) {
    this.attributes.set(name, String(value));
  }

  getAttribute(name) {
    return this.attributes.get(name) ?? null;
  }

  hasAttribute(name) {
    return this.attributes.has(name);
  }

  removeAttribute(name) {
    this.attributes.delete(name);
  }

  get textContent() {
    return this.children.map((node) => node.textContent ?? node).join("");
  }

  set textContent(text) {
    this.children = text === "" ? [] : [text];
  }

  get hidden() {
    return this.hasAttribute("hidden");
  }

  set hidden(is) {
    if (is) this.setAttribute("hidden", "");
    else this.removeAttribute("hidden");
  }

  get options() {
    return this.children;
  }

  getBoundingClientRect() {
    return { left: 0, top: 0, width: SIZE.clientWidth, height: SIZE.clientHeight };
  }

  getContext() {
    const own = {
      canvas: this, createImageData: pixels, measureText: () => ({ width: 0 }),
      getImageData: (x, y, width, height) => this.#read(width, height),
    };
    const kept = (name) =>
      (...given) =>
        void this.drawn.push(
          [
            name,
            ...given.map((part) => part?.of ?? part?.data?.join() ?? (part instanceof Bare ? written(part) : part)),
          ],
        );
    return new Proxy(own, {
      get: (_, name) => own[name] ?? kept(name),
      set: (_, name, value) => Boolean(this.drawn.push([name, value])),
    });
  }

  /** Pixels that tell what was drawn last from anything else. */
  #read(width, height) {
    const read = pixels(width, height);
    const ink = [...JSON.stringify(this.drawn.at(-1))].reduce((sum, letter) => sum + letter.codePointAt(0), 0);
    read.data.forEach((_, at) => (read.data[at] = (ink + at) % 256));
    return read;
  }
}

Object.assign(Bare.prototype, SIZE);
for (const verb of ["addEventListener", "remove", "focus", "closest", "matches", "contains", "querySelector", "blur"])
  Bare.prototype[verb] = () => null;
Bare.prototype.querySelectorAll = () => [];
Bare.prototype.classList = { add: () => {}, remove: () => {}, toggle: () => {} };

const dashed = (name) => `data-${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Attributes that start with data-, by the names that they have in JavaScript. */
const datasetOf = (attributes) =>
  new Proxy({}, {
    get: (_, name) => attributes.get(dashed(name)),
    set: (_, name, value) => Boolean(attributes.set(dashed(name), String(value))),
  });

const pixels = (width, height) => ({ width, height, data: new Uint8ClampedArray(4 * width * height) });

/** A document, and settled(): what was put off until the next frame or until pictures have come has been done. */
export function bareDocument() {
  let frames = [];
  let watches = [];
  const watched = (entries) =>
    class {
      constructor(changed) {
        this.observe = () => watches.push(() => changed(entries));
        this.unobserve = this.disconnect = () => {};
      }
    };
  const defaultView = {
    navigator: { languages: ["en"] },
    requestAnimationFrame: (paint) => frames.push(paint),
    cancelAnimationFrame: () => {},
    setTimeout: () => 0,
    clearTimeout: () => {},
    getComputedStyle: () => ({ getPropertyValue: () => "", font: "" }),
    createImageBitmap: async (file) => ({ of: file, width: 64, height: 64, close: () => {} }),
    ResizeObserver: watched([]),
    IntersectionObserver: watched([{ isIntersecting: true }]),
    ImageData: class {
      constructor(data, width, height) {
        Object.assign(this, { data, width, height });
      }
    },
  };
  const document = { defaultView, addEventListener: () => {}, visibilityState: "visible", getElementById: () => null };
  document.createElement = (tag) => new Bare(tag);
  document.createElementNS = (_, tag) => new Bare(tag);

  async function settled() {
    for (let quiet = 0; quiet < 4; quiet++) {
      const now = [...watches, ...frames];
      [watches, frames] = [[], []];
      if (now.length > 0) quiet = 0;
      for (const act of now) act(0);
      await new Promise(setImmediate);
    }
  }

  return { document, settled };
}

/** All that an element holds, as one text: its tag, attributes and words, what was set of it and drawn on it. */
export function written(node) {
  if (!(node instanceof Bare)) return String(node);
  const { tag, attributes, children, style, drawn, ...set } = node;
  const held = [...attributes, style, ...drawn, set];
  return `<${tag} ${JSON.stringify(held)}>${children.map(written).join("")}</>`;
}
