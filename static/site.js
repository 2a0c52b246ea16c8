// Everything works without it.

// Empty filters stay out of an address, so that what is shared is short.
for (const form of document.querySelectorAll(".filters form, .find")) {
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) {
      if (value === "") event.formData.delete(name);
    }
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
