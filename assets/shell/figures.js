/* Narrows the list of figures while a text is typed, and keeps the text in the address and in the links of the page. The rule is
   is_found of layouts/parts/catalogue.py. */
(function (board) {
  "use strict";
  const KEPT_MS = 150;
  const LINKS = '#react-entry-point .board a[href^="/kpi"]:not(.nav-link, .figure-row a, [href*="kpi="])';
  let timer = 0, typed = "";

  const isFound = (text, asked) => asked.toLowerCase().split(/\s+/).every(word => text.includes(word));

  const rests = () => document.querySelectorAll("#react-entry-point .figure-rows details");
  function folded() {
    for (const rest of rests()) rest.open = rest.matches(".fold");
    board.folds.arrived(document);
  }

  function found(asked, words) {
    const rows = [...document.querySelectorAll("#react-entry-point .figure-row")], q = (asked || "").trim();
    for (const row of rows) row.hidden = !isFound(row.dataset.find, q);
    if (q) for (const rest of rests()) rest.open = true;
    else if (typed) folded();
    typed = q;
    clearTimeout(timer);
    timer = setTimeout(keep, KEPT_MS);
    return board.tiles.fill(words, {n: rows.filter(row => !row.hidden).length});
  }
  /* Once nothing is typed for a moment, or something is pressed: a browser takes only so many addresses in a while. */
  function keep() {
    const field = timer && document.querySelector("#react-entry-point #search"), q = typed;
    clearTimeout(timer);
    timer = 0;
    if (!field || field.value.trim() !== q) return;
    history.replaceState(history.state, "", changed(location.href, q));
    for (const link of document.querySelectorAll(LINKS)) link.setAttribute("href", changed(link.href, q));
  }
  /* An address with another text in it, without its host. */
  function changed(href, q) {
    const url = new URL(href, location.href);
    if (q) url.searchParams.set("q", q);
    else url.searchParams.delete("q");
    return url.pathname + url.search;
  }

  /* The list is right already: Enter leads on to what was found. */
  document.addEventListener("submit", e => {
    const form = e.target.closest && e.target.closest("#react-entry-point .find-form"), first = form && document.querySelector("#react-entry-point .figure-row:not([hidden]) a");
    if (!form || !board.go.isDrawn()) return;
    e.preventDefault();
    keep();
    if (first) first.focus();
  }, true);
  document.addEventListener("click", keep, true);

  window.dash_clientside = Object.assign(window.dash_clientside || {}, {figures: {found}});
})(window.board = window.board || {});
