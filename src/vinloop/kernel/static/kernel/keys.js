// Keyboard first: search, create, rows of a list, outcomes of a call.
(() => {
  "use strict";
  const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], .ts-control";

  const rows = () => [...document.querySelectorAll("[data-rows] [data-href]:not([data-href=''])")];
  const current = () => document.querySelector("[data-rows] .is-at");

  function move(step) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(current() ?? all.find((row) => row.getAttribute("aria-current")));
    const next = all[Math.max(0, Math.min(all.length - 1, at + step))];
    current()?.classList.remove("is-at");
    next.classList.add("is-at");
    next.querySelector("a")?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  function openMenu(name) {
    const menu = document.querySelector(`details[data-menu=${name}]`);
    if (!menu) return;
    menu.open = true;
    menu.querySelector("a")?.focus();
  }

  function pick() {
    const box = current()?.querySelector("[data-pick]");
    box?.click();
  }

  function choose(number) {
    const outcome = document.querySelector(`[data-outcome="${number}"]`);
    if (!outcome) return false;
    outcome.click();
    outcome.focus();
    return true;
  }

  function saveTask(event) {
    const form = document.querySelector("form[data-work-form]");
    if (!form || event.target.closest("a, button, summary")) return false;
    form.requestSubmit();
    return true;
  }

  function escape() {
    const menu = document.querySelector("details.vl-menu[open]");
    if (menu) {
      menu.open = false;
      menu.querySelector("summary").focus();
    } else if (!document.getElementById("drawer")?.hidden) {
      window.vinloop.closeDrawer();
    }
  }

  const keys = {
    "/": () => document.getElementById("global-search")?.focus(),
    c: () => openMenu("create"),
    j: () => move(1),
    k: () => move(-1),
    v: () => current() && window.vinloop.openDrawer(current().dataset.href),
    x: pick,
    "?": () => document.getElementById("keys")?.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape") return escape();
    if (event.target.closest(TYPING) || document.querySelector("dialog[open]")) return;
    const handled = /^[1-9]$/.test(event.key) ? choose(event.key)
      : event.key === "Enter" ? saveTask(event)
      : keys[event.key] && (keys[event.key](), true);
    if (handled) event.preventDefault();
  });
})();
