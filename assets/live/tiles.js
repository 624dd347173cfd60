/* Paints tiles: the same texts and data attributes as layouts/parts/tile.py, written straight into the elements that are there.
   Elements may come and go at any time; a tile without its parts is left alone. */
(function (board) {
  "use strict";
  const MARKS = {up: "▲", down: "▼", none: "≈"}, FLASH_MS = 5000, SHOWN_MS = 400;
  const NAMES = ["value", "unit", "target", "change", "state", "age"];
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
    for (const name of ["kind", "mark", "value", "word"]) parts["change_" + name] = tile.querySelector(".change-" + name);
    parts.title = (tile.querySelector(".title-text") || tile).textContent;
    parts.target_word = tile.querySelector(".target-word");
    if (parts.value) found.set(tile, parts);
    return parts;
  }

  /* The newest event of all that a figure is made from. */
  function newest(needs, state) {
    let at = 0;
    for (const need of needs.split(" ")) at = Math.max(at, state.newest[need] || 0);
    return at || null;
  }

  /* A tile as it is now. `look` is {lang, zone, words, now}. */
  function paint(tile, state, look) {
    const parts = partsOf(tile), data = tile.dataset, f = board.format;
    if (!parts.value || !data.unit) return;
    const value = state.set[data.kpi] ?? null, of = (state.parts[data.kpi] || [])[1] ?? null;
    const at = newest(data.needs || "", state), is = f.state(+data.cadence, at, look.now);
    const empty = value !== null ? "" : of === 0 && is !== "nodata" ? "cases" : "data";
    const [digits, unit] = value === null ? [empty === "cases" ? look.words.no_cases : "—", ""] : f.figure(value, data.unit, look.lang);
    const isNew = text(parts.value, digits);
    text(parts.unit, unit);
    attr(parts.value, "data-value", f.raw(value));
    attr(parts.value, "data-at", f.raw(at));
    attr(parts.value, "data-of", f.raw(of));
    attr(tile, "data-state", is);
    attr(tile, "data-empty", empty);
    text(parts.state, stateWord(is, at, value, look));
    text(parts.age, !at ? "" : data.dated ? dateWord(data.needs, at, state, look) : f.age((look.now - at) / 1000, look.lang));
    paintTarget(parts, data, value, of, is, look);
    paintChange(parts, data, state.change[data.kpi] || [], value, of, is, look);
    if (parts.isLit && look.now - parts.flashed > SHOWN_MS) dim(parts);
    if (isNew) flash(parts, look.now);
  }

  function stateWord(is, at, value, look) {
    const f = board.format;
    if (is === "live") return "";
    if (is === "late") return fill(look.words.late, {span: f.span((look.now - at) / 1000, look.lang)});
    if (at === null || value === null) return look.words.nodata;
    return fill(look.words.last, {moment: f.moment(at, look.now, look.zone, look.lang)});
  }
  /* Of a figure that is reported by period: the period the report named, and the date it is of. */
  function dateWord(need, at, state, look) {
    const day = board.format.local(at, look.zone).toISOString().slice(0, 10), date = fill(look.words.dated, {date: day}), period = state.periods[need];
    return period && !day.startsWith(period) ? `${period} · ${date}` : date;
  }
  function paintTarget(parts, data, value, of, is, look) {
    if (!parts.target || !data.target) return;
    const assured = value === null || is === "nodata" ? "none" : board.format.assurance(value, of, +data.target, data.unit, data.better);
    if (parts.assured && parts.assured !== assured && board.voice) board.voice.crossed(data.kpi, parts.title, parts.assured, assured, look);
    parts.assured = assured;
    attr(parts.target, "data-assurance", assured);
    text(parts.target_word, assured === "none" ? "" : look.words[assured]);
  }
  function paintChange(parts, data, [onYear = null, onPeriod = null], value, of, is, look) {
    if (!parts.change) return;
    const f = board.format, kind = onYear === null && onPeriod !== null ? "period" : "year", d = kind === "year" ? onYear : onPeriod;
    const trend = d === null || is === "nodata" ? "flat" : f.trend(value, of, d, data.unit, data.better);
    const way = d === null ? "" : trend === "flat" ? "none" : d > 0 ? "up" : "down";
    attr(parts.change, "data-kind", kind);
    attr(parts.change, "data-change", f.raw(d));
    attr(parts.change, "data-trend", trend);
    text(parts.change_kind, d === null ? "" : kind === "year" ? look.words.year : look.words.previous);
    text(parts.change_mark, way && MARKS[way]);
    text(parts.change_value, d === null ? "" : f.change(d, data.unit, look.lang));
    text(parts.change_word, trend === "better" || trend === "worse" ? look.words[trend] : "");
  }

  /* The digits' ground, which fades; on a wall it stands until a later painting (wall.css). Not for every step of a busy figure: it would
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
  board.tiles = {paint, text, attr, fill};
})(window.board = window.board || {});
