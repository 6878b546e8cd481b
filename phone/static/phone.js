// Sends without leaving the page and shows what comes. Without it the page's own forms do the same.
"use strict";
const phone = document.body.dataset.phone;
const thread = document.getElementById("thread");
const spoken = document.getElementById("spoken");
const text = document.getElementById("text");
let version = thread.dataset.version;
let shown = "";

async function act(fields) {
  const options = {method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(fields)};
  try {
    const answer = await fetch(`/api/phones/${phone}`, options);
    if (!answer.ok) spoken.textContent = "That did not work.";
  } catch {
    spoken.textContent = "The simulated phone does not answer. Is the assistant still running?";
  }
}

document.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const fields = Object.fromEntries(new FormData(form, event.submitter));
  delete fields.phone;
  if (form.id === "write") {
    if (!fields.text.trim() && !fields.picture) return;
    form.reset();
  }
  if (form.id !== "trouble") text.focus();
  await act(fields);
});

text.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  text.form.requestSubmit();
});

function show(html) {
  if (html === shown) return;  // another phone's news
  shown = html;
  const before = thread.querySelectorAll(".city, .carrier").length;
  const focused = thread.contains(document.activeElement);
  thread.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
  const said = thread.querySelectorAll(".city, .carrier");
  if (said.length > before) spoken.textContent = [...said].slice(before).map((entry) => entry.innerText).join(" ");
  if (focused) text.focus();
  thread.querySelector("#end").scrollIntoView({block: "nearest"});
}

async function follow() {
  for (;;) {
    try {
      const answer = await fetch(`/thread?phone=${phone}&after=${version}`);
      const next = answer.headers.get("X-Version");
      if (!answer.ok || !next) throw new Error("no thread");
      if (next !== version) show(await answer.text());
      version = next;
    } catch {
      await new Promise((done) => setTimeout(done, 2000));
    }
  }
}
follow();
