// form[data-steps]: its [data-step] sections are shown one at a time, with buttons to go on and back; the browser's own
// back button goes back a step. Without this script the form is one page with all of its sections.
// The words come from the page: data-step-next, data-step-back, data-step-required.
(() => {
  "use strict";

  const makeButton = (words, kind, deed) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = `btn btn-${kind}`;
    button.textContent = words;
    button.addEventListener("click", deed);
    return button;
  };

  // Said where the server would say it, and in the same look, until something is typed.
  const markEmpty = (field, words) => {
    const id = `${field.id}-error`;
    if (!document.getElementById(id)) {
      const fault = document.createElement("p");
      fault.className = "field__error";
      fault.id = id;
      fault.textContent = words;
      field.before(fault);
      const described = field.getAttribute("aria-describedby") || "";
      field.setAttribute("aria-describedby", `${described} ${id}`.trim());
      field.setAttribute("aria-invalid", "true");
      field.closest(".field")?.classList.add("field--invalid");
      field.addEventListener("input", () => {
        fault.remove();
        field.setAttribute("aria-describedby", described);
        field.removeAttribute("aria-invalid");
        field.closest(".field")?.classList.remove("field--invalid");
      }, { once: true });
    }
    field.focus();
  };

  const follow = (form) => {
    const steps = Array.from(form.querySelectorAll("[data-step]"));
    const send = form.querySelector("[data-step-send]");
    if (steps.length < 2 || !send) return;
    const last = steps.length - 1;
    let current = 0;

    const stepOf = (element) => (element ? steps.findIndex((step) => step.contains(element)) : -1);
    const stepOfHash = () => stepOf(document.getElementById(decodeURIComponent(location.hash.slice(1))));

    const show = (number, focus) => {
      current = number;
      steps.forEach((step, at) => { step.hidden = at !== number; });
      back.hidden = number === 0;
      next.hidden = number === last;
      send.hidden = number !== last;
      if (!focus) return;
      const heading = steps[number].querySelector("[tabindex='-1']");
      heading?.focus();
      heading?.scrollIntoView();
    };

    const go = (number) => {
      history.pushState({ step: number }, "");
      show(number, true);
    };

    const goOn = () => {
      const empty = Array.from(steps[current].querySelectorAll("textarea[required], input[required]"))
        .find((field) => field.type !== "checkbox" && field.value.trim() === "");
      if (empty) markEmpty(empty, form.dataset.stepRequired);
      else go(current + 1);
    };

    const back = makeButton(form.dataset.stepBack, "secondary", () => go(current - 1));
    const next = makeButton(form.dataset.stepNext, "primary", goOn);
    const bar = document.createElement("div");
    bar.className = "actions";
    send.before(bar);
    bar.append(next, send, back);

    // Enter in a text field of an earlier step goes on to the next one; a button that sends the form elsewhere does that.
    form.addEventListener("submit", (event) => {
      if (current === last || event.submitter?.hasAttribute("formaction")) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      goOn();
    }, true);

    // A link to a field, from the list of faults: its step must be there to be jumped to.
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[href^='#']");
      const step = link ? stepOf(document.getElementById(link.hash.slice(1))) : -1;
      if (step >= 0) show(step, false);
    });

    window.addEventListener("popstate", (event) => {
      const known = event.state ? event.state.step : stepOfHash();
      show(known >= 0 && known <= last ? known : 0, Boolean(event.state) || known < 0);
    });

    const faulty = stepOf(form.querySelector(".field--invalid"));
    const before = history.state ? history.state.step : stepOfHash();
    const first = faulty >= 0 ? faulty : before >= 0 && before <= last ? before : 0;
    history.replaceState({ step: first }, "");
    show(first, false);
  };

  document.querySelectorAll("form[data-steps]").forEach(follow);
})();
