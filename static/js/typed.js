// What stands in the fields of a form, for the scripts that keep it: a page names this one before “draft” and “unsent”.
// Values are [name, value of a tick, what was typed or whether it is ticked], as JSON can hold them.
(() => {
  "use strict";
  const isTick = (field) => field.type === "checkbox" || field.type === "radio";

  const values = (fields) =>
    fields.map((field) => [field.name, isTick(field) ? field.value : null, isTick(field) ? field.checked : field.value]);

  const valueFor = (field, kept) =>
    kept.find(([name, value]) => name === field.name && (!isTick(field) || value === field.value));

  const fill = (fields, kept) => {
    fields.forEach((field) => {
      const found = valueFor(field, kept);
      if (!found) return;
      if (isTick(field)) field.checked = found[2];
      else field.value = found[2];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  };

  // Says that something is kept, with a button that gives it up; to be put into the form.
  const note = (form, words, forgetWords, forget) => {
    const box = document.createElement("div");
    box.className = "draft-note";
    const text = document.createElement("p");
    text.setAttribute("role", "status");
    text.textContent = words;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-quiet";
    button.textContent = forgetWords;
    button.addEventListener("click", () => {
      forget();
      box.remove();
      form.querySelector("textarea, input:not([type=hidden]), select")?.focus();
    });
    box.append(text, button);
    return box;
  };

  window.typed = { isTick, values, valueFor, fill, note };
})();
