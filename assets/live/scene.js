/* Updates what a page has besides tiles and charts: sparklines, clock, reporting towns, data as of.
   It fills the elements that layouts/parts/sparkline.py and components.py made, by the same rules. */
(function (board) {
  "use strict";
  const SPARK_MS = 5000, WIDTH = 160, HEIGHT = 32, INSET = 4;
  const lines = new WeakMap();

  /* A tile's sparkline, when its series changed and it was not drawn just now; whether it is still to be drawn. */
  function spark(tile, state, now) {
    const el = tile.querySelector(".tile-spark"), name = el && el.dataset.series, values = name && state.series[name];
    if (!values) return false;
    const drawn = lines.get(el) || {rev: 1, epoch: state.epoch, at: 0}, rev = state.rev[name];
    lines.set(el, drawn);
    if (drawn.rev === rev && drawn.epoch === state.epoch) return false;
    if (now - drawn.at < SPARK_MS) return true;
    Object.assign(drawn, {rev, epoch: state.epoch, at: now});
    el.innerHTML = picture(values, el.dataset.line, el.dataset.dot);
    return false;
  }
  function picture(values, line, dot) {
    const known = values.filter(v => v !== null);
    if (known.length < 2 || 2 * known.length < values.length) return "";
    const whole = known.slice(0, -1), least = Math.min(...whole), range = Math.max(...whole) - least, one = x => Math.round(x * 10) / 10;
    const share = above => range ? Math.min(Math.max(above / range, 0), 1) : 0.5 + 0.5 * Math.sign(above);
    const at = values.map((v, i) => v === null ? null : [
      one(INSET + (WIDTH - 2 * INSET) * i / (values.length - 1)), one(HEIGHT - INSET - (HEIGHT - 2 * INSET) * share(v - least))]);
    const last = at.findLastIndex(p => p), [x, y] = at[last], stroke = `fill='none' stroke='${line}' stroke-width='2' stroke-linejoin='round' stroke-linecap='round'`;
    return `<svg viewBox='0 0 ${WIDTH} ${HEIGHT}' preserveAspectRatio='xMinYMid meet'><path d='${course(at.slice(0, last))}' ${stroke}/>` +
      `<circle cx='${x}' cy='${y}' r='3.5' fill='${dot}'/></svg>`;
  }

  /* As layouts/parts/drawing.py: broken where a point is missing, a dot where one is alone. */
  function course(points) {
    return points.map((p, i) => p && (i && points[i - 1] ? "L" : "M") + p.join(" ") + (points[i - 1] || points[i + 1] ? "" : "h0")).join("");
  }

  /* The bars around a page, from the page's own topic (which may be missing yet). */
  function bars(state, look) {
    const f = board.format, t = board.tiles, each = (hook, s) => document.querySelectorAll(`[${hook}]`).forEach(el => t.text(el, s));
    each("data-clock", f.clock(look.now, look.zone));
    each("data-date", f.date(look.now, look.zone, look.lang));
    if (!state) return;
    document.querySelectorAll("[data-waiting]").forEach(el => { el.hidden = true; });
    if (state.towns_reporting) each("data-reporting", state.towns_reporting.join("/"));
    if (state.towns_silent) document.querySelectorAll("[data-silent]").forEach(el => silent(el, state.towns_silent, look));
    if (state.at && look.words.as_of) each("data-as-of", t.fill(look.words.as_of, {moment: f.moment(state.at, look.now, look.zone, look.lang)}));
    if (look.words.state) each("data-state-of-topic", t.fill(look.words.state, {epoch: state.epoch, seq: state.seq}));
  }

  /* The title of the link to who reports names the towns that don't. */
  function silent(link, towns, look) {
    const names = JSON.parse(link.dataset.silent), said = towns.map(town => names[town] || town).join(look.words.comma);
    board.tiles.attr(link, "title", said && board.tiles.fill(look.words.silent || "", {towns: said}));
  }

  /* The towns side by side: a row with data-town each (none: the area itself), a column for each of data-kpis. */
  function towns(table, state, look) {
    const kpis = table.dataset.kpis.split(" "), units = table.dataset.units.split(" "), few = +table.dataset.few;
    for (const row of table.tBodies[0].rows) {
      kpis.forEach((kpi, k) => {
        const by = table.dataset.by || "towns", code = row.dataset.town, share = row.cells[k + 1].querySelector(".cell-share");
        const of = name => (state.series[name + ":" + kpi] || {})[code], v = (code ? of(by) : state.set[kpi]) ?? null;
        const said = v === null ? look.tile.words.empty.data : board.format.text(v, units[k], look.lang);
        if (!share) return void board.tiles.text(row.cells[k + 1], said);
        const all = (code ? of(by + "_of") : (state.parts[kpi] || [])[1]) || null;
        const cases = v === null || all === null ? "" : board.format.cases(v * all, all, look.lang), isFew = cases && all < few;
        board.tiles.text(share.firstChild, isFew ? cases : said);
        board.tiles.text(share.lastChild, isFew ? "" : cases);
      });
    }
    kpis.forEach((_, k) => column(table, k, state, look));
  }

  /* A column is as late as its figure; its head says how late. */
  function column(table, k, state, look) {
    const t = board.tiles, needs = table.dataset.needs.split(";")[k], cadence = +table.dataset.cadences.split(" ")[k];
    const at = t.newest(needs, state), is = t.stateOf(needs, cadence, state, look);
    t.text(table.tHead.rows[0].cells[k + 1].querySelector(".column-state"), at ? t.wordOf(is, at, false, look) : "");
    for (const row of table.tBodies[0].rows) t.attr(row.cells[k + 1], "data-state", is.state);
  }

  /* A chart is as alive as the tile of its figure. */
  function state(el, kpi) {
    const tile = document.querySelector(`.tile[data-kpi="${kpi}"][data-area="${el.dataset.area}"][data-period="${el.dataset.period}"]`);
    if (tile) board.tiles.attr(el, "data-state", tile.dataset.state);
  }

  board.scene = {towns, spark, bars, state};
})(window.board = window.board || {});
