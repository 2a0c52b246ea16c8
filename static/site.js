// Everything works without it.

// Names are offered while the reader types.
for (const field of document.querySelectorAll("[data-suggest]")) offerNames(field);

// Filters that are empty, or as they stand by themselves, stay out of an address, so that what is shared is short; a name that was found goes by its slug.
for (const form of document.querySelectorAll(".filters form, .find, .pick")) {
  form.addEventListener("formdata", (event) => {
    for (const field of form.querySelectorAll("[data-slug]")) {
      if (field.value === field.defaultValue) event.formData.set(field.name, field.dataset.slug);
    }
    for (const list of form.querySelectorAll("select")) {
      if (list.selectedIndex === 0) event.formData.delete(list.name);
    }
    for (const [name, value] of [...event.formData]) {
      if (value === "") event.formData.delete(name);
    }
  });
}

// A filter works at once where one is chosen from a list: by a finger or a mouse, for each arrow key is another choice.
// On the page that comes, the filters are as they were left.
const BEING_SET = "filters being set";
function setAtOnce(form, name) {
  if (form.closest(".filters")) {
    sessionStorage.setItem(BEING_SET, JSON.stringify({ path: location.pathname, name, top: scrollY }));
  }
  form.requestSubmit();
}
for (const form of document.querySelectorAll(".filters form")) {
  let pointed = false;
  form.addEventListener("pointerdown", () => (pointed = true));
  form.addEventListener("keydown", () => (pointed = false));
  form.addEventListener("change", ({ target }) => {
    if (pointed && target.tagName === "SELECT") setAtOnce(form, target.name);
  });
  // Who comes back to a page finds what it was asked, and not what was chosen next.
  addEventListener("pageshow", () => form.reset());
  const left = JSON.parse(sessionStorage.getItem(BEING_SET));
  if (left?.path === location.pathname) {
    form.closest("details").open = true;
    form.elements[left.name]?.focus({ preventScroll: true });
    scrollTo(0, left.top);
  }
}
sessionStorage.removeItem(BEING_SET);

// A list below a field of names, in which arrows, Enter and Escape work. Enter alone sends what was typed.
function offerNames(field) {
  const [around, list, count] = ["span", "ul", "span"].map((name) => document.createElement(name));
  const found = new Map();
  let names = [], active = -1, waiting;
  around.className = "offering";
  list.id = `${field.id}-names`;
  list.role = "listbox";
  list.ariaLabel = "Suggestions";
  list.hidden = true;
  count.className = "unseen";
  count.role = "status";
  field.before(around);
  around.append(field, list, count);
  field.role = "combobox";
  field.ariaAutoComplete = "list";
  field.ariaExpanded = "false";
  field.setAttribute("aria-controls", list.id);

  function show(some) {
    names = some;
    list.replaceChildren(...names.map((each, place) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${place}`;
      option.role = "option";
      option.textContent = each.name;
      // What is not a name alone says what it is.
      if (each.kind) {
        const about = document.createElement("small");
        about.textContent = [each.kind, each.detail].filter(Boolean).join(" · ");
        option.append(" ", about);
      }
      // The field keeps the focus.
      option.addEventListener("pointerdown", (event) => event.preventDefault());
      option.addEventListener("click", () => choose(each));
      return option;
    }));
    list.hidden = !names.length;
    field.ariaExpanded = String(!list.hidden);
    count.textContent = names.length ? `${names.length} ${names.length === 1 ? "suggestion" : "suggestions"}` : "";
    mark(-1);
  }

  function mark(place) {
    active = place;
    for (const [each, option] of [...list.children].entries()) option.ariaSelected = String(each === active);
    if (active < 0) field.removeAttribute("aria-activedescendant");
    else field.setAttribute("aria-activedescendant", list.children[active].id);
    list.children[active]?.scrollIntoView({ block: "nearest" });
  }

  function choose({ name, slug, url }) {
    show([]);
    field.value = field.defaultValue = name;
    field.dataset.slug = slug;
    if (field.name === "q") location.assign(url);
    else setAtOnce(field.form, field.name);
  }

  async function look() {
    const begun = field.value.trim();
    if (begun.length > 1 && !found.has(begun)) {
      const day = field.form.elements.as_of?.value;
      const asked = new URLSearchParams(day ? { q: begun, as_of: day } : { q: begun });
      const answer = await fetch(`${field.dataset.suggest}?${asked}`).catch(() => null);
      if (answer?.ok) found.set(begun, (await answer.json()).suggestions);
    }
    // Meanwhile the reader may have typed on, or left.
    if (begun === field.value.trim() && field === document.activeElement) show(found.get(begun) ?? []);
  }

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 120);
  });
  field.addEventListener("blur", () => show([]));
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && names.length) mark(active < 0 && step < 0 ? names.length - 1 : (active + step + names.length) % names.length);
    else if (event.key === "Enter" && active >= 0) choose(names[active]);
    else if (event.key === "Escape" && names.length) show([]);
    else return;
    event.preventDefault();
  });
}

// A menu closes when the reader goes elsewhere, by mouse or by keyboard.
const menus = document.querySelectorAll(".bar details");
for (const name of ["click", "focusin"]) {
  document.addEventListener(name, (event) => {
    for (const menu of menus) if (!menu.contains(event.target)) menu.open = false;
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    for (const menu of menus) {
      if (menu.open && menu.contains(document.activeElement)) menu.querySelector("summary").focus();
      menu.open = false;
    }
  }
  // “/” leads to the search field, unless the reader is writing.
  const writing = event.target.closest("input, textarea, select");
  if (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    document.getElementById("find").focus();
  }
});

// The link to a table is copied where the browser lets us; else it is a link.
for (const link of document.querySelectorAll("a.copy")) {
  link.addEventListener("click", async (event) => {
    if (!navigator.clipboard) return;
    event.preventDefault();
    await navigator.clipboard.writeText(link.href);
    const said = link.textContent;
    link.textContent = "Copied";
    setTimeout(() => (link.textContent = said), 2000);
  });
}
for (const snippet of document.querySelectorAll(".actions textarea")) {
  snippet.addEventListener("focus", () => snippet.select());
}
