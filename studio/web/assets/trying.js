// Comfort: the focus goes to the latest answer, and a link is chosen as a whole.
"use strict";
(() => {
  if (/^#t\d+$/.test(location.hash)) {
    const turn = document.querySelector(location.hash);
    if (turn) turn.focus();
  }
  for (const link of document.querySelectorAll(".try-guests input[readonly]")) {
    link.addEventListener("focus", () => link.select());
  }
})();
