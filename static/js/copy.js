// button[data-copy="text"][hidden]: shown when scripts run; copies the text and says so in its own label.
// The words come from the page (macro copy_button): data-copied, data-copy-failed.
(() => {
  "use strict";
  const copyBySelection = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    area.readOnly = true;
    area.className = "visually-hidden";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };

  // The clipboard API exists only over https, and not in the browser inside WeChat on older phones.
  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyBySelection(text);
    }
  };

  document.querySelectorAll("button[data-copy]").forEach((button) => {
    const label = button.querySelector("[data-copy-label]") || button;
    button.hidden = false;
    label.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      const done = await copy(button.dataset.copy);
      button.focus();
      label.textContent = done ? button.dataset.copied : button.dataset.copyFailed;
    });
  });
})();
