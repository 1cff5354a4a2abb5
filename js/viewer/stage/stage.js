// The stage: a cell for each trajectory shown, by the axes of the deck, or the sentence in place of all.

import { createCell } from "../cells/cell.js";
import { fieldShape, flowShape } from "../cells/grid.js";
import { axisNames, createGap, widestHead, withHeads } from "../cells/heads.js";
import { createCovers } from "../covers/covers.js";
import { createLooks } from "../covers/looks.js";
import { canLook, showsAttention } from "../deck/attention.js";
import { fieldOf, shortLabel, spokenPlace } from "../deck/axes.js";
import { viewOf } from "../deck/deck.js";
import { shownIndices } from "../deck/moves.js";
import { canCover, showsSettling } from "../deck/settling.js";
import { setAttribute, setText } from "../elements/elements.js";
import { term } from "../language/language.js";
import { seenAt } from "../pictures/sight.js";
import { createPointing } from "./pointing.js";
import { LETTERS, restingLabel, spokenCell } from "../words/cells.js";
import { stepOf } from "../words/run.js";

const HEAD_PADDING = 10;
const EDGE = 8;

/**
 * choose(index): one alone; pick(index): pinned or unpinned; dress(index): what else stands at a cell, as cell.js has
 * it; scrub: { start(), by(from, part) }; `preview` shows a cell larger while it is pointed at.
 */
