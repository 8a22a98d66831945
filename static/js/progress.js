// [data-poll="url"]: asks each second for {state, percent, message, url}, shows it, and opens the result when it is there.
// Without it the page says how far the job was when it was loaded, and reloading asks again.
(() => {
  "use strict";
  const INTERVAL = 1000;
  const MOST_FAILURES = 10;
  const ENDED = ["done", "failed"];

  const show = (box, news) => {
    const bar = box.querySelector("progress");
    const percent = box.querySelector("[data-poll-percent]");
    const message = box.querySelector("[data-poll-message]");
    if (bar && Number.isFinite(news.percent)) bar.value = news.percent;
    if (percent && Number.isFinite(news.percent)) percent.textContent = `${Math.round(news.percent)}%`;
    if (message && news.message) message.textContent = news.message;
    announce(box, news);
  };

  // Screen readers hear each message once and every quarter of the way, not every second.
  const announce = (box, news) => {
    const status = box.querySelector("[data-poll-status]");
    if (!status) return;
    const step = Number.isFinite(news.percent) ? Math.floor(news.percent / 25) * 25 : 0;
    const words = `${news.message || ""} ${step}%`;
    if (status.textContent !== words) status.textContent = words;
  };

  const sameSite = (address) => new URL(address, window.location.href).origin === window.location.origin;

  const leave = (news) => {
    if (news.url && sameSite(news.url)) window.location.assign(news.url);
    else window.location.reload();
  };

  const follow = (box) => {
    let failures = 0;
    const ask = async () => {
      try {
        const answer = await fetch(box.dataset.poll, {
          headers: { Accept: "application/json" },
          credentials: "same-origin",
          cache: "no-store",
        });
        if (!answer.ok) throw new Error(String(answer.status));
        const news = await answer.json();
        failures = 0;
        show(box, news);
        if (ENDED.includes(news.state)) return leave(news);
      } catch {
        failures += 1; // the network stumbles: ask less often, and at last leave it to the person
        if (failures >= MOST_FAILURES) return undefined;
      }
      return setTimeout(ask, INTERVAL * (1 + failures));
    };
    setTimeout(ask, INTERVAL);
  };

  document.querySelectorAll("[data-poll]").forEach(follow);
})();
