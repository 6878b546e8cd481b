// Comfort for the keyboard: Alt with an arrow moves the step that has the focus, and the focus follows it.
"use strict";
(() => {
  const keys = document.querySelector(".paths-keys");
  if (keys) keys.hidden = false;
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    const line = event.target.closest(".paths-line");
    const button = line && line.querySelector(event.key === "ArrowUp" ? ".paths-up" : ".paths-down");
    if (!button) return;
    event.preventDefault();
    button.form.requestSubmit(button);
  });
  const here = /^#s\d+$/.test(location.hash) && document.querySelector(location.hash);
  if (here) here.focus();
  if (location.hash === "#editor") {
    const first = document.querySelector("#editor input:not([type=hidden]), #editor a");
    if (first) first.focus();
  }
})();
