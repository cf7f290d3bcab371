// Runs before the first paint, so that a folded menu does not jump.
if (localStorage.getItem("vl-rail") === "folded") document.documentElement.classList.add("vl-rail-is-folded");
