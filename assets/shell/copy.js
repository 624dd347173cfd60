/* Copies what a button names ([data-copy]), and says so on the button and to screen readers. A page that came over plain HTTP, as in
   many offices, has no clipboard of its own: there the browser's older command copies. */
(function (board) {
  "use strict";
  const SHOWN_MS = 2500;

  document.addEventListener("click", async e => {
    const button = e.target.closest && e.target.closest(".board button[data-copy]");
    if (!button) return;
    const text = button.dataset.copy, {words} = board.look();
    const isCopied = await copied(text, button);
    say(button, isCopied ? words.copied : words.not_copied);
    board.voice.answer(isCopied ? board.tiles.fill(words.copied_one, {case: text}) : words.not_copied);
  });

  async function copied(text, button) {
    if (navigator.clipboard && window.isSecureContext) {
      const isDone = await navigator.clipboard.writeText(text).then(() => true, () => false);
      if (isDone) return true;
    }
    return commanded(text, button);
  }
  function commanded(text, button) {
    const field = document.createElement("textarea");
    field.value = text;
    field.readOnly = true;
    field.style.cssText = "position: fixed; top: 0; opacity: 0";
    button.after(field);
    field.select();
    const isDone = document.execCommand("copy");
    field.remove();
    button.focus({preventScroll: true});
    return isDone;
  }

  /* The words stand beside the number for a moment; the last touch counts. */
  const timers = new WeakMap();
  function say(button, words) {
    const mark = button.querySelector(".copy-mark");
    mark.textContent = words;
    button.toggleAttribute("data-said", true);
    clearTimeout(timers.get(button));
    timers.set(button, setTimeout(() => {
      mark.textContent = "";
      button.removeAttribute("data-said");
    }, SHOWN_MS));
  }
})(window.board = window.board || {});
