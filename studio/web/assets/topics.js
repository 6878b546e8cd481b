// Topics: shows how an answer reads while it is written, offers blanks, tells of questions that stand elsewhere,
// and lets labels be marked by selecting. Everything works without it, a click later.
"use strict";

const WAIT = 300;

function stamp(form) {
  return form.querySelector("input[name=csrf]").value;
}

async function piece(form, address, fields) {
  const body = new FormData();
  body.append("csrf", stamp(form));
  for (const [name, value] of fields) body.append(name, value);
  const answer = await fetch(address, { method: "POST", body, credentials: "same-origin", redirect: "error" });
  if (!answer.ok) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html").body.childNodes;
}

function later(act) {
  let timer;
  return () => { clearTimeout(timer); timer = setTimeout(act, WAIT); };
}

function follow(part, inputs, place, ask) {
  let latest = 0;
  const show = later(async () => {
    const mine = ++latest;
    try {
      const nodes = await ask();
      if (mine === latest) place.replaceChildren(...nodes);
    } catch {
      // The network is away for a moment: what was shown stays.
    }
  });
  for (const input of inputs) input.addEventListener("input", show);
}

for (const form of document.querySelectorAll("form[data-preview]")) {
  for (const part of form.querySelectorAll(".wording")) {
    const text = part.querySelector("[data-wording]");
    const titles = [...part.querySelectorAll("[data-title]")];
    follow(part, [text, ...titles], part.querySelector("[data-shown]"), () => piece(form, form.dataset.preview, [
      ["text", text.value], ["language", part.dataset.language], ["channel", part.dataset.channel],
      ...titles.map((title) => ["button", title.value]),
    ]));
  }
  offerBlanks(form);
}

for (const to of document.querySelectorAll("[data-to]")) { // a small screen cuts a long title: below it stands whole
  to.addEventListener("input", () => { to.nextElementSibling.textContent = to.value; });
}

for (const area of document.querySelectorAll("textarea[data-similar]")) {
  const place = area.parentElement.querySelector(".similar");
  follow(area, [area], place, () => piece(area.form, "/topics/similar-examples", [
    ["examples", area.value], ["question", area.dataset.similar],
  ]));
}

function offerBlanks(form) {
  let last = form.querySelector("[data-wording]");
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-wording]")) last = event.target;
  });
  for (const code of form.querySelectorAll("[data-insert]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "quiet small";
    button.append(...code.childNodes);
    button.addEventListener("click", () => {
      last.setRangeText(code.dataset.insert, last.selectionStart, last.selectionEnd, "end");
      last.dispatchEvent(new Event("input", { bubbles: true }));
      last.focus();
    });
    code.append(button);
  }
}

for (const form of document.querySelectorAll("form[data-marking]")) {
  const shown = form.querySelector(".pickable");
  const told = form.querySelector(".chosen");
  const first = form.querySelector("[name=first]");
  const last = form.querySelector("[name=last]");
  shown.hidden = form.querySelector(".by-selecting").hidden = false;
  const paint = () => {
    const from = Number(first.value), to = Number(last.value);
    const inside = [...shown.querySelectorAll("[data-word]")].filter((word) => {
      const is = Number(word.dataset.word) >= from && Number(word.dataset.word) <= to;
      word.classList.toggle("in", is);
      return is;
    });
    told.textContent = inside.length ? `${told.dataset.words} ${inside.map((word) => word.textContent).join(" ")}` : "";
  };
  document.addEventListener("selectionchange", () => {
    const selection = document.getSelection();
    if (selection.isCollapsed || !shown.contains(selection.anchorNode)) return;
    const words = [...shown.querySelectorAll("[data-word]")].filter((word) => selection.containsNode(word, true));
    if (!words.length) return;
    first.value = words[0].dataset.word;
    last.value = words[words.length - 1].dataset.word;
    paint();
  });
  for (const choice of [first, last]) choice.addEventListener("change", () => {
    if (Number(last.value) < Number(first.value)) (choice === first ? last : first).value = choice.value;
    paint();
  });
  paint();
}
