/* Keyboard access and printing. Escape closes an open list; a table that scrolls gets a name and takes the keyboard; before a page is
   printed, its charts are scaled to the paper and its foot says where and when it was printed. */
(function (board) {
  "use strict";
  document.addEventListener("keydown", e => {
    if (e.key !== "Escape" || e.defaultPrevented) return;
    const open = (document.activeElement && document.activeElement.closest("details[open]")) || document.querySelector(".board .top details[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
  document.addEventListener("pointerdown", e => {
    for (const open of document.querySelectorAll(".board :is(.top details, .areas)[open]")) if (!open.contains(e.target)) open.open = false;
  });

  /* A table that is wider than its place can be moved by arrow keys; one that fits is no stop on the way. */
  function arrived() {
    place();
    for (const el of document.querySelectorAll(".board .table-scroll")) {
      const isWide = el.scrollWidth > el.clientWidth + 1 || el.scrollHeight > el.clientHeight + 1;
      if (isWide === el.hasAttribute("tabindex")) continue;
      if (!isWide) for (const name of ["tabindex", "role", "aria-label"]) el.removeAttribute(name);
      else for (const [name, value] of [["tabindex", "0"], ["role", "group"], ["aria-label", nameOf(el)]]) el.setAttribute(name, value);
    }
  }
  /* On a phone the pages' names are one line to be pushed along: it begins where the page is. */
  function place() {
    const here = document.querySelector("#react-entry-point .nav [aria-current]"), nav = here && here.parentElement;
    if (!nav || nav.dataset.placed) return;
    nav.dataset.placed = "";
    nav.scrollLeft += here.getBoundingClientRect().left - nav.getBoundingClientRect().left - 44;
  }
  function nameOf(el) {
    const around = el.closest("section, .domain-header"), heading = around && around.querySelector("h2, h3"), column = el.querySelector("th");
    return ((heading || column || el).textContent || "").trim();
  }
  addEventListener("resize", arrived);
  document.addEventListener("toggle", arrived, true);

  addEventListener("beforeprint", () => {
    for (const svg of document.querySelectorAll(".js-plotly-plot .main-svg")) {
      if (!svg.hasAttribute("viewBox")) svg.setAttribute("viewBox", `0 0 ${parseFloat(svg.getAttribute("width"))} ${parseFloat(svg.getAttribute("height"))}`);
    }
    const root = document.querySelector(".board[data-words]"), place = document.querySelector("#react-entry-point [data-printed]") || document.querySelector("[data-printed]");
    if (!root || !place) return;
    const at = board.format.local(Date.now(), root.dataset.zone).toISOString().slice(0, 16).replace("T", " ");
    place.textContent = board.tiles.fill(JSON.parse(root.dataset.words).printed, {moment: at, address: location.href});
  });
  addEventListener("afterprint", () => {
    for (const svg of document.querySelectorAll(".js-plotly-plot .main-svg[viewBox]")) svg.removeAttribute("viewBox");
  });

  board.a11y = {arrived};
})(window.board = window.board || {});
