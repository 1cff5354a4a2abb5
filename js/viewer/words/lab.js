// Everything the low-rank lab says beside the sentences that come with the update.

import { phrase, term } from "../language/language.js";

export const emptyLab = () => phrase`Run the workflow, and the update appears here with its factors at every rank.`;
export const howToPoint = () => phrase`Point at a matrix to read its numbers.`;
export const namesOf = () => ({ update: "ΔW", up: "B", down: "A", product: "B·A", left: phrase`left over` });
export const onOneScale = () => phrase`ΔW, B·A, left over`;
export const ON_ANOTHER = "B, A";
export const curveHint = () => phrase`Singular values as bars, energy kept as a line`;
export const breakEvenHint = () => phrase`From here on B and A hold more numbers than ΔW itself.`;

/** What a rank keeps, and for how many numbers. */
export const keptAt = ({ sentence }) => term(sentence);

/** How many terms of a sum are written out. */
const TERMS = 3;

/** What stands beside the name of a matrix: its shape, left out where there is little room, and its count. */
export function countOf(matrix, { rows, columns, entries }, rank) {
  return {
    update: [`${rows} × ${columns} =`, grouped(entries)],
    up: [`${rows} × ${rank} =`, grouped(rows * rank)],
    down: [`${rank} × ${columns} =`, grouped(rank * columns)],
    product: [phrase`made`, phrase`from ${grouped(rank * (rows + columns))}`],
    left: ["ΔW − B·A", ""],
  }[matrix];
}

/** As the sentences write it: 4,096. */
const grouped = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

/**
 * What one points at, in three parts: where, the numbers there, and how the product comes about. Rows and columns count
 * from 1.
 */
export function readingOf(shown, { row, column, direction }) {
  if (row !== null && column !== null)
    return [phrase`row ${row + 1}, column ${column + 1}:`, entriesOf(shown, row, column), sumOf(shown, row, column)];
  if (row !== null && direction < shown.rank)
    return [phrase`B, row ${row + 1}, column ${direction + 1}:`, entry(shown.up[row][direction]), ""];
  if (column !== null && direction < shown.rank)
    return [phrase`A, row ${direction + 1}, column ${column + 1}:`, entry(shown.down[direction][column]), ""];
  return [howToPoint(), "", ""];
}

function entriesOf(shown, row, column) {
  const [whole, product, left] = [shown.update, shown.product, shown.left].map((matrix) => entry(matrix[row][column]));
  return phrase`ΔW ${whole}, B·A ${product}, left over ${left}`;
}

function sumOf({ rank, up, down, product }, row, column) {
  if (rank === 0) return "";
  const terms = down.slice(0, TERMS).map((line, k) => `${inSum(up[row][k])} · ${inSum(line[column])}`);
  const more = rank > TERMS ? phrase` + ${rank - TERMS} more` : "";
  return `${terms.join(" + ")}${more} = ${entry(product[row][column])}`;
}

/** Entries are of the order of 1: two digits behind the point, and no minus before what they round to zero. */
const entry = (value) => {
  const text = Math.abs(value).toFixed(2);
  return value < 0 && Number(text) > 0 ? `−${text}` : text;
};

const inSum = (value) => (entry(value).startsWith("−") ? `(${entry(value)})` : entry(value));

/** What a screen reader says for the slider. */
export const spokenRank = (lab, rank) => lab.ranks[rank].sentence;

export const spokenMatrix = (matrix, lab, rank) =>
  `${[namesOf()[matrix], ...countOf(matrix, lab, rank)].filter(Boolean).join(" ")}`;

export const labLabel = (title = "") => (title ? phrase`Low-rank lab: ${title}` : phrase`Low-rank lab`);
export const matricesLabel = () => phrase`Matrices; arrow keys go from entry to entry`;
export const rankLabel = () => phrase`Rank`;
export const rankWord = () => phrase`rank`;
export const energyWord = () => phrase`energy`;

export const labRefusals = {
  stranger: () => phrase`What arrived is not a Denoiscope low-rank lab.`,
  newer: (version, known) =>
    phrase`This lab is of version ${version}, this page reads version ${known}: update Denoiscope and reload the page.`,
  empty: () => phrase`This lab holds no update to show.`,
};
