// The receipt: form[data-look-up] takes the code from the address's fragment (a scanned picture), which no server sees;
// figure[data-code-card] becomes one picture with the code in large type, to be kept by a long press;
// [data-print] and [data-save-picture] show where the browser can print and download (WeChat's can do neither).
(() => {
  "use strict";
  const inWeChat = /MicroMessenger/i.test(navigator.userAgent);

  const takeFragment = (form) => {
    const code = decodeURIComponent(window.location.hash.slice(1));
    if (!/^[0-9A-Za-z][0-9A-Za-z -]{10,20}$/.test(code)) return;
    form.elements.code.value = code;
    // The code must not stay in the address bar, nor in the history of a shared phone.
    window.history.replaceState(null, "", window.location.pathname);
    form.querySelector("button[type=submit]").focus();
  };

  const WIDTH = 640;
  const FONTS = '"PingFang SC", "HarmonyOS Sans SC", "MiSans", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif';

  const draw = (card, code) => {
    const lines = card.dataset.lines.split("|");
    const canvas = document.createElement("canvas");
    const side = 400;
    canvas.width = WIDTH;
    canvas.height = 210 + side + lines.length * 44 + 30;
    const pen = canvas.getContext("2d");
    if (!pen) return null;
    const write = (text, y, size, weight, colour) => {
      pen.font = `${weight} ${size}px ${FONTS}`;
      pen.fillStyle = colour;
      pen.fillText(text, WIDTH / 2, y, WIDTH - 40);
    };
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.textAlign = "center";
    write(card.dataset.heading, 70, 30, 400, "#444");
    write(card.dataset.code, 150, 64, 700, "#000");
    pen.imageSmoothingEnabled = false;
    pen.drawImage(code, (WIDTH - side) / 2, 180, side, side);
    lines.forEach((line, number) => write(line, 180 + side + 50 + number * 44, 28, 400, "#333"));
    return canvas;
  };

  const makeCard = (card) => {
    const picture = card.querySelector("img");
    const canvas = draw(card, picture);
    if (!canvas) return;
    const address = canvas.toDataURL("image/png");
    picture.width = 300;
    picture.height = Math.round((300 * canvas.height) / canvas.width);
    picture.alt = card.dataset.alt;
    picture.src = address;
    if (inWeChat) return;
    card.parentElement.querySelectorAll("[data-save-picture]").forEach((link) => {
      link.href = address;
      link.hidden = false;
    });
  };

  document.querySelectorAll("form[data-look-up]").forEach(takeFragment);
  document.querySelectorAll("[data-code-card]").forEach((card) => {
    const picture = card.querySelector("img");
    picture.decode().then(() => makeCard(card), () => {}); // undrawable: the plain code stays, which can be kept as well
  });
  if (inWeChat || !window.print) return;
  document.querySelectorAll("[data-print]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });
})();
