// One key for each decision, while a group has the focus; everything works without, too.
"use strict";
(() => {
  const groups = [...document.querySelectorAll(".group")];
  const press = { r: "right", n: "new", x: "not_for_us", d: "deleted" };
  const typing = (target) => target.matches("input:not([type=checkbox]), select, textarea, a, summary");

  const go = (group, step) => {
    const next = groups[groups.indexOf(group) + step];
    if (next) next.focus();
    return Boolean(next);
  };

  const decide = (group, decision) => {
    const button = group.querySelector(`button[value="${decision}"]`);
    if (!button) return false;
    const at = groups.indexOf(group);
    const next = groups[at + 1] || groups[at - 1];
    const there = button.form.elements.namedItem("next");
    if (next) there.value = `${there.value}#${next.id}`;
    button.click();
    return true;
  };

  const undo = () => {
    const form = document.getElementById("undo");
    if (form) form.requestSubmit();
    return Boolean(form);
  };

  const other = (group) => {
    const field = group.querySelector("input[name=topic]");
    if (field) field.focus();
    return Boolean(field);
  };

  const act = (event, group) => {
    if (event.key === "ArrowDown") return go(group, 1);
    if (event.key === "ArrowUp") return go(group, -1);
    const key = event.key.toLowerCase();
    if (key === "u") return undo();
    if (key === "o") return other(group);
    return key in press && decide(group, press[key]);
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const group = event.target.closest(".group");
    if (!group) return;
    if (event.key === "Escape") group.focus();
    else if (!typing(event.target) && act(event, group)) event.preventDefault();
  });

  const meant = location.hash.startsWith("#g-") && document.getElementById(location.hash.slice(1));
  if (meant) meant.focus();
  else if (location.hash.startsWith("#g-") && groups.length) groups[0].focus();
})();
