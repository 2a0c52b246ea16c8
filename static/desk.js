// Everything works without it.

// The boxes of select2 are called what their selects are called: by a cell's own name, or the label beside them.
function nameBoxes() {
  for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
    const name = select.ariaLabel ?? select.labels[0]?.textContent.replace(/:\s*$/, "");
    const box = select.nextElementSibling?.querySelector("[role=combobox]");
    if (!name || !box) continue;
    box.setAttribute("aria-label", name);
    box.removeAttribute("aria-labelledby");
    box.firstElementChild.setAttribute("aria-label", name);
  }
}
// After the admin's own script, which makes the boxes in the same way.
window.django?.jQuery?.(nameBoxes);
document.addEventListener("formset:added", () => setTimeout(nameBoxes));

// A file that is too large is told before it is sent.
document.addEventListener("change", ({ target }) => {
  if (!target.dataset.most) return;
  target.setCustomValidity(target.files[0]?.size > Number(target.dataset.most) ? target.dataset.tooLarge : "");
  target.reportValidity();
});
