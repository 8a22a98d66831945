// textarea[data-counter="limit"]: says how many characters are left, or by how many the text is too long. Nothing is cut.
// The words come from the page (macro field): data-counter-left and data-counter-over, {n} standing for the number.
// Characters are counted as the server counts them: by code point, a line break as one.
(() => {
  "use strict";
  const NEAR = 0.1;

  const watch = (field) => {
    const limit = Number(field.dataset.counter);
    const { counterLeft: within, counterOver: over } = field.dataset;
    if (!(limit > 0) || !within || !over) return;
    const shown = document.createElement("p");
    const spoken = document.createElement("p");
    shown.className = "counter";
    shown.setAttribute("aria-hidden", "true");
    spoken.className = "visually-hidden";
    spoken.setAttribute("role", "status");
    field.after(shown, spoken);

    let timer = 0;
    const update = () => {
      const left = limit - Array.from(field.value).length;
      const words = (left < 0 ? over : within).replace("{n}", Math.abs(left));
      shown.textContent = words;
      shown.classList.toggle("counter--over", left < 0);
      clearTimeout(timer);
      if (left < limit * NEAR) timer = setTimeout(() => { spoken.textContent = words; }, 1000);
    };
    field.addEventListener("input", update);
    update();
  };

  document.querySelectorAll("[data-counter]").forEach(watch);
})();