export function createStage(scope, { id, sheets, preview, choose, pick, dress, scrub }) {
  const cellsBox = scope.make("div", { class: "ds-cells" });
  const sentence = scope.make("p", { class: "ds-sentence" });
  const element = scope.make("div", { class: "ds-stage", id, role: "tabpanel", tabindex: 0 }, cellsBox, sentence);
  const pointing = createPointing(scope, { element, preview, pick, scrub });
  const covers = createCovers(scope);
  const looks = createLooks(scope, sheets);
  let laid = null;
  let cells = [];
  let slots = [];
  let field = null;
  let aspect = 1;
  let columns = 1;

  /** New cells for another deck or another choice of trajectories. */
  function lay(deck, state) {
    field = state.trajectory === null ? fieldOf(deck) : null;
    const indices = field ? field.cells.map(({ index }) => index) : shownIndices(state, deck);
    if (deck === laid && cells.length === 1 && indices.length === 1 && !dress(indices[0]))
      return retarget(deck, indices[0]);
    laid = deck;
    slots = indices.map((index) => (index === null ? null : cellOf(deck, index, indices.length > 1)));
    cells = slots.filter((slot) => slot !== null);
    const figures = slots.map((slot, at) =>
      slot?.element ?? createGap(scope, { label: gapLabel(at), live: deck.live && !deck.stopped }),
    );
    cellsBox.replaceChildren(
      ...(field ? [axisNames(scope, field)] : []), ...(field?.down ? withHeads(scope, field, figures) : figures),
    );
    aspect = deck.tile.width / deck.tile.height;
    fit();
  }

  function cellOf(deck, index, several) {
    const label = field?.down ? null : shortLabel(deck, index);
    const free = several && !deck.veil;
    const pinnable = free && !deck.live;
    return createCell(
      scope,
      {
        trajectory: deck.trajectories[index], index, label, spoken: spokenPlace(deck, index),
        choose: free ? choose : null, pinnable, dress: dress(index),
      },
    );
  }

  const gapLabel = (at) => (field.down ? null : field.across.values[at]);

  function fit() {
    const { clientWidth: width, clientHeight: height } = element;
    if (slots.length === 0 || !width || !height) return;
    /** @type {{ columns: number, cell: number, roomy: boolean, heads?: string, head?: number }} */
    const shape = field?.down
      ? fieldIn(width, height)
      : flowShape({ count: slots.length, width, height, aspect, named: field !== null });
    columns = shape.columns;
    const sizes = { columns, cell: `${shape.cell}px`, aspect, "row-head": `${shape.head ?? 0}px` };
    for (const [name, value] of Object.entries(sizes))
      cellsBox.style.setProperty(`--ds-${name}`, value);
    setAttribute(cellsBox, "data-heads", shape.heads);
    setAttribute(cellsBox, "data-roomy", shape.roomy);
    pointing.over(slots, columns);
  }

  /** Where the stage has become smaller, the cell that was touched last stays in sight, clear of the heads. */
  function keepInSight(cell) {
    if (!cell || element.scrollHeight <= element.clientHeight) return;
    const { offsetTop: top, offsetHeight: height } = cell.element;
    const hidden = top + height + EDGE - element.scrollTop - element.clientHeight;
    if (hidden > 0) element.scrollTop += hidden;
  }

  function fieldIn(width, height) {
    const { across, down } = field;
    const rowHead = widestHead(scope, element, down.values) + HEAD_PADDING;
    return fieldShape({ columns: across.values.length, rows: down.values.length, width, height, aspect, rowHead });
  }

  /** `together` is how the cells stand, as lock.js has it. */
  function paint(deck, state, together) {
    const view = viewOf(deck, state.view);
    say(term(view.absent));
    setAttribute(element, "data-source", view.source);
    setAttribute(element, "aria-label", term(view.title));
    if (view.absent) return;
    for (const cell of cells) paintCell(cell, deck, view, state, together);
    preview.paint(view);
  }

  function paintCell(cell, deck, view, state, together) {
    const step = together.at(cell.index, state.step);
    nameCell(cell, deck, view, state, together, step);
    const seen = seenAt(sheets, deck, view, cell.index, step, state.frame);
    if (seen.words) cell.say(seen.words);
    else cell.show({ ...seen, cover: (cell.cover = coverOver(deck, view, state, cell.index, step)) });
  }

  function coverOver(deck, view, state, index, step) {
    if (showsAttention(state, deck) && canLook(deck, view)) return looks.at(deck, state, index, step);
    return showsSettling(state, deck) && canCover(deck, view) ? covers.at(deck, index, step) : null;
  }

  /** The largest share of attention over a run's picture, as it stands; undefined where none is shown. */
  const largestOf = (index) => cells.find((cell) => cell.index === index)?.cover?.largest;

  /** Where all runs are of one length and one schedule, the slider alone says the step. */
  function nameCell(cell, deck, view, state, together, step) {
    const { trajectory, label, spoken } = cell;
    const rank = state.pins.findLastIndex(({ index }) => index === cell.index);
    const alone = cells.length === 1;
    const own = together.differs && !alone && !deck.veil ? `${step}/${trajectory.steps}` : null;
    const heard = alone
      ? `${term(view.title)}, ${trajectory.label}`
      : spokenCell(view, own ? `${spoken}, ${stepOf(step, trajectory.steps)}` : spoken, LETTERS[rank]);
    cell.standing = own;
    cell.name(
      { text: own && label !== null ? restingLabel(label, own) : label, own: label === null ? own : null, heard, rank },
    );
  }

  /** One cell alone on the stage becomes another one of the same deck. */
  function retarget(deck, index) {
    Object.assign(cells[0], { index, trajectory: deck.trajectories[index] });
  }

  /** A sentence for the whole stage, in place of all pictures. */
  function say(words) {
    setText(sentence, words ?? "");
    setAttribute(sentence, "hidden", !words);
    setAttribute(cellsBox, "hidden", Boolean(words));
    setAttribute(element, "data-says", Boolean(words));
  }

  const resized = new scope.window.ResizeObserver(() => {
    fit();
    keepInSight(pointing.touched());
  });
  resized.observe(element);

  return {
    element,
    lay,
    paint,
    say,
    largestOf,
    clear: () => {
      cells = slots = [];
      cellsBox.replaceChildren();
    },
    /** What is on the stage in its order; a missing cell is null. */
    canvases: () => slots.map((cell) => (cell?.shows() ? { canvas: cell.canvas, label: cell.trajectory.label } : null)),
    columns: () => (field?.down ? columns : Math.ceil(Math.sqrt(slots.length))),
    destroy: () => resized.disconnect(),
  };
}
