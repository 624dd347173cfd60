/* Sends a form that changes something and shows the answer on the same page: an error at its field, or else the page as it is now.
   Without this script the browser sends the form and follows the redirect (callbacks/forms.py). */
(function (board) {
  "use strict";
  const PATIENCE_MS = 10000, SPOKEN_MS = 200, FIRST = {day: "first"};  // a refused day is about the first of two
  let count = 0;

  document.addEventListener("submit", e => {
    const form = e.target.closest && e.target.closest("form[data-form]");
    if (!form || e.defaultPrevented) return;
    e.preventDefault();
    if (!form.hasAttribute("data-sending")) send(form);
  });

  async function send(form) {
    form.toggleAttribute("data-sending", true);
    form.setAttribute("aria-busy", "true");
    clear(form);
    const headers = {Accept: "application/json"}, body = new URLSearchParams(new FormData(form)), {words} = board.look();
    try {
      const answer = await fetch(form.getAttribute("action"), {method: "POST", headers, body, redirect: "error"});
      if (answer.ok) done(form, words);
      else refuse(form, await answer.json().catch(() => ({})), words);
    } catch {
      say(form, words.unsent);
    }
    form.removeAttribute("data-sending");
    form.removeAttribute("aria-busy");
  }

  function done(form, words) {
    const details = form.closest("details:not(.fold)"), isHeld = form.contains(document.activeElement), action = form.getAttribute("action");
    if (!board.go.isDrawn()) return void location.reload();
    form.reset();
    if (details) details.open = false;
    if (details && isHeld) details.querySelector("summary").focus();
    whenGone(form, () => {
      if (isHeld) hold(action);
      setTimeout(() => board.voice.answer(words.done), SPOKEN_MS);
    });
    board.go.again();
  }
  /* The form that was sent is not on the page as it is now: the keyboard goes on from one like it, or from the content. */
  function hold(action) {
    if (document.activeElement !== document.body) return;
    const like = document.querySelector(`#react-entry-point form[action="${CSS.escape(action)}"]`), details = like && like.closest("details:not(.fold)");
    const place = details ? details.querySelector("summary") : like ? like.querySelector("button") : document.querySelector("#react-entry-point #board-main");
    place.focus({preventScroll: true});
  }
  function whenGone(form, act) {
    const watch = new MutationObserver(() => {
      if (form.isConnected) return;
      watch.disconnect();
      act();
    });
    watch.observe(document.body, {childList: true, subtree: true});
    setTimeout(() => watch.disconnect(), PATIENCE_MS);
  }

  /* Why it was not taken, beneath the field that it is about. */
  function refuse(form, wrong, words) {
    const said = say(form, wrong.said || words.refused), name = FIRST[wrong.field] || wrong.field;
    const field = name && form.querySelector(`[name="${CSS.escape(name)}"]`);
    if (!field || field.type === "hidden") return;
    field.after(said);
    said.id = said.id || `said-${++count}`;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", said.id);
    field.focus();
  }
  function say(form, text) {
    const place = form.querySelector(".form-error");
    place.textContent = text;
    return place;
  }
  function clear(form) {
    say(form, "");
    for (const field of form.querySelectorAll("[aria-invalid]")) for (const name of ["aria-invalid", "aria-describedby"]) field.removeAttribute(name);
  }
})(window.board = window.board || {});
