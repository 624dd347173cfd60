/* Updates the wall's own parts in the elements that are there: 24 hours, towns, and the label of a late part.
   It draws by the rules of layouts/wall/bars.py and blocks.py. */
(function (board) {
  "use strict";
  const HOURS = 24, EVERY = 6, LAST = 20, HOUR_MS = 3600000, STEPS = 4, drawn = new WeakMap();
  const one = x => Math.floor(x * 10 + 0.5) / 10;

  function top(values) {
    const greatest = Math.max(0, ...values.filter(v => v !== null));
    let step = 1;
    while (step * STEPS < greatest) step *= String(step)[0] === "2" ? 2.5 : 2;
    return [Math.max(1, Math.ceil(greatest / step)) * step, step];
  }
  const bars = (values, end, inset) => values.map((v, i) => v ? `M${+(i + inset).toFixed(2)} 100V${one(100 - 100 * v / end)}H${+(i + 1 - inset).toFixed(2)}V100Z` : "").join("");

  function hours(card, state, look) {
    region(card, state, look);
    const kpi = card.dataset.hours, now = state.series["hours:" + kpi] || Array(HOURS).fill(null), before = state.series["hours_last_year:" + kpi] || Array(HOURS).fill(null);
    const key = [state.epoch, state.rev["hours:" + kpi], state.rev["hours_last_year:" + kpi], state.axes.hours].join();
    if (drawn.get(card) === key) return;
    drawn.set(card, key);
    const [end, step] = top([...now, ...before]), n = Math.floor(end / step), paint = (name, d) => board.tiles.attr(card.querySelector(name), "d", d);
    paint(".bars-line", Array.from({length: n}, (_, k) => `M0 ${one(100 - 100 * (k + 1) * step / end)}H${HOURS}`).join(""));
    paint(".bars-before", bars(before, end, 0.06));
    paint(".bars-now", bars(now.slice(0, -1), end, 0.24));
    paint(".bars-part", bars([...Array(now.length - 1).fill(null), now.at(-1)], end, 0.24));
    words(card.querySelector(".bars-scale"), Array.from({length: n + 1}, (_, k) => [board.format.text(k * step, card.dataset.unit, look.lang), "bottom", 100 * k * step / end]));
    axis(card.querySelector(".bars-axis"), state.axes.hours, look);
    board.tiles.attr(card, "data-empty", [...now, ...before].every(v => v === null) ? "data" : "");
  }
  function axis(el, first, look) {
    if (!first) return;
    const at = [];
    for (let i = 0; i <= LAST; i++) {
      const hour = board.format.local(first + i * HOUR_MS, look.zone).getUTCHours();
      if (hour % EVERY === 0) at.push([board.tiles.fill(el.dataset.word, {hour}), "left", 100 * i / HOURS]);
    }
    words(el, at);
  }
  function words(el, wanted) {
    while (el.children.length > wanted.length) el.lastChild.remove();
    while (el.children.length < wanted.length) el.appendChild(document.createElement("span"));
    wanted.forEach(([text, side, share], n) => {
      const span = el.children[n], style = `${side}:${+share.toPrecision(4)}%`;
      board.tiles.text(span, text);
      board.tiles.attr(span, "style", style);
    });
  }

  /* The towns on one scale; which are silent. */
  function multiples(card, state, look) {
    region(card, state, look);
    const kpi = card.dataset.multiples, cells = state.series["towns:" + kpi] || {}, silent = new Set(state.towns_silent || []);
    const greatest = Math.max(0, ...Object.values(cells).filter(v => v !== null)) || 1;
    for (const el of card.querySelectorAll("[data-multi]")) {
      const v = cells[el.dataset.multi] ?? null, share = v === null ? 0 : Math.max(0, Math.min(1, v / greatest));
      board.tiles.text(el.querySelector(".multi-value"), v === null ? look.tile.words.empty.data : board.format.text(v, card.dataset.unit, look.lang));
      board.tiles.attr(el.querySelector(".multi-bar > span"), "style", `width:${(100 * share).toFixed(1)}%`);
      board.tiles.attr(el, "data-value", board.format.raw(v));
      board.tiles.attr(el, "data-quiet", silent.has(el.dataset.multi) ? "yes" : "");
    }
  }

  /* How a part stands, by the newest event of all that its figure is made from. */
  function region(el, state, look) {
    const at = board.tiles.newest(el.dataset.needs, state), is = board.tiles.stateAt(at, +el.dataset.cadence, look);
    board.tiles.attr(el, "data-state", is.state);
    const place = el.querySelector(".region-state");
    if (place) board.tiles.text(place, board.tiles.wordOf(is, at, !at, look));
  }
  function map(el, state, look) {
    region(el, state, look);
    const inside = el.querySelector(".map"), here = el.dataset.here;
    if (inside) board.tiles.attr(inside, "data-state", el.dataset.state);
    if (inside && here) for (const hex of inside.querySelectorAll("[data-town]")) hex.classList.toggle("is-here", hex.dataset.town === here);
  }

  board.paints = {hours, multiples, regionOf: map};
})(window.board = window.board || {});
