// Colours of a scale, as payloads bring them: "#rrggbb", from its lowest to its highest.

const COLOUR = /^#[0-9a-f]{6}$/i;
const GREY = "#888888";

/** A payload may be anybody's: what is not a colour is grey. */
export const asColour = (text) => (COLOUR.test(text) ? text : GREY);

export const coloursIn = (list) => (list ?? []).filter((text) => COLOUR.test(text));

/**
 * How numbers become colours, linear between those of a scale: a function that puts the opaque colour of a number into
 * bytes at a place. It makes nothing new, as a map has thousands of places.
 */
export function painter({ colours, low = 0, high = 1 }) {
  const anchors = colours.map(asColour).map(channels);
  return (value, bytes, at) => {
    const place = Math.max(0, Math.min(1, (value - low) / (high - low))) * (anchors.length - 1);
    const below = Math.min(Math.floor(place), anchors.length - 2);
    const [from, to] = [anchors[below], anchors[below + 1]];
    for (let channel = 0; channel < 3; channel++)
      bytes[at + channel] = Math.round(from[channel] + (to[channel] - from[channel]) * (place - below));
    bytes[at + 3] = 255;
  };
}

const channels = (colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));

/** `count` opaque colours from the first to the last of the scale, each as the one number that four bytes make. */
export function paletteOf(colours, count) {
  const paint = painter({ colours });
  const bytes = new Uint8Array(4 * count);
  for (let at = 0; at < count; at++) paint(at / (count - 1), bytes, 4 * at);
  return new Uint32Array(bytes.buffer);
}
