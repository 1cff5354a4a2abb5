// Where the parts of the viewer stand, and when there is room for two columns.

/** Where viewer.css puts the words beside the pictures, in CSS pixels. */
const WIDE = 860;

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
  const main = make(
    "div",
    { class: "ds-main" },
    show,
    under,
    attention.element,
    many.element,
    kept.element,
    walk.element,
    predicting.element,
    transport.frames,
    time,
    tools.status,
  );
  const side = make("div", { class: "ds-side" }, words.marks.element, words.facts.element);
  return make("div", { class: "ds-content" }, tabs.element, main, side, tools.element, preview.element);
}

/** Says when the content becomes wide enough for two columns, and when no longer; gives what ends the watching. */
export function watchWidth(scope, content, changed) {
  let wide = false;
  const observer = new scope.window.ResizeObserver(() => {
    const now = content.clientWidth >= WIDE;
    if (now !== wide) changed((wide = now));
  });
  observer.observe(content);
  return () => observer.disconnect();
}

export function watchSight(scope, content, changed) {
  const observer = new scope.window.IntersectionObserver((entries) => changed(entries.at(-1).isIntersecting));
  observer.observe(content);
  return () => observer.disconnect();
}
