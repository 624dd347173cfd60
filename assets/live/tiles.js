/* Writes newer figures into the elements that layouts/parts/tile.py made. What a tile says of a figure comes as codes
   (feeds/figures/verdicts.py); the page brings the texts of the codes and the limits of lateness (`look.tile`), so nothing is decided here.
   Elements may come and go at any time; a tile without its parts is skipped. */
(function (board) {
  "use strict";
  const FLASH_MS = 5000, SHOWN_MS = 400;
  const NAMES = ["value", "unit", "change", "state", "age", "verdict"];
  const found = new WeakMap();

  function text(el, s) {
    if (!el) return false;
    const node = el.firstChild;
    if (node && node === el.lastChild && node.nodeType === 3) {
      if (node.data === s) return false;
      node.data = s;
      return true;
    }
    if (el.textContent === s) return false;
    el.textContent = s;
    return true;
  }
  function attr(el, name, value) {
    if (el && el.getAttribute(name) !== value) el.setAttribute(name, value);
  }

  function partsOf(tile) {
    let parts = found.get(tile);
    if (parts && tile.contains(parts.value)) return parts;
    parts = {flashed: 0};
    for (const name of NAMES) parts[name] = tile.querySelector(".tile-" + name);
    for (const name of ["change-kind", "change-value", "cases-window", "cases-number", "verdict-word", "verdict-since"]) {
      parts[name] = tile.querySelector("." + name);
    }
    parts.title = (tile.querySelector(".title-text") || tile).textContent;
    if (parts.value) found.set(tile, parts);
    return parts;
  }

  /* The newest event of all that a figure is made from. */
  function newest(needs, state) {
    let at = 0;
    for (const need of (needs || "").split(" ")) at = Math.max(at, state.newest[need] || 0);
    return at || null;
  }

  /* When the sources of a figure last spoke: of any town, where nothing happened in this one since. 0 where nothing ever came. */
  function heard(needs, state) {
    let at = newest(needs, state);
    if (at) for (const need of (needs || "").split(" ")) at = Math.max(at, state.heard[need] || 0);
    return at;
  }

  /* The state of a figure: the first whose limit, in cadences, the age of its sources' last word has not passed.
     `alone` is the cadence of a source that serves one town; one that serves many speaks more often. */
  function stateOf(needs, alone, state, look) {
    const at = heard(needs, state), age = at ? (look.now - at) / 1000 : Infinity;
    let serves = 1;
    for (const need of (needs || "").split(" ")) serves = Math.max(serves, state.serves[need] || 1);
    return look.tile.states.find(one => one.until === null || age <= one.until * alone / serves);
  }
  function wordOf(is, at, isEmpty, look) {
    const f = board.format, template = isEmpty ? is.words_empty : is.words;
    if (!template || !at) return template;
    return fill(template, {span: f.span((look.now - at) / 1000, look.lang), moment: f.moment(at, look.now, look.zone, look.lang)});
  }
  /* The codes of what is said of a figure, as they read in its state. */
  function verdictOf(codes, is, look) {
    const found = {};
    look.tile.fields.forEach((field, n) => {
      const code = codes ? codes[n] : "";
      found[field] = (is.codes[field] || {})[code] ?? code;
    });
    return found;
  }

  /* A tile as it is now. `look` is {lang, zone, words, tile, now}. */
  function paint(tile, state, look) {
    const parts = partsOf(tile), data = tile.dataset, f = board.format, kpi = data.kpi;
    if (!parts.value || !data.unit) return;
    const value = state.set[kpi] ?? null, cases = state.parts[kpi] || [null, null];
    const at = newest(data.needs, state), is = stateOf(data.needs, +data.cadence, state, look), verdict = verdictOf(state.verdicts[kpi], is, look);
    const [digits, unit] = shown(value, cases, verdict, data, look);
    const isNew = text(parts.value, digits);
    text(parts.unit, unit);
    attr(parts.value, "data-value", f.raw(value));
    attr(parts.value, "data-at", f.raw(at));
    attr(parts.value, "data-of", f.raw(cases[1]));
    attr(tile, "data-state", is.state);
    attr(tile, "data-empty", verdict.empty);
    text(parts.state, wordOf(is, at, !at || value === null, look));
    text(parts.age, ageWord(data, at, verdict, look));
    paintVerdict(tile, parts, data, verdict, look);
    paintCases(parts, data, cases, verdict, look);
    paintChange(parts, data, verdict, state.change[kpi], look);
    if (parts.isLit && look.now - parts.flashed > SHOWN_MS) dim(parts);
    if (isNew) flash(parts, look.now);
  }

  /* The digits and the unit: the figure's own; where it has too few cases, those of a longer window, or the cases themselves. */
  function shown(value, [n, of], verdict, data, look) {
    const f = board.format, words = look.tile.words, target = data.target === "" ? null : +data.target;
    if (verdict.window === "cases") {
      if (!of) return [words.empty[verdict.empty || "cases"], ""];
      return data.unit === "share" ? [f.cases(n, of, look.lang), ""] : [f.whole(of, look.lang), look.tile.cases];
    }
    const own = verdict.window ? verdict.value : value;
    return own === null ? [words.empty[verdict.empty], ""] : f.beside(own, target, data.unit, look.lang);
  }

  /* The age; of a figure that is reported by period, of when it is. */
  function ageWord(data, at, verdict, look) {
    if (!at) return "";
    if (!data.dated) return board.format.age((look.now - at) / 1000, look.lang);
    const date = board.format.local(at, look.zone).toISOString().slice(0, 10);
    return fill(verdict.period ? look.tile.dated_of : look.tile.dated, {period: verdict.period, date});
  }
  function paintVerdict(tile, parts, data, verdict, look) {
    const {code, since} = verdict, words = look.tile.words;
    if (parts.code && parts.code !== code && board.voice) board.voice.crossed(data.kpi, parts.title, parts.code, code, look);
    parts.code = code;
    attr(tile, "data-verdict", code);
    attr(tile, "data-window", verdict.window);
    attr(parts.verdict, "data-code", code);
    text(parts["verdict-word"], words.code[code]);
    if (verdict.detail) attr(parts.verdict, "data-detail", verdict.detail);
    else parts.verdict.removeAttribute("data-detail");
    text(parts["verdict-since"], since && words.code[code] ? sinceWord(verdict, look) : "");
  }
  /* The first day of a signal, and what its word leaves open. */
  function sinceWord({since, detail}, look) {
    const words = look.tile.words;
    return fill(words.since[detail ? "detailed" : "since"], {day: board.format.isoDay(since, look.now, look.zone, look.lang), detail: words.detail[detail]});
  }
  function paintCases(parts, data, [n, of], verdict, look) {
    const isOwn = !verdict.window, hasCases = data.unit === "share" && verdict.window !== "cases";
    text(parts["cases-window"], look.tile.words.window[verdict.window]);
    text(parts["cases-number"], hasCases ? board.format.cases(isOwn ? n : verdict.n, isOwn ? of : verdict.of, look.lang) : "");
  }
  /* Uncoloured: what a change means is the verdict's. */
  function paintChange(parts, data, verdict, changes, look) {
    if (!parts.change) return;
    const words = look.tile.words, [onYear = null, onPeriod = null] = changes || [], d = verdict.kind === "period" ? onPeriod : onYear;
    let kind = "", value = "";
    if (verdict.said === "part" && d !== null) [kind, value] = [words.kind[verdict.kind], board.format.change(d, data.unit, look.lang)];
    if (verdict.said === "cases" && verdict.base !== null) [kind, value] = [verdict.kind === "period" ? words.before[data.over || data.period] : words.cases.year, board.format.text(verdict.base, data.unit, look.lang)];
    attr(parts.change, "data-kind", verdict.kind);
    attr(parts.change, "data-change", board.format.raw(d));
    text(parts["change-kind"], kind);
    text(parts["change-value"], value);
  }

  /* The digits' ground, which fades; on a wall it stands until a later painting (styles/wall/room.css). Not for every step of a busy figure: it would
     never rest. */
  function flash(parts, now) {
    if (now - parts.flashed < FLASH_MS || !parts.value.parentElement) return;
    parts.flashed = now;
    parts.isLit = true;
    parts.value.parentElement.classList.add("is-changed");
  }
  function dim(parts) {
    parts.isLit = false;
    parts.value.parentElement.classList.remove("is-changed");
  }

  const fill = (template, values) => (template || "").replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
  board.tiles = {paint, text, attr, fill, newest, stateOf, wordOf};
})(window.board = window.board || {});
