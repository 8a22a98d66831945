// The title that the text itself offers, as it comes with the similar opinions (#proposed-title, data-title): written
// into an empty title, or over an earlier proposal; never over what somebody typed, nor while they are in the field.
(() => {
  "use strict";
  let proposed = "";

  document.addEventListener("htmx:afterSettle", () => {
    const title = document.getElementById("title");
    const offer = document.getElementById("proposed-title")?.dataset.title || "";
    if (!title || !offer || document.activeElement === title) return;
    if (title.value.trim() !== "" && title.value !== proposed) return;
    proposed = offer;
    title.value = offer;
    title.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
