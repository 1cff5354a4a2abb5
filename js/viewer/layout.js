// Where the parts of the viewer stand, and what of them folds where there is little room: the picture gets room first.

import { setAttribute } from "./elements/elements.js";

/** In CSS pixels: from this width on there is a column for words beside the pictures, of that width. */
const WIDE = 860;
const FACTS = 280;

/** What stands under a picture takes so much height; beside it, this share of the width, between these limits. */
const CONTROLS = { height: 240, share: 0.36, least: 234, most: 420 };

/** Below these heights fold, each with those before it: the notes, the tabs, the lines' numbers, the chart. */
const FOLDS = [520, 440, 380, 330];

/** All that is said takes the whole height where it stands beside the picture; of cells there is more to say. */
const MORE_ROOM = { beside: 160, cells: -70 };

/** Narrower than this the tabs become a menu: in a column of their own, and beside a picture. */
const NARROW = { tall: 390, wide: 350, beside: 900 };

/**
 * How the parts stand in a place, in CSS pixels: "tall", one under another; "wide", with the facts beside; "beside",
 * where `alone` says that one picture is shown and it stands beside all else. `fold` is how many parts fold.
 */
export function shapeOf({ width, height, alone }) {
  const stacked = width >= WIDE ? "wide" : "tall";
  const isBeside = alone && sideBeside(width, height) > sideAbove(width, height);
  const shape = isBeside ? "beside" : stacked;
  const room = height + (isBeside ? MORE_ROOM.beside : 0) + (alone ? 0 : MORE_ROOM.cells);
  return { shape, fold: FOLDS.filter((least) => room < least).length, menu: width < NARROW[shape] || room < FOLDS[1] };
}

/** The side of a square picture beside its controls, and above them. */
const sideBeside = (width, height) =>
  (
    width < 2 * CONTROLS.least
      ? 0
      : Math.min(width - Math.max(CONTROLS.least, Math.min(CONTROLS.most, CONTROLS.share * width)), height)
  );
const sideAbove = (width, height) => Math.min(width >= WIDE ? width - FACTS : width, height - CONTROLS.height);

export function layOut(
  { make },
  { tabs, tools, stage, preview, compare, legend, attention, many, kept, walk, predicting, transport, chart, ...words },
) {
  const show = make("div", { class: "ds-show" }, stage.element, compare.element);
  const under = make("div", { class: "ds-under" }, legend.element);
  const time = make(
    "div",
    { class: "ds-time" },
    transport.play,
    transport.slider,
    transport.count,
    chart.axes.left,
    chart.plot,
    chart.axes.right,
    chart.axes.unit,
    chart.axes.below,
    make("span", {}),
    transport.speed,
    chart.readings,
    transport.loop,
  );
  const controls = make(
    "div",
    { class: "ds-controls" },
    under,
    attention.element,
    many.element,
    kept.element,
    walk.element,
    predicting.element,
    transport.frames,
    time,
  );
  const main = make("div", { class: "ds-main" }, show, controls, tools.status);
  const views = make("div", { class: "ds-views" }, tabs.element, tabs.menu);
  const side = make("div", { class: "ds-side" }, words.marks.element, words.facts.element);
  return make("div", { class: "ds-content" }, views, main, side, tools.element, preview.element);
}

/**
 * Keeps the shape of the content as its place and what is shown ask for; `changed(roomy)` hears whether there is room
 * for the facts.
 * Returns { show(alone), end() }.
 */
export function watchRoom(scope, content, changed) {
  let alone = true;
  let shown = null;

  function arrange() {
    const { clientWidth: width, clientHeight: height } = content;
    const { shape, fold, menu } = shapeOf({ width, height, alone });
    setAttribute(content, "data-shape", shape);
    setAttribute(content, "data-fold", fold);
    setAttribute(content, "data-menu", menu);
    const opens = shape !== "tall" && fold === 0;
    if (opens !== shown) changed((shown = opens));
  }

  const observer = new scope.window.ResizeObserver(arrange);
  observer.observe(content);
  return {
    show: (single) => {
      if (single === alone) return;
      alone = single;
      arrange();
    },
    end: () => observer.disconnect(),
  };
}

export function watchSight(scope, content, changed) {
  const observer = new scope.window.IntersectionObserver((entries) => changed(entries.at(-1).isIntersecting));
  observer.observe(content);
  return () => observer.disconnect();
}
