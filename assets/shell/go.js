/* Follows the links of a page without loading a new document. The address is the whole state of a page, so a link is enough for a
   filter, a drill-down or another period. Before Dash has drawn the page, and where this fails, the browser follows the link itself. */
(function (board) {
  "use strict";
  const LOCATION = "board-location", PATIENCE_MS = 6000, SLOW_MS = 150;
  /* What a page is of: another of them is read from its top; another period or filter of the same one stays where the reader is. */
  const SUBJECT = ["area", "kpi", "quarter", "town", "code"];
  const subjectOf = ({pathname, search}) => [pathname, ...SUBJECT.map(name => new URLSearchParams(search).get(name) || "")].join(" ");
  const tops = new Map();
  let began = 0, asked = 0, timer = 0, watchdog = 0, path = location.pathname, subject = subjectOf(location), scrolled = [], held = null, isBack = false;

  function go(href) {
    const to = new URL(href, location.href);
    if (to.href === location.href) return;
    tops.set(location.href, scrollY);
    try {
      window.dash_clientside.set_props(LOCATION, {href: to.href});
    } catch {
      return void location.assign(to.href);
    }
    leaving();
  }

  /* The address changes: a page that is slow to come steps back, and one that does not come is loaded. */
  function leaving() {
    held = document.activeElement.matches(".board :is(a, button):focus-visible") ? document.activeElement : null;
    began = performance.now();
    clearTimeout(timer);
    clearTimeout(watchdog);
    timer = setTimeout(() => { document.documentElement.dataset.going = ""; }, SLOW_MS);
    watchdog = setTimeout(() => location.reload(), PATIENCE_MS);
  }

  /* Builds the open page again in place, and restores its scroll positions before it is seen. */
  const scrollers = () => [...document.querySelectorAll("#react-entry-point .table-scroll")];
  function again() {
    scrolled = scrollers().map(el => el.scrollLeft);
    asked = performance.now();
    window.dash_clientside.set_props("_pages_location", {search: location.search});
  }

  /* Called when a page's root came onto the document. */
  function arrived() {
    clearTimeout(timer);
    clearTimeout(watchdog);
    asked = 0;
    delete document.documentElement.dataset.going;
    if (subject !== subjectOf(location)) scrollTo(0, isBack && tops.get(location.href) || 0);
    if (path === location.pathname) scrollers().forEach((el, n) => { el.scrollLeft = scrolled[n] || 0; });
    scrolled = [];
    if (held && path === location.pathname) hold(held);
    held = null;
    path = location.pathname;
    subject = subjectOf(location);
    isBack = false;
    if (began) board.went_ms = performance.now() - began;
    began = 0;
    if (board.grids) board.grids.arrived();
  }

  /* Whoever chose by keyboard goes on from what was chosen, on the page that came of it. */
  function hold(old) {
    const same = el => el.className === old.className && el.textContent === old.textContent;
    const found = [...document.querySelectorAll(`#react-entry-point .board ${old.localName}`)].find(same);
    if (found && document.activeElement === document.body) found.focus({preventScroll: true});
  }

  const isComing = () => asked > 0 && performance.now() - asked < PATIENCE_MS;
  const isDrawn = () => Boolean(document.querySelector("#react-entry-point .board")) && !document.getElementById("first-paint");
  const isPlain = e => e.button === 0 && !e.defaultPrevented && !e.metaKey && !e.ctrlKey && !e.shiftKey && !e.altKey;

  document.addEventListener("click", e => {
    const link = isPlain(e) && e.target.closest && e.target.closest(".board a[href]");
    if (!link || link.getAttribute("target") || link.hasAttribute("download") || "whole" in link.dataset || !isDrawn()) return;
    const to = new URL(link.getAttribute("href"), location.href);  // an SVG link has no href as text
    if (to.origin !== location.origin || to.hash || to.pathname.startsWith("/api/")) return;
    e.preventDefault();
    const open = link.closest("details:not(.fold)");
    if (open && !link.closest(".chart-table")) open.open = false;
    go(to.href);
  });

  document.addEventListener("submit", e => {
    const form = e.target.closest && e.target.closest(".board form[method=get]");
    if (!form || e.defaultPrevented || !isDrawn()) return;
    e.preventDefault();
    go(form.getAttribute("action") + "?" + new URLSearchParams(new FormData(form)));
  });

  addEventListener("popstate", () => { isBack = true; });

  board.go = {go, again, arrived, isComing, isDrawn, leaving};
})(window.board = window.board || {});
