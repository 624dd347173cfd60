/* A page that shows what no frame brings has itself built anew every so many seconds: [data-again]. Not while it is hidden, and
   not under somebody's hands: while a list is folded out, text is marked, or the keyboard is in use. */
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
