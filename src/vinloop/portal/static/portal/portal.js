// The form "I want to buy" without a framework: checks while typing, and dealers near the city. Works without it too.
(() => {
  "use strict";
  const form = document.querySelector("form[data-check]");
  if (!form) return;
  const field = (name) => form.elements.namedItem(name);

  // --- Said beside the field as soon as it is left --------------------------------------------------
  const words = JSON.parse(document.getElementById("portal-words")?.textContent ?? "{}");
  const problems = {
    name: (value) => (value.trim() ? "" : words.name),
    phone: (value) => (!value.trim() ? words.phone : value.replace(/[^\d]/g, "").length < 7 ? words.phone_short : ""),
    city: (value) => (value.trim() ? "" : words.city),
    email: (value) => (!value.trim() || /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(value.trim()) ? "" : words.email),
  };

  function tell(input, problem) {
    const id = `${input.id}_error`;
    let note = document.getElementById(id);
    if (!problem) {
      note?.remove();
      input.removeAttribute("aria-invalid");
      return;
    }
    if (!note) {
      note = document.createElement("p");
      note.id = id;
      note.className = "vl-error";
      input.after(note);
    }
    note.textContent = problem;
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", id);
  }

  for (const [name, check] of Object.entries(problems)) {
    const input = field(name);
    if (!input) continue;
    input.addEventListener("blur", () => input.value && tell(input, check(input.value)));
    input.addEventListener("input", () => input.hasAttribute("aria-invalid") && tell(input, check(input.value)));
  }

  // Runs in the capture phase on the window, so that a form with a gap is stopped before it is marked as sent.
  window.addEventListener("submit", (event) => {
    if (event.target !== form) return;
    const wrong = Object.entries(problems).filter(([name, check]) => field(name) && check(field(name).value));
    if (!wrong.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    for (const [name, check] of wrong) tell(field(name), check(field(name).value));
    field(wrong[0][0]).focus();
  }, true);

  // --- Dealers near the city ------------------------------------------------------------------------
  const dealer = field("dealer");
  let asked = field("city").value;
  async function findDealers() {
    const city = field("city").value.trim();
    if (!dealer || city === asked) return;
    asked = city;
    const query = new URLSearchParams({ city, dealer: dealer.value });
    const answer = await fetch(`${form.dataset.dealers}?${query}`).catch(() => null);
    if (answer?.ok && city === asked) dealer.innerHTML = await answer.text();
  }
  field("city").addEventListener("change", findDealers);

  // --- "Choose" beside a version ---------------------------------------------------------------------
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-trim]");
    if (!link || !field("trim")) return;
    event.preventDefault();
    field("trim").value = link.dataset.trim;
    document.getElementById("buy").scrollIntoView();
    field("name").focus({ preventScroll: true });
  });
})();
