// Forms never lose what was typed and are never sent twice. Needs no other script: the public site uses it too.
(() => {
  "use strict";
  const words = JSON.parse(document.getElementById("kit-words")?.textContent ?? "{}");
  const SECRET = "input[type=password], input[type=file], input[type=hidden], [autocomplete=one-time-code]";

  // --- Sent once ----------------------------------------------------------------------------------
  function setBusy(form, busy) {
    busy ? form.setAttribute("data-sending", "") : form.removeAttribute("data-sending");
    for (const button of form.querySelectorAll("button:not([type=button]), input[type=submit]")) {
      busy ? button.setAttribute("aria-busy", "true") : button.removeAttribute("aria-busy");
    }
  }

  // --- Without network --------------------------------------------------------------------------------
  // The browser would leave for an error page of its own, from which no way leads back to what was typed. It only
  // guesses whether there is a network (a server on the same machine needs none), so the server is asked first.
  const reached = new WeakSet();

  async function sendIfReached(form, submitter) {
    try {
      await fetch(location.href, { method: "HEAD", cache: "no-store" });
    } catch {
      return sayOffline(form, submitter);
    }
    reached.add(form);
    form.requestSubmit(submitter);
  }

  function sayOffline(form, submitter) {
    if (window.vinloop) return window.vinloop.toast(words["error.offline"], "soon");
    if (form.querySelector("[data-offline]")) return;
    const note = document.createElement("p");
    note.className = "vl-notice tone-soon";
    note.dataset.offline = "";
    note.setAttribute("role", "alert");
    note.textContent = words["error.offline"];
    submitter ? submitter.before(note) : form.append(note);
  }

  window.addEventListener("online", () => document.querySelectorAll("[data-offline]").forEach((note) => note.remove()));

  // Who logged out and in again in another tab has a new token; the page that stayed open goes on with it.
  const token = () => document.cookie.match(/(?:^|;\s*)csrftoken=([^;]+)/)?.[1];

  function renewToken(form) {
    const field = form.elements.csrfmiddlewaretoken;
    if (field && token()) field.value = token();
  }

  document.addEventListener("htmx:config:request", (event) => {
    if (token()) event.detail.ctx.request.headers["X-CSRFToken"] = token();
  });

  const stop = (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.hasAttribute("data-sending")) return stop(event);
    if (!navigator.onLine && !reached.delete(form)) {
      stop(event);
      return sendIfReached(form, event.submitter);
    }
    setBusy(form, true);
    renewToken(form);
    form.removeAttribute("data-dirty");
    if (form.dataset.draft) sessionStorage.setItem(`vl-sent:${form.dataset.draft}`, location.pathname);
  }, true);

  const release = () => document.querySelectorAll("form[data-sending]").forEach((form) => setBusy(form, false));
  window.addEventListener("pageshow", release);
  document.addEventListener("htmx:finally:request", (event) => {
    const form = event.target.closest?.("form[data-sending]");
    if (form) setBusy(form, false);
  });

  // --- Leaving with something typed -----------------------------------------------------------------
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-guard], form[data-draft]");
    if (!form) return;
    form.setAttribute("data-dirty", "");
    if (form.dataset.draft) saveDraft(form);
  });
  document.addEventListener("click", (event) => {
    const form = event.target.closest("[data-cancel]")?.closest("form");
    if (form) forget(form);
  });
  window.addEventListener("beforeunload", (event) => {
    // A form with a draft loses nothing, so nobody is asked.
    if (document.querySelector("form[data-guard][data-dirty]:not([data-draft])")) event.preventDefault();
  });

  // --- Choices that depend on another field ------------------------------------------------------------
  document.addEventListener("focusin", ({ target }) => {
    const other = target.dataset.dependsOn && target.form.elements[target.dataset.dependsOn];
    if (!other || !target.list) return;
    for (const option of target.list.options) option.disabled = !option.dataset.for.split(" ").includes(other.value);
  });

  // --- Drafts ---------------------------------------------------------------------------------------
  const draftKey = (key) => `vl-draft:${key}`;
  const fields = (form) => [...form.elements].filter((field) => field.name && !field.matches(SECRET) && !field.matches("button, fieldset"));

  function saveDraft(form) {
    const values = fields(form).map((field) => {
      const isBox = field.type === "checkbox" || field.type === "radio";
      return [field.name, isBox ? field.value : null, isBox ? field.checked : field.value];
    });
    sessionStorage.setItem(draftKey(form.dataset.draft), JSON.stringify(values));
  }

  function forget(form) {
    form.removeAttribute("data-dirty");
    sessionStorage.removeItem(draftKey(form.dataset.draft));
  }

  function restore(form) {
    const saved = sessionStorage.getItem(draftKey(form.dataset.draft));
    if (!saved || form.querySelector("[role=alert]")) return;
    let changed = false;
    for (const [name, choice, value] of JSON.parse(saved)) {
      const field = fields(form).find((one) => one.name === name && (choice === null || one.value === choice));
      if (!field) continue;
      const property = choice === null ? "value" : "checked";
      changed ||= field[property] !== value;
      field[property] = value;
    }
    if (changed) window.vinloop?.toast(words["draft.restored"]);
  }

  // A form is known to be saved when its sending led to another page or to a word of success.
  function settleSent() {
    for (const name of Object.keys(sessionStorage).filter((key) => key.startsWith("vl-sent:"))) {
      const left = sessionStorage.getItem(name) !== location.pathname;
      const saved = document.querySelector(".vl-toast.tone-good, .vl-notice.tone-good");
      if (left || saved) sessionStorage.removeItem(draftKey(name.slice(8)));
      sessionStorage.removeItem(name);
    }
  }

  settleSent();
  document.querySelectorAll("form[data-draft]").forEach(restore);
  document.querySelector("[data-focus]")?.focus();
})();
