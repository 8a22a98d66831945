// form[data-unsent="key"]: what is typed and not sent stays in this window until it is, whatever other form of the page
// is sent meanwhile, and comes back when the form is shown again. data-unsent-typed: the form is shown with what was sent
// and refused. Hidden fields come back too: the version that was read lets the server see what changed in between.
// The words come from the page (macro unsent_attributes): data-unsent-restored, data-unsent-forget.
(() => {
  "use strict";
  const PREFIX = "unsent:";
  const store = (() => {
    try {
      return window.sessionStorage;
    } catch {
      return null; // storage is off: the forms work, only each by itself
    }
  })();
  if (!store) return;

  const SKIPPED = ["password", "file", "submit", "button", "reset", "image"];
  const isTick = (field) => field.type === "checkbox" || field.type === "radio";
  const keptFields = (form) =>
    Array.from(form.elements).filter((field) => field.name && field.name !== "csrf_token" && !SKIPPED.includes(field.type));
  const valuesOf = (form) =>
    keptFields(form).map((field) => [field.name, isTick(field) ? field.value : null, isTick(field) ? field.checked : field.value]);

  const fill = (form, values) => {
    keptFields(form).forEach((field) => {
      const found = values.find(([name, value]) => name === field.name && (!isTick(field) || value === field.value));
      if (!found) return;
      if (isTick(field)) field.checked = found[2];
      else if (field.tagName !== "SELECT" || Array.from(field.options).some((option) => option.value === found[2])) field.value = found[2];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  };

  const read = (name) => {
    try {
      return JSON.parse(store.getItem(name));
    } catch {
      return null;
    }
  };

  const showNote = (form, forget) => {
    const note = document.createElement("div");
    note.className = "draft-note";
    const text = document.createElement("p");
    text.setAttribute("role", "status");
    text.textContent = form.dataset.unsentRestored;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-quiet";
    button.textContent = form.dataset.unsentForget;
    button.addEventListener("click", () => {
      forget();
      note.remove();
      form.querySelector("textarea, input:not([type=hidden]), select")?.focus();
    });
    note.append(text, button);
    form.append(note);
  };

  const follow = (form) => {
    const name = PREFIX + form.dataset.unsent;
    const drawn = valuesOf(form);
    const same = (values) => JSON.stringify(values) === JSON.stringify(drawn);
    const keep = () => {
      try {
        store.setItem(name, JSON.stringify(valuesOf(form)));
      } catch {
        store.removeItem(name); // full: half of it would be worse than nothing
      }
    };
    const kept = read(name);
    if (form.hasAttribute("data-unsent-typed")) keep();
    else if (kept && !same(kept)) {
      fill(form, kept);
      form.closest("details")?.setAttribute("open", "");
      showNote(form, () => {
        fill(form, drawn);
        store.removeItem(name);
      });
    }
    form.addEventListener("input", keep);
    form.addEventListener("submit", () => store.removeItem(name));
  };

  document.querySelectorAll("form[data-unsent]").forEach(follow);
})();
