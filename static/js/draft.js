// form[data-draft="key"]: what is typed stays on this device for 24 hours and comes back into an empty form.
// data-draft-clear="key" on any element of a later page forgets it; data-no-draft on a field is never stored.
// The words come from the page (macro draft_attributes): data-draft-kept, data-draft-restored, data-draft-forget.
// A page with such a form names “typed” before this one.
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
  const keptFields = (form) =>
    Array.from(form.elements).filter(
      (field) => field.name && !SKIPPED.includes(field.type) && !field.closest("[data-no-draft]"),
    );

  const defaultOf = (select) => {
    const options = Array.from(select.options);
    return (options.find((option) => option.defaultSelected) || options[0])?.value;
  };

  // Nothing typed and nothing chosen by a person; what the server filled in by itself does not count.
  const isEmpty = (form) =>
    keptFields(form).every((field) => {
      if (window.typed.isTick(field)) return field.checked === field.defaultChecked;
      if (field.tagName === "SELECT") return field.value === defaultOf(field);
      return field.value.trim() === "";
    });

  // Made once, when there is something to clear.
  const showNote = (form, key, words, place) => {
    const shown = form.querySelector(".draft-note");
    if (shown) {
      shown.firstChild.textContent = words;
      return;
    }
    form[place](
      window.typed.note(form, words, form.dataset.draftForget, () => {
        forget(key);
        form.reset();
      }),
    );
  };

  const follow = (form) => {
    const key = form.dataset.draft;
    const draft = read(key);
    if (draft && isEmpty(form)) {
      window.typed.fill(keptFields(form), draft.fields);
      showNote(form, key, form.dataset.draftRestored, "prepend");
    }
    let timer = 0;
    const save = () => {
      clearTimeout(timer);
      if (isEmpty(form)) return forget(key);
      try {
        store.setItem(PREFIX + key, JSON.stringify({ saved: Date.now(), fields: window.typed.values(keptFields(form)) }));
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
