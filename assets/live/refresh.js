/* Reloads a page that no frame updates, every [data-again] seconds. It does not reload while the page is hidden or in use: while a list
   is open, text is selected, or the keyboard is in use. */
(function (board) {
  "use strict";
  let last = Date.now(), shown = null;

  function isInUse(root) {
    const selection = getSelection();
    return Boolean(root.querySelector("details[open], :focus-visible")) || Boolean(selection && !selection.isCollapsed);
  }
  function tick() {
    const el = document.querySelector("#react-entry-point .board [data-again]");
    if (!el) return void (shown = null);
    const root = el.closest(".board");
    if (root !== shown) last = Date.now();
    shown = root;
    if (document.hidden || Date.now() - last < 1000 * el.dataset.again || !board.go.isDrawn() || isInUse(root)) return;
    last = Date.now();
    board.go.again();
  }

  document.addEventListener("visibilitychange", () => document.hidden || tick());
  setInterval(tick, 1000);
})(window.board = window.board || {});
