// Paths of SVG on a field 1000 wide and 100 high.

export const WIDTH = 1000;
export const HEIGHT = 100;

/** A line through points { x, y }; a null breaks it. */
export function lineThrough(points) {
  return points.map((point, index) => (point ? `${points[index - 1] ? "L" : "M"}${pair(point)}` : "")).join("");
}

/** Every point as a line without length: round caps make it a dot. */
export const dotsAt = (points) => points.map((point) => (point ? `M${pair(point)}h0` : "")).join("");

/** Every point as a dash of one width, which begins at it. */
export const dashesAt = (points, wide) =>
  points.map((point) => (point ? `M${pair(point)}h${short(wide)}` : "")).join("");

/** A line from edge to edge at one level, 0 at the floor and 1 at the top. */
export const levelAt = (up) => `M0 ${short((1 - up) * HEIGHT)}H${WIDTH}`;

/** A line from top to bottom at one place across. */
export const columnAt = (share) => `M${short(share * WIDTH)} 0V${HEIGHT}`;

const pair = ({ x, y }) => `${short(x)} ${short(y)}`;
const short = (value) => String(Math.round(value * 100) / 100);
