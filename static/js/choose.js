// select[data-find="label"]: a long list gets a field above it in which a few characters narrow it down.
// button[data-choose="select id"][data-value]: chooses an entry that the page proposes.
// The words come from the page: data-find, data-find-some ({n} stands for the number), data-find-none.
(() => {
  "use strict";
  const MOST_ROWS = 6;

  // Entries are set in by full-width spaces: found ones are named with those above them, 雨花区 / 教育局.
  const readEntries = (select) => {
    const above = [];
    return Array.from(select.options, (option) => {
      const name = option.text.trim();
      const depth = option.text.length - option.text.replace(/^\u3000+/, "").length;
      above.length = depth;
      above[depth] = name;
      return { option, indented: option.text, path: above.filter(Boolean).join(" / ") };
    });
  };

  const follow = (select) => {
    const entries = readEntries(select);
    const [unknown] = entries;
    const field = document.createElement("input");
    field.type = "search";
    field.className = "form-control long-list__find";
    field.id = `${select.id}-find`;
    field.autocomplete = "off";
    field.placeholder = select.dataset.find;
    field.setAttribute("aria-label", select.dataset.find);
    const said = document.createElement("p");
    said.className = "field__hint";
    said.setAttribute("role", "status");
    select.before(field, said);

    const narrow = () => {
      const wanted = field.value.trim().toLowerCase();
      const chosen = select.value;
      const found = entries.filter(({ path }) => wanted && path.toLowerCase().includes(wanted));
      const kept = wanted ? entries.filter((one) => one === unknown || one.option.value === chosen || found.includes(one)) : entries;
      entries.forEach((one) => { one.option.text = wanted && one !== unknown ? one.path : one.indented; });
      select.replaceChildren(...kept.map(({ option }) => option));
      select.value = chosen;
      if (wanted) select.size = Math.max(2, Math.min(kept.length, MOST_ROWS));
      else select.removeAttribute("size");
      const words = found.length ? select.dataset.findSome : select.dataset.findNone;
      said.textContent = wanted ? words.replace("{n}", found.length) : "";
    };
    field.addEventListener("input", narrow);
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      select.focus();
    });
    const foldUp = () => {
      if (!field.value) return;
      field.value = "";
      narrow();
    };
    // Arrow keys choose each entry that they pass: the list stays until the choice is made.
    select.addEventListener("click", () => { if (select.value) foldUp(); });
    select.addEventListener("blur", (event) => { if (event.relatedTarget !== field) foldUp(); });
    select.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !field.value) return;
      event.preventDefault();
      foldUp();
    });
    select.form?.addEventListener("reset", () => setTimeout(narrow));
  };

  document.querySelectorAll("select[data-find]").forEach(follow);

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-choose]");
    const select = button ? document.getElementById(button.dataset.choose) : null;
    if (!select) return;
    // Without scripts the button of a form asks the server to choose.
    event.preventDefault();
    const field = document.getElementById(`${select.id}-find`);
    if (field && field.value) {
      field.value = "";
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
    select.value = button.dataset.value;
    select.dispatchEvent(new Event("input", { bubbles: true }));
    select.focus();
  });
})();
