// Live updates: one connection per browser, shared by its tabs; every message becomes an event on the body,
// so that a piece of a page refreshes itself with hx-trigger="live:<kind> from:body".
(() => {
  "use strict";
  const url = document.body.dataset.liveUrl;
  if (!url) return;
  const badge = document.getElementById("live-state");
  const channel = new BroadcastChannel(`vl-live:${url}`);
  const SHOW_AFTER = 3000;
  const LONGEST_WAIT = 30000;
  let failures = 0;
  let wasLost = false;
  let badgeTimer = null;

  const fire = (name, detail) => document.body.dispatchEvent(new CustomEvent(name, { detail }));

  // --- What a message does, in every tab --------------------------------------------------------------
  let changedRef = "";

  function deliver(message) {
    changedRef = message.ref ?? "";
    if (message.kind) fire(`live:${message.kind}`, message);
    if (message.ref) fire(`live:of:${message.ref}`, message);
    for (const topic of message.topics ?? []) fire(`live:${topic}`, message);
    fire("live:any", message);
  }

  function showState(connected) {
    if (!connected) {
      // Counted from the first loss: each try that fails would otherwise put it off.
      badgeTimer ??= setTimeout(() => { badge.hidden = false; }, SHOW_AFTER);
      return;
    }
    clearTimeout(badgeTimer);
    badgeTimer = null;
    badge.hidden = true;
  }

  function handle({ type, message }) {
    if (type === "message") deliver(message);
    if (type === "lost") showState(false);
    if (type === "back") {
      showState(true);
      deliver({ kind: "reconnected" });
    }
  }

  function tellAll(note) {
    channel.postMessage(note);
    handle(note);
  }

  channel.addEventListener("message", (event) => handle(event.data));

  // A counter carries its number for the style sheet; a row that changed shows it for a moment.
  // The bar of a phone repeats the menu's number, so that each is asked for once.
  function showCount(counter) {
    counter.dataset.count = counter.textContent.trim();
    const href = counter.closest(".vl-rail a")?.getAttribute("href");
    const same = href && document.querySelector(`.vl-bottom a[href="${CSS.escape(href)}"] .vl-counter`);
    if (!same) return;
    same.textContent = counter.textContent;
    same.dataset.count = counter.dataset.count;
  }

  document.addEventListener("htmx:after:swap", () => {
    document.querySelectorAll(".vl-counter[data-count]").forEach(showCount);
    if (changedRef) document.getElementById(`row-${changedRef}`)?.classList.add("vl-was-updated");
    changedRef = "";
  });

  // --- The connection, in one tab ---------------------------------------------------------------------
  function connect() {
    const source = new EventSource(url);
    source.addEventListener("open", () => {
      failures = 0;
      if (wasLost) tellAll({ type: "back" });
      wasLost = false;
    });
    source.addEventListener("message", (event) => {
      try {
        tellAll({ type: "message", message: JSON.parse(event.data) });
      } catch (error) {
        console.warn("live: a message was not understood", error);
      }
    });
    source.addEventListener("error", () => {
      source.close();
      wasLost = true;
      tellAll({ type: "lost" });
      const wait = Math.min(LONGEST_WAIT, 1000 * 2 ** failures++);
      setTimeout(connect, wait * (0.75 + Math.random() / 2));
    });
    window.addEventListener("pagehide", () => source.close());
  }

  // Browsers allow six connections per server: with a stream in each tab the seventh tab would hang.
  if (navigator.locks) navigator.locks.request(`vl-live:${url}`, () => { connect(); return new Promise(() => {}); });
  else connect();
  window.addEventListener("pageshow", (event) => event.persisted && location.reload());
})();
