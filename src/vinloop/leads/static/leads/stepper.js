// One more, one fewer: big buttons beside a number field.
(() => {
  "use strict";
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-stepper] [data-step]");
    if (!button) return;
    const field = button.closest("[data-stepper]").querySelector("input");
    const wanted = Number(field.value || 0) + Number(button.dataset.step);
    field.value = Math.min(Number(field.max), Math.max(Number(field.min), wanted));
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
