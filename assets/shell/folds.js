/* On a phone the sections of a page are folded to their headings, so that a page is a few screens long; what was opened stays open while
   the reader goes through the pages. On a larger screen everything is open. */
(function (board) {
  "use strict";
  const phone = matchMedia("(max-width: 600px)"), FOLDS = "details.fold";
  const turned = new Map();  // by page and section: whether the reader opened or closed it
  const name = el => `${location.pathname} ${el.dataset.fold}`;
  const isOpen = el => turned.has(name(el)) ? turned.get(name(el)) : "foldFirst" in el.dataset;

  /* Called when a page's root came onto the document. */
  function arrived(root) {
    if (phone.matches) for (const el of root.querySelectorAll(FOLDS)) el.open = isOpen(el);
  }
  document.addEventListener("click", e => {
    const summary = e.target.closest && e.target.closest(`${FOLDS} > summary`);
    if (summary) turned.set(name(summary.parentElement), !summary.parentElement.open);
  });
  phone.addEventListener("change", () => {
    for (const el of document.querySelectorAll(FOLDS)) el.open = !phone.matches || isOpen(el);
  });
  const first = document.getElementById("first-paint");
  if (first) arrived(first);

  board.folds = {arrived};
})(window.board = window.board || {});
