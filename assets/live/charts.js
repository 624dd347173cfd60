/* Redraws the charts of dcc.Graph when their series change: one at a time, each at most every two seconds, and always from the
   newest state. On a slow machine it draws less often, but never an old state. */
(function (board) {
  "use strict";
  const EACH_MS = 2000, PAUSE_MS = 250, SHARE = 4, HOUR_MS = 3600000, DAY_MS = 86400000, FEW = 4;
  const waiting = new Set(), drawn = new WeakMap(), looks = new WeakMap();
  let timer = 0;

  const plotOf = card => card.querySelector(".js-plotly-plot");
  const seriesOf = card => (card.dataset.series || "").split(" ");
  const key = (card, state) => seriesOf(card).map(name => state.rev[name]).join() + JSON.stringify(state.axes) + state.epoch;

  /* Ask for a chart to be brought up to its topic's state, some time soon. */
  function want(card, state, look) {
    if (!drawn.has(card)) drawn.set(card, {key: "", at: 0, y: null});
    looks.set(card, look);
    const plot = plotOf(card), mark = drawn.get(card), front = plot && plot.data && plot.data.at(-1);
    const replaced = mark.y && front && front[mark.field] !== mark.y;
    if (mark.key === key(card, state) && !replaced) return;
    waiting.add(card);
    if (!timer) timer = setTimeout(pump, PAUSE_MS);
  }

  function pump() {
    timer = 0;
    const now = performance.now();
    let card = null, soonest = Infinity;
    for (const other of waiting) {
      if (!other.isConnected) waiting.delete(other);
      else if (drawn.get(other).at < soonest) soonest = drawn.get(card = other).at;
    }
    if (!card) return;
    const wait = soonest ? soonest + EACH_MS - now : 0;
    if (wait > 0 || document.hidden || !window.Plotly) timer = setTimeout(pump, Math.max(wait, document.hidden ? EACH_MS : PAUSE_MS));
    else idle(() => draw(card));
  }
  const idle = task => window.requestIdleCallback ? requestIdleCallback(task, {timeout: 1000}) : setTimeout(task);

  function draw(card) {
    if (!waiting.delete(card)) return;  // it was asked for twice before the page had time
    const look = looks.get(card), state = board.topics.get(`${card.dataset.area}/${card.dataset.period}`), plot = plotOf(card);
    const start = performance.now(), mark = drawn.get(card);
    mark.at = start;
    if (look && state && plot && plot._fullLayout && plot.data && plot.data.length && card.isConnected) {
      try {
        Object.assign(mark, {key: key(card, state)}, (kinds[card.dataset.chart] || kinds.bars)(card, plot, state, look()));
        board.tiles.attr(card, "data-empty", seriesOf(card).every(name => isEmpty(state.series[name])) ? "data" : "");
        table(card);
        board.counts.charts++;
      } catch (error) {
        board.counts.errors++;
        console.warn("chart", card.dataset.series, error);
      }
    }
    const took = performance.now() - start;
    if (waiting.size && !timer) timer = setTimeout(pump, Math.max(PAUSE_MS, took * SHARE));
  }

  /* Whether a drawn trace has these values already, as one that the page just came with does. */
  const alike = (drawn, values) => !!drawn && Array.from(drawn).join() === values.join();
  const isEmpty = values => !values || Object.values(values).every(v => v === null);
  const iso = (ms, length) => new Date(ms).toISOString().slice(0, length);
  const hour = (state, look, n) => board.format.local(state.axes.hours, look.zone).getTime() + n * HOUR_MS;
  const day = (state, n) => Date.parse(state.axes.days) + n * DAY_MS;
  /* What bars are made of, by code; what belongs to no town is no bar. */
  function cellsOf(card, state) {
    const cells = Object.entries(state.series[seriesOf(card)[0]] || {});
    return card.dataset.chart === "towns" ? cells.filter(([code]) => code !== "unknown") : cells;
  }
  /* The rows of sorted bars, the least first. */
  function sorted(card, state) {
    const names = JSON.parse(card.dataset.labels || "{}");
    const rows = cellsOf(card, state).filter(([, v]) => v).map(([code, v]) => [v, names[code] || code, code]);
    return rows.sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1));
  }

  const kinds = {
    hours(card, plot, state, look) {
      return timed(card, plot, state, n => iso(hour(state, look, n), 16), iso(hour(state, look, 0), 10) + "T00:00");
    },
    days(card, plot, state) {
      const monday = day(state, 0) - (new Date(day(state, 0)).getUTCDay() + 6) % 7 * DAY_MS;
      return timed(card, plot, state, n => iso(day(state, n), 10), iso(monday, 10));
    },
    bars(card, plot, state, look) {
      const {unit} = card.dataset, rows = sorted(card, state);
      const greatest = Math.max(0, ...rows.map(r => r[0])) || 1, layout = {"xaxis.range": [0, greatest * 1.2]};
      const x = rows.map(r => r[0]), y = rows.map(r => r[1]);
      rest(card, state, look);
      if (alike(plot.data[0].x, x) && alike(plot.data[0].y, y)) return {y: plot.data[0].x, field: "x"};
      plot.closest(".chart-plot").style.setProperty("--rows", rows.length);
      window.Plotly.update(plot, {x: [x], y: [y], ids: [rows.map(r => link(card, r[2]))], text: [x.map(v => board.format.text(v, unit, look.lang))]}, layout, [0]);
      return {y: x, field: "x"};
    },
  };

  /* Last year behind, this year in front; the past is only touched when the axis moved on. The hour or day that is not over, and the one
     within which the data end, is paler and has no whole one of last year beside it (layouts/parts/plots.py). */
  const lastKnown = values => values.reduce((last, v, n) => v === null ? last : n, -1);
  const finished = (past, last) => past.map((v, n) => n !== last && n < past.length - 1 ? v : null);
  function timed(card, plot, state, label, tick0) {
    const [whole, current] = seriesOf(card).map(name => state.series[name] || []), last = lastKnown(current);
    const past = finished(whole, last), old = plot.data[1], shade = current.map((_, n) => n === last ? +card.dataset.partial : 1);
    const x = current.map((_, n) => label(n)), y = current.slice(), layout = {};
    if (!old || plot.data.length < 2) return {};
    const few = Math.max(0, ...y, ...past) < FEW, wasFew = plot.layout.yaxis && plot.layout.yaxis.dtick === 1;
    if (few && !wasFew) Object.assign(layout, {"yaxis.dtick": 1, "yaxis.range": [0, FEW]});
    if (!few && wasFew) Object.assign(layout, {"yaxis.dtick": null, "yaxis.autorange": true});
    if (alike(old.x, x) && alike(plot.data[0].y, past)) {
      if (alike(old.y, y) && few === !!wasFew) return {y: old.y, field: "y"};
      window.Plotly.update(plot, {y: [y], "marker.opacity": [shade]}, layout, [1]);
    } else {
      window.Plotly.update(plot, {x: [x, x], y: [past.slice(), y], ids: [[], ids(card, x)], "marker.opacity": [1, shade]}, Object.assign(layout, {"xaxis.tick0": tick0}), [0, 1]);
    }
    return {y, field: "y"};
  }

  /* Where a bar leads. */
  const link = ({dataset: {go}}, code) => (go || "").replace("CODE", encodeURIComponent(code));

  /* Where the days of a chart lead: each to itself, the last one to today. */
  function ids(card, days) {
    const {go, goToday} = card.dataset;
    return go ? days.map((day, n) => n < days.length - 1 ? go.replaceAll("DAY", day) : goToday || "") : [];
  }

  /* The sentence beneath bars: how many are zero, which have no data, and what belongs to no town (layouts/parts/charts.py). */
  function rest(card, state, look) {
    const el = card.querySelector("[data-rest]");
    if (!el) return;
    const words = JSON.parse(el.dataset.rest), {unit, kpiOf} = card.dataset, cells = cellsOf(card, state), values = cells.map(([, v]) => v);
    const names = JSON.parse(card.dataset.labels || "{}"), silent = cells.filter(([, v]) => v === null).map(([code]) => names[code] || code).sort();
    const zeros = values.filter(v => v === 0).length, [over] = state.series["elsewhere:" + kpiOf] || [null], said = [];
    if (zeros) said.push(values.some(Boolean) ? board.tiles.fill(zeros === 1 ? words.zeros_one : words.zeros, {n: zeros}) : words.all_zero);
    if (silent.length && silent.length < cells.length) said.push(board.tiles.fill(words.silent, {names: silent.join(words.and)}));
    if (words.elsewhere && over) said.push(board.tiles.fill(words.elsewhere, {value: board.format.text(over, unit, look.lang)}));
    board.tiles.text(el, said.join(words.comma));
  }

  /* The table behind a chart, while it is unfolded. */
  function table(card) {
    const body = card.querySelector("details[open] tbody"), state = board.topics.get(`${card.dataset.area}/${card.dataset.period}`), look = looks.get(card);
    if (!body || !state || !look) return;
    const unit = card.dataset.unit, {lang, tile} = look(), rows = tableRows(card, state, look());
    const word = v => v === null || v === undefined ? tile.words.empty.data : board.format.text(v, unit, lang);
    while (body.rows.length > rows.length) body.deleteRow(-1);
    while (body.rows.length && body.rows.length < rows.length) body.appendChild(body.rows[0].cloneNode(true));
    rows.forEach(([name, link, ...values], n) => {
      const cells = body.rows[n] && body.rows[n].cells;
      if (!cells) return;
      heading(cells[0], name, link);
      values.forEach((v, k) => board.tiles.text(cells[k + 1], word(v)));
    });
  }
  /* A row's name, which leads where the chart's own point does. */
  function heading(cell, name, href) {
    if (!href) return void board.tiles.text(cell, name);
    if (!cell.querySelector("a")) cell.replaceChildren(document.createElement("a"));
    board.tiles.text(cell.firstChild, name);
    board.tiles.attr(cell.firstChild, "href", href);
  }
  /* Of each row its name, its link, and its values. */
  function tableRows(card, state, look) {
    const {chart} = card.dataset;
    if (chart === "hours" || chart === "days") {
      const [whole, current] = seriesOf(card).map(name => state.series[name] || []), past = finished(whole);
      const isHours = chart === "hours", name = n => isHours ? iso(hour(state, look, n), 16).slice(11) : iso(day(state, n), 10);
      const names = current.map((_, n) => name(n)), links = isHours ? [] : ids(card, names);
      return current.map((v, n) => [names[n], links[n] || "", v, past[n]]);
    }
    return sorted(card, state).sort((a, b) => b[0] - a[0] || (a[1] < b[1] ? -1 : 1)).map(([v, name, code]) => [name, link(card, code), v]);
  }
  document.addEventListener("toggle", e => {
    const card = e.target.closest && e.target.closest("[data-chart]");
    if (card) table(card);
  }, true);

  board.charts = {want};
})(window.board = window.board || {});
