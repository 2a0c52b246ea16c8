// Leaving a page asks where something was typed that is not saved. Everything works without it.

const form = document.querySelector("#content-main form[method=post]");

// What the page would send. A file is told by its name.
const typed = () => [...new FormData(form)].map(([name, value]) => `${name}=${value.name ?? value}`).join("\n");

let saved, sending = false;
addEventListener("load", () => {
  if (!form) return;
  // A page that came back, with mistakes or to be looked over, holds what nobody has saved yet.
  saved = document.querySelector("#content-main :is(.errornote, [data-unsaved])") ? null : typed();
  form.addEventListener("submit", () => (sending = true));
});
addEventListener("pageshow", () => (sending = false));
addEventListener("beforeunload", (event) => {
  if (saved !== undefined && !sending && typed() !== saved) event.preventDefault();
});
