// Lists: a row opens its record, columns are remembered, several rows are handled at once.
(() => {
  "use strict";

  // --- Rows ---------------------------------------------------------------------------------------
  function openRow(event) {
    const row = event.target.closest("tr[data-href]");
    if (!row?.dataset.href || String(getSelection())) return;
    const inner = event.target.closest("a, button, input, label, summary, select");
    const inDrawer = row.closest("[data-opens-drawer]") && window.vinloop.isPlain(event);
    if (inner && !(inDrawer && inner.matches(".vl-row-link"))) return;
    event.preventDefault();
    if (inDrawer) return window.vinloop.openDrawer(row.dataset.href);
    if (event.ctrlKey || event.metaKey) return window.open(row.dataset.href, "_blank", "noopener");
    location.assign(row.dataset.href);
  }

  document.addEventListener("click", openRow);

  // --- Columns ------------------------------------------------------------------------------------
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  const list = document.querySelector("[data-list]");
  const storeKey = `vl-columns:${list?.dataset.list}`;

  function applyColumns() {
    const boxes = [...list.querySelectorAll("[data-column]")];
    const hidden = boxes.filter((box) => !box.checked);
    sheet.replaceSync(hidden.map((box) => `[data-list] [data-col="${CSS.escape(box.dataset.column)}"]{display:none!important}`).join(""));
    markWide();
  }

  function rememberColumns() {
    const boxes = [...list.querySelectorAll("[data-column]")];
    localStorage.setItem(storeKey, JSON.stringify(Object.fromEntries(boxes.map((box) => [box.dataset.column, box.checked]))));
    applyColumns();
  }

  function restoreColumns() {
    const chosen = JSON.parse(localStorage.getItem(storeKey) ?? "{}");
    for (const box of list.querySelectorAll("[data-column]")) box.checked = chosen[box.dataset.column] ?? box.dataset.default === "1";
    applyColumns();
  }

  // A table wider than the page scrolls in its own box, with its head fixed to that box.
  function markWide() {
    const wrap = list.querySelector(".vl-table-wrap");
    if (!wrap) return;
    wrap.classList.remove("is-wide");
    wrap.classList.toggle("is-wide", wrap.firstElementChild.scrollWidth > wrap.clientWidth + 1);
  }

  if (list) {
    restoreColumns();
    list.addEventListener("change", (event) => event.target.matches("[data-column]") && rememberColumns());
    window.addEventListener("resize", markWide);
    document.addEventListener("htmx:after:swap", markWide);
  }

  // --- Several at once ----------------------------------------------------------------------------
  function showPicked(form) {
    const boxes = [...form.querySelectorAll("[data-pick]")];
    const picked = boxes.filter((box) => box.checked);
    for (const box of boxes) box.closest("tr").classList.toggle("is-picked", box.checked);
    form.querySelector("[data-bulk-bar]").hidden = picked.length === 0;
    form.querySelector("[data-bulk-count]").textContent = window.vinloop.say("select.count", picked.length);
    const all = form.querySelector("[data-pick-all]");
    all.checked = picked.length === boxes.length;
    all.indeterminate = picked.length > 0 && !all.checked;
  }

  function setAll(form, checked) {
    for (const box of form.querySelectorAll("[data-pick]")) box.checked = checked;
    showPicked(form);
  }

  document.addEventListener("change", (event) => {
    const form = event.target.closest("[data-bulk]");
    if (!form) return;
    event.target.matches("[data-pick-all]") ? setAll(form, event.target.checked) : showPicked(form);
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-pick-none]")) setAll(event.target.closest("[data-bulk]"), false);
  });

  // A live refresh replaces the rows; what the person had chosen and where they were stays.
  let kept = null;
  document.addEventListener("htmx:before:swap", () => {
    const picked = [...document.querySelectorAll("[data-pick]:checked")].map((box) => box.value);
    kept = { picked: new Set(picked), at: document.querySelector(".is-at[id]")?.id };
  });
  document.addEventListener("htmx:after:swap", () => {
    if (kept?.at) document.getElementById(kept.at)?.classList.add("is-at");
    for (const form of document.querySelectorAll("[data-bulk]")) {
      for (const box of form.querySelectorAll("[data-pick]")) box.checked = kept?.picked.has(box.value) ?? false;
      showPicked(form);
    }
  });

  // --- Filters: an empty field does not belong into the address -----------------------------------------
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-filters]")) return;
    for (const field of event.target.elements) if (field.name && !field.value) field.disabled = true;
  });
  window.addEventListener("pageshow", () => {
    for (const field of document.querySelectorAll("[data-filters] :disabled")) field.disabled = false;
  });
  document.addEventListener("search", (event) => {
    if (event.target.matches("[data-list-search]") && !event.target.value) event.target.form.requestSubmit();
  });
})();
