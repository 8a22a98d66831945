// form[data-unsent="key"]: what is typed and not sent stays in this window until it is, whatever other form of the page
// is sent meanwhile, and comes back when the form is shown again. data-unsent-typed: the form is shown with what was sent
// and refused. Hidden fields come back too: the version that was read lets the server see what changed in between.
// The words come from the page (macro unsent_attributes): data-unsent-restored, data-unsent-forget. “typed” goes before it.
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
  const keptFields = (form) =>
    Array.from(form.elements).filter((field) => field.name && field.name !== "csrf_token" && !SKIPPED.includes(field.type));
  const valuesOf = (form) => window.typed.values(keptFields(form));

  // An option that is offered no more is not chosen again.
  const isOffered = (field, kept) =>
    field.tagName !== "SELECT" ||
    Array.from(field.options).some((option) => option.value === window.typed.valueFor(field, kept)?.[2]);
  const fill = (form, kept) =>
    window.typed.fill(keptFields(form).filter((field) => isOffered(field, kept)), kept);

  const read = (name) => {
    try {
      return JSON.parse(store.getItem(name));
    } catch {
      return null;
    }
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
      form.append(
        window.typed.note(form, form.dataset.unsentRestored, form.dataset.unsentForget, () => {
          fill(form, drawn);
          store.removeItem(name);
        }),
      );
    }
    form.addEventListener("input", keep);
    form.addEventListener("submit", () => store.removeItem(name));
  };

  document.querySelectorAll("form[data-unsent]").forEach(follow);
})();
