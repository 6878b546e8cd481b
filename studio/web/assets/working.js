// The page of a job follows it by itself, and says each new step once.
"use strict";
const place = document.getElementById("progress");
const told = document.getElementById("progress-told");
let steps = place.querySelectorAll("li").length;

async function follow() {
  const list = place.querySelector("[data-running]");
  if (!list || list.dataset.running !== "yes") return;
  try {
    const answer = await fetch(place.dataset.from, { credentials: "same-origin", redirect: "error" });
    if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // The network is away for a moment: the next look will tell.
  }
  setTimeout(follow, 1000);
}

function show(page) {
  const found = page.querySelectorAll("li");
  const note = page.querySelector(".note");
  const over = page.querySelector("[data-running]").dataset.running === "no";
  if (found.length === steps && !over) return;
  const held = place.contains(document.activeElement);
  place.replaceChildren(...page.body.childNodes);
  if (held) place.querySelector("a")?.focus();
  told.textContent = over ? note.textContent : found[found.length - 1].textContent;
  steps = found.length;
}

follow();
