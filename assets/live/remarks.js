/* The remark form stays on its page: sent by itself, and what was wrong is said beside it. Without this the browser follows. */
(function () {
  "use strict";
  document.addEventListener("submit", async e => {
    const form = e.target.closest && e.target.closest("form[data-remarks]");
    if (!form || e.defaultPrevented) return;
    e.preventDefault();
    const button = form.querySelector("button"), said = form.querySelector(".remark-error") || button;
    button.disabled = true;
    for (const field of form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    try {
      const headers = {Accept: "application/json"}, body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.getAttribute("action"), {method: "POST", headers, body, redirect: "error"});
      if (answer.ok) return void location.reload();
      const wrong = await answer.json(), named = wrong.field === "day" ? "first" : wrong.field;
      const field = named && form.querySelector(`[name="${named}"]`);
      said.textContent = wrong.said;
      if (field && field.type !== "hidden") {
        field.setAttribute("aria-invalid", "true");
        field.focus();
      }
    } catch {
      HTMLFormElement.prototype.submit.call(form);
    }
    button.disabled = false;
  });
})();
