// Joins the answers of a class: who did what, and what was predicted beside what was measured.

const course = JSON.parse(document.getElementById("course").textContent);
const place = document.getElementById("class");
const pupils = [];
let problems = [];
let language = Object.keys(course).find((name) => navigator.language.startsWith(name)) ?? "en";

const said = (name, ...values) =>
  values.reduce((text, value) => text.replace(/\{\d?\}/, value), course[language].words[name]);

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function draw(tag, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** Files that are no answers are named, and the others are taken; the same pupil's newer file replaces the older one. */
async function take(files) {
  problems = [];
  for (const file of files) {
    try {
      const content = await answersIn(file);
      if (content?.format !== FORMAT) throw new SyntaxError();
      const pupil = { ...readAnswers(content), at: String(content.at ?? ""), file: file.name };
      const same = pupils.findIndex((other) => (pupil.name ? other.name === pupil.name : other.file === pupil.file));
      if (same < 0) pupils.push(pupil);
      else if (pupils[same].at <= pupil.at) pupils[same] = pupil;
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      problems.push(said("not answers", file.name));
    }
  }
  pupils.sort((one, other) => one.name.localeCompare(other.name));
  show();
}

function show() {
  document.documentElement.lang = language;
  const parts = [heading(), drop(), ...problems.map((words) => make("p", { class: "problem" }, words))];
  if (pupils.length) parts.push(tools(), overview(), ...lessonsSeen().map(lessonOf));
  place.replaceChildren(...parts);
}

function heading() {
  const choice = make(
    "select",
    { "aria-label": "Language" },
    ...Object.keys(course).map((name) => make("option", { value: name }, course[name].name)),
  );
  choice.value = language;
  choice.addEventListener("change", () => {
    language = choice.value;
    show();
  });
  return make("header", {}, make("h1", {}, said("class")), make("p", { class: "soft" }, said("class about")), choice);
}

function drop() {
  const input = make("input", { type: "file", multiple: "", accept: ".json,.html,.safetensors,.sft" });
  input.addEventListener("change", () => void take(input.files));
  const box = make(
    "div",
    { class: "drop" },
    make("label", {}, said("add files"), " ", input),
    make("span", { class: "soft" }, said("class count", pupils.length)),
  );
  box.addEventListener("dragover", (event) => {
    event.preventDefault();
    box.classList.add("over");
  });
  box.addEventListener("dragleave", () => box.classList.remove("over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    void take(event.dataTransfer.files);
  });
  return box;
}

const lessonsSeen = () => course[language].lessons.filter(({ id }) => pupils.some((pupil) => progressOf(pupil, id)));

function tools() {
  const button = make("button", { type: "button" }, said("as table"));
  button.addEventListener("click", () => download("class.csv", `\ufeff${asTable()}`));
  return make("p", { class: "tools" }, button);
}

/** Text that a spreadsheet would run as a formula is marked as text. */
const cell = (value) =>
  `"${String(value)
    .replace(/^[=+\-@\t\r]/, "'$&")
    .replaceAll('"', '""')}"`;

function asTable() {
  const rows = [["pupil", "lesson", "question", "answer", "measured"]];
  for (const pupil of pupils)
    for (const { id, title, fields } of course[language].lessons) {
      const { predictions, answer } = lessonIn(pupil, id);
      fields.forEach(
        (field, at) =>
          predictions[at + 1] &&
          rows.push([pupil.name, title, field.label, valueOf(field, predictions[at + 1]), measuredOf(field) ?? ""]),
      );
      if (answer) rows.push([pupil.name, title, said("question"), answer, ""]);
    }
  return rows.map((row) => row.map(cell).join(",")).join("\r\n");
}

function download(name, text) {
  const link = make("a", { download: name, href: URL.createObjectURL(new Blob([text], { type: "text/csv" })) });
  link.click();
  URL.revokeObjectURL(link.href);
}

function overview() {
  const lessons = lessonsSeen();
  const head = make(
    "tr",
    {},
    make("th", {}, said("pupil")),
    ...lessons.map(({ number, title }) => make("th", { title }, String(number))),
  );
  const rows = pupils.map((pupil) =>
    make(
      "tr",
      {},
      make("th", {}, pupil.name || pupil.file),
      ...lessons.map(({ id }) => make("td", {}, said(progressOf(pupil, id) ?? "open"))),
    ),
  );
  return make("div", { class: "scroll" }, make("table", {}, make("thead", {}, head), make("tbody", {}, ...rows)));
}

function lessonOf(lesson) {
  const written = pupils.filter(({ lessons }) => lessons[lesson.id]?.answer);
  const rows = written.map((pupil) =>
    make(
      "tr",
      {},
      make("th", {}, pupil.name || pupil.file),
      make("td", { class: "text" }, pupil.lessons[lesson.id].answer),
    ),
  );
  const answers = rows.length
    ? [make("h3", {}, said("question")), make("table", {}, make("tbody", {}, ...rows))]
    : [];
  return make(
    "section",
    {},
    make("h2", {}, `${lesson.number} · ${lesson.title}`),
    ...lesson.fields.flatMap((field, at) => fieldOf(lesson, field, at)),
    ...answers,
  );
}

function fieldOf(lesson, field, at) {
  const values = pupils
    .map((pupil) => [pupil, pupil.lessons[lesson.id]?.predictions[at + 1]])
    .filter(([, value]) => value);
  if (!values.length) return [];
  const title = make("h3", {}, field.label);
  if (field.kind !== "text")
    return [
      title,
      histogram(
        field,
        values.map(([, value]) => valueOf(field, value)),
      ),
    ];
  const rows = values.map(([pupil, value]) =>
    make("tr", {}, make("th", {}, pupil.name || pupil.file), make("td", { class: "text" }, value)),
  );
  return [title, make("table", {}, make("tbody", {}, ...rows))];
}

/** A choice is kept as its place, so that a class may read in several languages. */
const valueOf = (field, value) => (field.kind === "choice" ? (field.options[Number(value) - 1] ?? value) : value);

const measuredOf = (field) =>
  field.measured === null || field.measured === undefined ? null : valueOf(field, String(field.measured));

/** How many predicted what, and what was measured. */
function histogram(field, values) {
  const measured = measuredOf(field);
  const names =
    field.kind === "choice"
      ? field.options
      : spanned([...values, measured].filter((value) => value !== null).map(Number));
  const counts = names.map((name) => values.filter((value) => String(value) === String(name)).length);
  return field.kind === "choice" ? bars(names, counts, measured) : columns(names, counts, measured);
}

/** Every whole number from the least to the most, or just the numbers where they lie far apart. */
function spanned(numbers) {
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const whole = numbers.every(Number.isInteger) && high - low <= 40;
  return whole
    ? Array.from({ length: high - low + 1 }, (_, at) => low + at)
    : [...new Set(numbers)].sort((one, other) => one - other);
}

function bars(names, counts, measured) {
  const most = Math.max(...counts, 1);
  const [wide, high, left] = [640, 26, 260];
  const rows = names.flatMap((name, at) => {
    const is = String(name) === String(measured);
    const y = at * high;
    return [
      draw(
        "text",
        { x: left - 8, y: y + 17, "text-anchor": "end", class: is ? "mark-text" : "" },
        is ? `${name} ◂ ${said("measured")}` : String(name),
      ),
      draw("rect", {
        x: left,
        y: y + 4,
        width: (counts[at] / most) * (wide - left - 40),
        height: high - 8,
        rx: 3,
        class: "bar",
      }),
      draw(
        "text",
        { x: left + 6 + (counts[at] / most) * (wide - left - 40), y: y + 17, class: "soft" },
        counts[at] ? String(counts[at]) : "",
      ),
    ];
  });
  return draw(
    "svg",
    {
      viewBox: `0 0 ${wide} ${names.length * high + 4}`,
      width: wide,
      role: "img",
      "aria-label": spoken(names, counts, measured),
    },
    ...rows,
  );
}

function columns(names, counts, measured) {
  const most = Math.max(...counts, 1);
  const [wide, high] = [640, 120];
  const each = Math.min(44, wide / names.length);
  const parts = names.flatMap((name, at) => {
    const tall = (counts[at] / most) * (high - 44);
    const is = String(name) === String(measured);
    const x = at * each;
    return [
      draw("rect", { x: x + 2, y: high - 22 - tall, width: each - 4, height: tall, rx: 3, class: "bar" }),
      draw(
        "text",
        { x: x + each / 2, y: high - 6, "text-anchor": "middle", class: is ? "mark-text" : "soft" },
        String(name),
      ),
      draw(
        "text",
        { x: x + each / 2, y: high - 26 - tall, "text-anchor": "middle", class: "soft" },
        counts[at] ? String(counts[at]) : "",
      ),
      ...(is
        ? [
            draw("line", { x1: x + each / 2, x2: x + each / 2, y1: 16, y2: high - 22, class: "mark" }),
            draw("text", { x: x + each / 2, y: 12, "text-anchor": "middle", class: "mark-text" }, said("measured")),
          ]
        : []),
    ];
  });
  return draw(
    "svg",
    {
      viewBox: `-30 0 ${wide + 60} ${high}`,
      width: wide,
      role: "img",
      "aria-label": spoken(names, counts, measured),
    },
    ...parts,
  );
}

const spoken = (names, counts, measured) =>
  [...names.map((name, at) => `${name}: ${counts[at]}`), measured === null ? "" : `${said("measured")}: ${measured}`]
    .filter(Boolean)
    .join(", ");

show();
