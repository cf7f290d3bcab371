// The frame: menus, toasts, confirmations, the drawer, running clocks, and what htmx answers.
(() => {
  "use strict";
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const words = JSON.parse(byId("kit-words")?.textContent ?? "{}");
  const say = (key, n) => (words[key] ?? key).replace("{n}", n);

  // --- Toasts -------------------------------------------------------------------------------------
  const STAYS = ["overdue", "soon"];

  function expire(toast) {
    if (!STAYS.some((tone) => toast.classList.contains(`tone-${tone}`))) setTimeout(() => toast.remove(), 6000);
  }

  function toast(text, tone = "info") {
    const shown = [...document.querySelectorAll(".vl-toast > span")].some((span) => span.textContent === text);
    if (shown) return;
    const box = document.createElement("div");
    box.className = `vl-toast tone-${tone}`;
    if (tone === "overdue") box.setAttribute("role", "alert");
    const close = document.createElement("button");
    close.type = "button";
    close.className = "vl-plain";
    close.dataset.closeToast = "";
    close.setAttribute("aria-label", say("close"));
    close.textContent = "×";
    const body = document.createElement("span");
    body.textContent = text;
    box.append(body, close);
    byId("toasts")?.append(box);
    expire(box);
  }

  document.querySelectorAll(".vl-toasts > .vl-toast").forEach(expire);
  document.body.addEventListener("toast", (event) => toast(event.detail.text, event.detail.tone));

  // --- Questions before an action -----------------------------------------------------------------
  function ask(question) {
    const dialog = document.createElement("dialog");
    dialog.className = "vl-dialog";
    const form = document.createElement("form");
    form.method = "dialog";
    const text = document.createElement("p");
    text.textContent = question;
    const row = document.createElement("div");
    row.className = "vl-dialog-actions";
    for (const [value, style] of [["no", "btn btn-ghost"], ["yes", "btn btn-primary"]]) {
      const button = document.createElement("button");
      button.value = value;
      button.className = style;
      button.textContent = say(`confirm.${value}`);
      row.append(button);
    }
    form.append(text, row);
    dialog.append(form);
    document.body.append(dialog);
    dialog.showModal();
    return new Promise((resolve) => {
      dialog.addEventListener("close", () => {
        dialog.remove();
        resolve(dialog.returnValue === "yes");
      });
    });
  }

  const asked = new WeakSet();

  async function askFirst(event, element, proceed) {
    if (asked.delete(element)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await ask(element.dataset.confirm)) {
      asked.add(element);
      proceed();
    }
  }

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.confirm) askFirst(event, form, () => form.requestSubmit(event.submitter));
  }, true);

  document.addEventListener("click", (event) => {
    const target = event.target.closest("a[data-confirm], button[data-confirm]");
    if (target) askFirst(event, target, () => target.click());
  }, true);

  document.addEventListener("htmx:confirm", async (event) => {
    if (!event.detail.ctx.confirm) return;
    event.preventDefault();
    (await ask(event.detail.ctx.confirm)) ? event.detail.issueRequest() : event.detail.dropRequest();
  });

  // --- Drawer -------------------------------------------------------------------------------------
  const drawer = byId("drawer");
  let opener = null;

  function hideDrawer() {
    if (!drawer || drawer.hidden) return;
    drawer.hidden = true;
    byId("drawer-body").replaceChildren();
    opener?.focus();
  }

  function closeDrawer() {
    history.state?.vlDrawer ? history.back() : hideDrawer();
  }

  async function openDrawer(url) {
    if (!drawer || window.innerWidth < 1024) return location.assign(url);
    if (drawer.hidden) {
      opener = document.activeElement;
      history.pushState({ vlDrawer: url }, "");
    }
    drawer.querySelector("[data-drawer-page]").href = url;
    drawer.hidden = false;
    // A page is a page: the drawer shows its content, so no view needs a second template.
    await htmx.ajax("GET", url, {
      source: drawer, target: "#drawer-body", select: "#content > *", swap: "innerHTML ignoreTitle:true",
    });
    byId("drawer-body").focus();
  }

  window.addEventListener("popstate", hideDrawer);

  // The drawer covers the page, so the keyboard stays in it until it is closed.
  const FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";

  drawer?.addEventListener("keydown", (event) => {
    if (event.key !== "Tab") return;
    const places = [...drawer.querySelectorAll(FOCUSABLE)].filter((one) => !one.disabled && one.checkVisibility());
    const [first, last] = [places[0], places.at(-1)];
    const isAtEnd = event.shiftKey ? document.activeElement === first : document.activeElement === last;
    if (!isAtEnd) return;
    event.preventDefault();
    (event.shiftKey ? last : first).focus();
  });

  // --- Clicks -------------------------------------------------------------------------------------
  const isPlain = (event) => event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);

  async function copy(element) {
    await navigator.clipboard?.writeText(element.dataset.copy);
    toast(say("copied"), "good");
  }

  function foldRail(button) {
    const folded = root.classList.toggle("vl-rail-is-folded");
    localStorage.setItem("vl-rail", folded ? "folded" : "open");
    button.setAttribute("aria-expanded", String(!folded));
  }

  function openMenu(button) {
    const open = root.classList.toggle("vl-menu-is-open");
    button.setAttribute("aria-expanded", String(open));
  }

  const clicks = {
    "[data-close-toast]": (element) => element.closest(".vl-toast").remove(),
    "[data-drawer-close]": closeDrawer,
    "[data-fold-rail]": foldRail,
    "[data-open-menu]": openMenu,
    "[data-copy]": copy,
    "[data-show-keys]": () => byId("keys")?.showModal(),
  };

  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.vl-menu[open]").forEach((menu) => {
      if (!menu.contains(event.target) || event.target.closest("a.vl-menu-item, button.vl-menu-item")) menu.open = false;
    });
    if (!event.target.closest("[data-open-menu], .vl-rail")) root.classList.remove("vl-menu-is-open");
    const link = event.target.closest("a[data-drawer]");
    if (link && isPlain(event)) {
      event.preventDefault();
      return openDrawer(link.href);
    }
    for (const [selector, act] of Object.entries(clicks)) {
      const element = event.target.closest(selector);
      if (element) return act(element);
    }
  });

  // --- Clocks -------------------------------------------------------------------------------------
  function spell(direction, seconds) {
    if (seconds < 60) return say(`${direction}.now`, 0);
    if (seconds < 3600) return say(`${direction}.min`, Math.floor(seconds / 60));
    if (seconds < 172800) return say(`${direction}.h`, Math.floor(seconds / 3600));
    return say(`${direction}.d`, Math.floor(seconds / 86400));
  }

  function tick() {
    const now = Date.now();
    for (const time of document.querySelectorAll("time[data-ago]")) {
      const seconds = (now - Date.parse(time.dateTime)) / 1000;
      if (Math.abs(seconds) < 604800) time.textContent = spell(seconds < 0 ? "future" : "past", Math.abs(seconds));
    }
    for (const time of document.querySelectorAll("time[data-due]")) {
      const left = (Date.parse(time.dateTime) - now) / 1000;
      const urgency = left <= 0 ? "overdue" : left <= time.dataset.soon * 60 ? "soon" : "later";
      time.textContent = spell(left <= 0 ? "overdue" : "future", Math.abs(left));
      time.className = `vl-clock is-${urgency}`;
    }
  }

  setInterval(tick, 30000);
  document.addEventListener("visibilitychange", () => document.hidden || tick());

  // --- Connection and answers ---------------------------------------------------------------------
  const showOffline = () => {
    const banner = byId("offline");
    if (banner) banner.hidden = navigator.onLine;
  };
  window.addEventListener("online", showOffline);
  window.addEventListener("offline", showOffline);
  showOffline();

  const STATUS = { 401: "signed_out", 403: "denied", 404: "gone", 409: "conflict", 410: "gone", 413: "large", 429: "busy" };

  document.addEventListener("htmx:response:error", (event) => {
    const status = event.detail.ctx.response.status;
    if (status === 422 || status === 409) return;
    toast(say(`error.${STATUS[status] ?? "server"}`), "overdue");
  });
  document.addEventListener("htmx:error", (event) => {
    if (event.detail.ctx && !event.detail.ctx.response) toast(say("error.network"), "overdue");
  });
  document.addEventListener("htmx:after:swap", () => document.querySelector("[data-focus]")?.focus());

  // The present step and the present tab stay in sight where they do not all fit.
  for (const step of document.querySelectorAll(".vl-steps [aria-current], .vl-tabs [aria-current]")) {
    step.parentElement.scrollLeft = step.offsetLeft - step.parentElement.offsetLeft - 96;
  }

  // Work pages on a phone show the task alone; the queue is one tap away.
  const hasTask = document.querySelector("[data-work]:not(.has-no-task)") !== null;
  const followHash = () => root.classList.toggle("vl-has-task", hasTask && location.hash !== "#queue");
  window.addEventListener("hashchange", followHash);
  followHash();

  window.vinloop = { announce: (text) => { byId("announcer").textContent = text; }, ask, closeDrawer, isPlain, openDrawer, say, toast };
})();
