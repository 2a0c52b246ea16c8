// Leaves empty filters out of an address, so that what is shared is short. Everything works without it.
for (const form of document.querySelectorAll(".filters form")) {
  form.addEventListener("formdata", (event) => {
    for (const [name, value] of [...event.formData]) {
      if (value === "") event.formData.delete(name);
    }
  });
}
