// Elements made from tag, attributes and text alone, and listeners that all end with one call.

const SVG = "http://www.w3.org/2000/svg";

/** What every part of a viewer is built with; destroy() removes every listener made through on(). */
export function createScope(document) {
  const ended = new AbortController();
  return {
    document,
    window: document.defaultView,
    make: (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children),
    draw: (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children),
    on: (target, type, handler, options) =>
      target.addEventListener(type, handler, { signal: ended.signal, ...options }),
    destroy: () => ended.abort(),
  };
}

function fill(element, attributes = {}, children = []) {
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children);
  return element;
}

/** True writes a bare attribute; false, null and undefined remove it. Writes nothing where nothing changes. */
export function setAttribute(element, name, value) {
  if (value === false || value === null || value === undefined) return element.removeAttribute(name);
  const text = value === true ? "" : String(value);
  if (element.getAttribute(name) !== text) element.setAttribute(name, text);
}

/**
 * Does move(what) for a key that leads somewhere: keys(event) says where, null for nowhere. It then goes no farther.
 */
export function onKey(scope, target, keys, move) {
  scope.on(target, "keydown", (event) => {
    const what = event.ctrlKey || event.metaKey || event.altKey ? null : keys(event);
    if (what === null) return;
    event.preventDefault();
    event.stopPropagation();
    move(what);
  });
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
