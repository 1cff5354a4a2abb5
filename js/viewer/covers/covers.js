// The colours that say over a picture when each of its regions settled.

import { paletteOf } from "../drawing/colours.js";

/** How much of the picture the colours hide. */
const OPACITY = 0.66;

/** The step of every region, row after row: each as many base-36 digits as the map has room for. */
export function stepsOf({ columns, rows, steps }) {
  const width = steps.length / (columns * rows);
  if (!Number.isInteger(width) || width < 1) return [];
  return Array.from(
    { length: columns * rows }, (_, region) => parseInt(steps.slice(region * width, (region + 1) * width), 36),
  );
}

/**
 * Fills `regions`: each has its colour once the run has come to the step where it settled, and is clear before. One
 * number a region, as a scrub of many cells draws thousands.
 */
export function cover(regions, steps, state, palette) {
  for (let region = 0; region < steps.length; region++)
    regions[region] = steps[region] <= state ? palette[steps[region]] : 0;
}

/** Small canvases, one a run, each with the colours of the state that its run was last asked for. */
export function createCovers(scope) {
  const covers = new Map();
  let of = null;
  let palette = new Uint32Array();

  /** { canvas, state } to lay over a run's picture at one of its states, or null where it has no map. */
  function at(deck, index, state) {
    if (of !== deck) forget(deck);
    const map = deck.trajectories[index].settling?.map;
    if (!map) return null;
    const run = covers.get(index) ?? begin(index, map);
    return run.shown?.state === state ? run.shown : draw(run, state);
  }

  function forget(deck) {
    of = deck;
    palette = paletteOf(deck.settling.colours, deck.settling.last + 1);
    covers.clear();
  }

  function begin(index, map) {
    const context = scope.make("canvas", { width: map.columns, height: map.rows }).getContext("2d");
    const field = context.createImageData(map.columns, map.rows);
    const begun = { context, field, regions: new Uint32Array(field.data.buffer), steps: stepsOf(map), shown: null };
    covers.set(index, begun);
    return begun;
  }

  function draw(run, state) {
    cover(run.regions, run.steps, state, palette);
    run.context.putImageData(run.field, 0, 0);
    run.shown = { canvas: run.context.canvas, state };
    return run.shown;
  }

  return { at };
}

/** Over the whole of a canvas that holds the picture. */
export function drawCover(context, { canvas }) {
  const { width, height } = context.canvas;
  context.save();
  context.globalAlpha = OPACITY;
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, 0, 0, width, height);
  context.restore();
}
