/* Gives elements that come as HTML the styles that their data-style says. The policy of the board forbids style attributes, and lets scripts
   set styles (decision 0049); in the first answer the same styles are rules in its head (layouts/html/render.py). */
(function (board) {
  "use strict";
  board.dress = root => {
    for (const el of root.querySelectorAll("[data-style]")) el.style.cssText = el.dataset.style;
  };
})(window.board = window.board || {});
