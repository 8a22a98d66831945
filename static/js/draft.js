// form[data-draft="key"]: what is typed stays on this device for 24 hours and comes back into an empty form.
// data-draft-clear="key" on any element of a later page forgets it; data-no-draft on a field is never stored.
// The words come from the page (macro draft_attributes): data-draft-kept, data-draft-restored, data-draft-forget.
(() => {
  "use strict";
  const LIFETIME = 24 * 60 * 60 * 1000;
  const PREFIX = "draft:";

  const store = (() => {
    try {
      const area = window.localStorage;
      area.setItem(PREFIX + "probe", "1");
      area.removeItem(PREFIX + "probe");
      return area;
    } catch {
      return null; // storage is off or full: the form works, only without drafts
    }
  })();
  if (!store) return;

  const forget = (key) => store.removeItem(PREFIX + key);

  const read = (key) => {
    let draft = null;
    try {
      draft = JSON.parse(store.getItem(PREFIX + key));
    } catch {
      draft = null; // unreadable: treated as out of date below
    }
    const age = draft ? Date.now() - draft.saved : LIFETIME;
    if (age >= 0 && age < LIFETIME && draft.fields) return draft;
    forget(key);
    return null;
  };

  const forgetOutdated = () => {
    Object.keys(store)
      .filter((name) => name.startsWith(PREFIX))
      .forEach((name) => read(name.slice(PREFIX.length)));
  };

  const SKIPPED = ["hidden", "password", "file", "submit", "button", "reset", "image"];
  const isTick = (field) => field.type === "checkbox" || field.type === "radio";
  const keptFields = (form) =>
    Array.from(form.elements).filter(
      (field) => field.name && !SKIPPED.includes(field.type) && !field.closest("[data-no-draft]"),
    );

  const valuesOf = (form) =>
    keptFields(form).map((field) => [
      field.name,
      isTick(field) ? field.value : null,
      isTick(field) ? field.checked : field.value,
    ]);

  const defaultOf = (select) => {
    const options = Array.from(select.options);
    return (options.find((option) => option.defaultSelected) || options[0])?.value;
  };

  // Nothing typed and nothing chosen by a person; what the server filled in by itself does not count.
  const isEmpty = (form) =>
    keptFields(form).every((field) => {
      if (isTick(field)) return field.checked === field.defaultChecked;
      if (field.tagName === "SELECT") return field.value === defaultOf(field);
      return field.value.trim() === "";
    });

  const restore = (form, fields) => {
    keptFields(form).forEach((field) => {
      const found = fields.find(([name, value]) => name === field.name && (!isTick(field) || value === field.value));
      if (!found) return;
      if (isTick(field)) field.checked = found[2];
      else field.value = found[2];
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  };

  // Says that something is kept, with a button that clears it; made once, when there is something to clear.
  const showNote = (form, key, words, place) => {
    let note = form.querySelector(".draft-note");
    if (!note) {
      note = document.createElement("div");
      note.className = "draft-note";
      const text = document.createElement("p");
      text.setAttribute("role", "status");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "btn btn-quiet";
      button.textContent = form.dataset.draftForget;
      button.addEventListener("click", () => {
        forget(key);
        form.reset();
        note.remove();
        form.querySelector("textarea, input:not([type=hidden]), select")?.focus();
      });
      note.append(text, button);
      form[place](note);
    }
    note.firstChild.textContent = words;
  };

  const follow = (form) => {
    const key = form.dataset.draft;
    const draft = read(key);
    if (draft && isEmpty(form)) {
      restore(form, draft.fields);
      showNote(form, key, form.dataset.draftRestored, "prepend");
    }
    let timer = 0;
    const save = () => {
      clearTimeout(timer);
      if (isEmpty(form)) return forget(key);
      try {
        store.setItem(PREFIX + key, JSON.stringify({ saved: Date.now(), fields: valuesOf(form) }));
        if (!form.querySelector(".draft-note")) showNote(form, key, form.dataset.draftKept, "append");
      } catch {
        forget(key); // full: half a draft would be worse than none
      }
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(save, 500);
    });
    let sent = false;
    form.addEventListener("submit", () => {
      save();
      sent = true;
    });
    window.addEventListener("pagehide", () => {
      if (!sent) save();
    });
    // Back from the receipt on a shared phone: the text was handed in and must not stand there for the next person.
    window.addEventListener("pageshow", (event) => {
      if (event.persisted && sent && !read(key)) form.reset();
      sent = false;
    });
  };

  document.querySelectorAll("[data-draft-clear]").forEach((mark) => forget(mark.dataset.draftClear));
  forgetOutdated();
  document.querySelectorAll("form[data-draft]").forEach(follow);
})();
