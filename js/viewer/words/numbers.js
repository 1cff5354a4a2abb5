// Numbers as people read them.

/** Three significant digits, without trailing noise: 14.6, 3.21, 0.0292, 0. */
export function number(value) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const sign = value < 0 ? "−" : "";
  const size = Math.abs(value);
  if (size < 0.001) return sign + size.toExponential(1);
  if (size >= 1000) return sign + Math.round(size);
  return sign + Number(size.toPrecision(3));
}

/** A share of one with two digits: 4.2 %. */
export const percent = (share) => `${number(Number((100 * share).toPrecision(2)))} %`;

export const sum = (numbers) => numbers.reduce((total, value) => total + value, 0);
