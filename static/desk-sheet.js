// Everything works without it: it makes typing quick. Enter and the arrows go where the next value is, a car number
// brings driver, team and make, Ctrl+D fills down, and rows pasted into a cell spread over the cells.
const form = document.getElementById("sheet-form");
const grid = form.querySelector(".grid");
const cars = JSON.parse(document.getElementById("cars").textContent);
const KNOWN = ["driver", "team", "manufacturer"];

const rows = () => [...grid.tBodies[0].rows];
const cell = (row, column) => rows()[row]?.querySelector(`input[name="cell-${row}-${column}"]`);
const keys = () => [...grid.querySelectorAll("thead select")].map((select) => select.value);
const place = (input) => input.name.split("-").slice(1).map(Number);
const width = () => Number(form.elements.columns.value);

function go(input) {
  input?.focus();
  input?.select();
  return Boolean(input);
}

// A value that was set: what was told of the cell is of what stood there before.
function put(input, text) {
  input.value = text;
  input.removeAttribute("aria-invalid");
}

// Of a car number that one car has: whose it is, in the cells that are empty or say what the number before brought.
function bringCar(input) {
  const [row, column] = place(input);
  const columns = keys();
  if (columns[column] !== "car") return;
  const car = carOf(input.value);
  for (const key of KNOWN) {
    const known = columns.includes(key) && cell(row, columns.indexOf(key));
    // What the page came with, or somebody typed, stays: a car may have got another number.
    if (!known || (known.value !== "" && known.value !== known.dataset.brought)) continue;
    put(known, car?.[key] ?? "");
    known.dataset.brought = known.value;
  }
  nameRow(row);
}

// The one car of a number: two that share it tell nothing.
function carOf(text) {
  const found = cars.filter((car) => car.number === text.trim());
  return found.length === 1 ? found[0] : undefined;
}

// Each cell is called by its column, its row, and whose row it is.
function nameRow(row) {
  const columns = keys();
  const said = (key) => (columns.includes(key) ? cell(row, columns.indexOf(key))?.value.trim() ?? "" : "");
  const car = said("car");
  const whose = [car && `No. ${car}`, said("driver")].filter(Boolean).join(" ");
  columns.forEach((key, column) => {
    const input = cell(row, column);
    const called = input.ariaLabel.split(", row ")[0];
    input.ariaLabel = `${called}, row ${row + 1}${whose ? `, ${whose}` : ""}`;
  });
}

// One more row below, as far as a sheet goes.
const MOST_ROWS = 250;
function addRow() {
  const all = rows();
  if (!all.length || all.length >= MOST_ROWS) return false;
  const row = all.at(-1).cloneNode(true);
  const number = all.length;
  row.className = "";
  row.cells[0].textContent = number + 1;
  for (const each of row.querySelectorAll(".told, td select")) each.remove();
  for (const input of row.querySelectorAll("input")) {
    input.name = `cell-${number}-${place(input)[1]}`;
    input.removeAttribute("aria-describedby");
    input.parentElement.className = keys()[place(input)[1]] ?? "";
    delete input.dataset.before;
    input.defaultValue = "";
    put(input, "");
  }
  grid.tBodies[0].append(row);
  form.elements.rows.value = number + 1;
  nameRow(number);
  return true;
}

function down(row, column) {
  return cell(row + 1, column) ?? (addRow() ? cell(row + 1, column) : null);
}

// Of pasted lines and tabs each text goes into its cell, from this one on; what goes over the edge is told.
function spread(text, input) {
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
  const [row, column] = place(input);
  let lost = 0;
  lines.forEach((texts, n) => {
    texts.forEach((each, m) => {
      const there = cell(row + n, column + m) ?? (column + m < width() && addRow() ? cell(row + n, column + m) : null);
      if (there) put(there, each.trim());
      else lost += 1;
    });
    if (cell(row + n, 0)) nameRow(row + n);
  });
  for (let n = 0; n < lines.length; n++) {
    const car = cell(row + n, keys().indexOf("car"));
    if (car) bringCar(car);
  }
  say(lost ? `${lost} cells found no place: use the box above for a whole sheet.` : `${lines.length} rows pasted.`);
}

const told = document.createElement("p");
told.role = "status";
told.className = "help";
grid.closest(".scroll").before(told);
function say(text) {
  told.textContent = text;
}

grid.addEventListener("input", ({ target }) => {
  if (target.name?.startsWith("cell-")) bringCar(target);
});

grid.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text");
  if (!event.target.name?.startsWith("cell-") || !/[\t\n]/.test(text.trimEnd())) return;
  event.preventDefault();
  spread(text, event.target);
});

grid.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!input.name?.startsWith("cell-") || event.altKey || event.isComposing) return;
  const [row, column] = place(input);
  const atStart = input.selectionEnd === 0 || input.selectionEnd - input.selectionStart === input.value.length;
  const atEnd = input.selectionStart === input.value.length || input.selectionEnd - input.selectionStart === input.value.length;
  let next;
  if (event.ctrlKey || event.metaKey) {
    if (event.key.toLowerCase() !== "d" || row === 0) return;
    put(input, cell(row - 1, column).value);
    bringCar(input);
    next = down(row, column) ?? input;
  } else if (event.key === "Enter") next = event.shiftKey ? cell(row - 1, column) : down(row, column);
  else if (event.key === "ArrowDown") next = down(row, column);
  else if (event.key === "ArrowUp") next = cell(row - 1, column);
  else if (event.key === "ArrowLeft" && atStart) next = cell(row, column - 1);
  else if (event.key === "ArrowRight" && atEnd) next = cell(row, column + 1);
  else return;
  event.preventDefault();
  go(next);
});

// What a column says is part of the names of its cells.
grid.addEventListener("change", ({ target }) => {
  if (!target.name?.startsWith("column-")) return;
  const column = Number(target.name.split("-")[1]);
  const label = target.value ? target.selectedOptions[0].textContent : `Column ${column + 1} (not read)`;
  rows().forEach((row, n) => {
    const input = cell(n, column);
    input.ariaLabel = `${label}, row ${n + 1}`;
    input.parentElement.className = target.value;
    nameRow(n);
  });
});

// The first cell with something wrong.
const wrong = grid.querySelector("[aria-invalid]");
if (wrong) go(wrong);
