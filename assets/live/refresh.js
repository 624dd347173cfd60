/* Reloads a page that no frame updates, every [data-again] seconds, the least of them. It does not reload while the page is hidden, comes anyway or is in use:
   while a list is open, text is selected, or the keyboard is in use. */
(function (board) {
  "use strict";
  let last = Date.now(), shown = null;

  function isInUse(root) {
    const selection = getSelection();
    return Boolean(root.querySelector("details[open]:not(.fold), :focus-visible")) || Boolean(selection && !selection.isCollapsed);
  }
  function tick() {
    const els = [...document.querySelectorAll("#react-entry-point .board [data-again]")], el = els[0];
    if (!el) return void (shown = null);
    const each_s = Math.min(...els.map(found => +found.dataset.again));
    const root = el.closest(".board");
    if (root !== shown) last = Date.now();
    shown = root;
    if (document.hidden || Date.now() - last < 1000 * each_s || !board.go.isDrawn() || board.go.isComing() || isInUse(root)) return;
    last = Date.now();
    board.go.again();
  }

  document.addEventListener("visibilitychange", () => document.hidden || tick());
  setInterval(tick, 1000);
})(window.board = window.board || {});
