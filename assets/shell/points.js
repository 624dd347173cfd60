/* Makes the points of a chart links; callbacks/charts.py follows the pressed one. This script adds keyboard access (a chart is one stop,
   arrows move between points, Enter opens one), names the points, and makes the names beside bars pressable. */
(function (board) {
  "use strict";
  const BACK = ["ArrowLeft", "ArrowUp"], ON = ["ArrowRight", "ArrowDown"];
  const known = new WeakSet(), keys = new WeakMap();

  /* Called by Dash with every chart's last press: the address of the point that was pressed just now. */
  function pressed(presses) {
    const {no_update, callback_context} = window.dash_clientside, [newest] = callback_context.triggered;
    const {points} = newest && newest.prop_id.endsWith(".clickData") && newest.value || {}, point = points && points.find(p => p.id);
    if (!point) return no_update;
    const to = new URL(point.id, location.href);
    if (to.href === location.href) return no_update;
    board.go.leaving();
    return to.href;
  }

  /* Called when a chart was drawn for the first time. */
  function drawn(plot) {
    const place = plot.closest && plot.closest(".chart-plot[data-does]");
    if (!place || !plot.on || known.has(plot)) return;
    known.add(plot);
    plot.on("plotly_afterplot", () => name(plot, place));
    plot.on("plotly_hover", ({points}) => over(plot, points.find(p => p.id)));
    plot.on("plotly_unhover", () => over(plot));
    name(plot, place);
  }

  function over(plot, point) {
    plot.classList.toggle("is-over-link", Boolean(point));
    for (const {el, trace, n} of keys.get(plot) || []) {
      el.classList.toggle("is-over", Boolean(point) && trace.index === point.curveNumber && n === point.pointNumber);
    }
  }

  /* The elements of the points that lead somewhere, in the order in which they are seen; each with its trace and place in it. */
  function linksOf(plot) {
    const found = [];
    for (const group of plot.querySelectorAll(".barlayer .trace, .scatterlayer .trace")) {
      const trace = group.__data__ && group.__data__[0] && group.__data__[0].trace;
      if (!trace || !trace.ids) continue;
      for (const el of group.querySelectorAll(".point")) {
        const n = el.__data__ && el.__data__.i;
        if (trace.ids[n] && !el.matches(":empty.point:is(g)")) found.push({el, trace, n, holds: hasArea(el)});
      }
    }
    const isAcross = found.length && found[0].trace.orientation === "h";
    return isAcross ? found.reverse() : found.sort((a, b) => a.trace.x[a.n] < b.trace.x[b.n] ? -1 : 1);
  }
  /* A bar of nothing has no area, and a browser gives what has none no focus. */
  function hasArea(el) {
    const {width, height} = el.getBBox();
    return width > 0 && height > 0;
  }
  function name(plot, place) {
    const links = linksOf(plot), {does} = place.dataset, look = board.look();
    if (!links.length) return;
    const able = links.filter(({holds}) => holds), held = able.find(({el}) => el.getAttribute("tabindex") === "0");
    const first = held || (links[0].trace.orientation === "h" ? able[0] : able.at(-1));
    for (const link of links) {
      link.el.setAttribute("data-to", link.trace.ids[link.n]);
      if (!link.holds) {
        for (const its of ["role", "tabindex", "aria-label"]) link.el.removeAttribute(its);
        continue;
      }
      link.el.setAttribute("role", "link");
      link.el.setAttribute("tabindex", link === first ? "0" : "-1");
      link.el.setAttribute("aria-label", `${said(link, place, look)} · ${does}`);
    }
    keys.set(plot, links);
  }
  /* What a point shows: its name and its value. */
  function said({trace, n}, place, look) {
    const {unit} = place.closest(".chart").dataset, of = values => Array.isArray(values) ? values[n] : values;
    if (trace.orientation === "h") return `${trace.y[n]} ${of(trace.text)}`;
    if (trace.customdata) return [of(trace.customdata)].flat()[0];
    return `${trace.x[n]} ${of(trace.text) || board.format.text(trace.y[n], unit, look.lang)}`;
  }

  function open(plot, {trace, n}) {
    plot.emit("plotly_click", {points: [{id: trace.ids[n], curveNumber: trace.index, pointNumber: n, x: trace.x[n], y: trace.y[n]}]});
  }
  function at(el) {
    const plot = el.closest && el.closest(".js-plotly-plot"), links = (plot && keys.get(plot) || []).filter(({holds}) => holds);
    return [plot, links, links.findIndex(link => link.el === el)];
  }

  document.addEventListener("keydown", e => {
    const [plot, links, n] = at(e.target);
    if (n < 0 || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === "Enter" || e.key === " ") open(plot, links[n]);
    else if (BACK.includes(e.key)) move(links, n, n - 1);
    else if (ON.includes(e.key)) move(links, n, n + 1);
    else if (e.key === "Home") move(links, n, 0);
    else if (e.key === "End") move(links, n, links.length - 1);
    else return;
    e.preventDefault();
  });
  function move(links, from, to) {
    const next = links[Math.max(0, Math.min(links.length - 1, to))].el;
    links[from].el.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  }

  /* Whoever comes by keyboard sees what a pointer would show. */
  document.addEventListener("focusin", e => {
    const [plot, links, n] = at(e.target);
    if (n >= 0 && e.target.matches(":focus-visible")) window.Plotly.Fx.hover(plot, [{curveNumber: links[n].trace.index, pointNumber: links[n].n}]);
  });
  document.addEventListener("focusout", e => {
    const [plot, , n] = at(e.target);
    if (n >= 0) window.Plotly.Fx.unhover(plot);
  });

  /* The name beside a bar is part of the bar. */
  document.addEventListener("click", e => {
    const tick = e.target.closest && e.target.closest(".chart-plot[data-does] .ytick"), plot = tick && tick.closest(".js-plotly-plot");
    const link = plot && (keys.get(plot) || []).find(({trace, n}) => trace.orientation === "h" && trace.y[n] === tick.textContent);
    if (link) open(plot, link);
  });

  window.dash_clientside = Object.assign(window.dash_clientside || {}, {points: {pressed}});
  board.points = {drawn};
})(window.board = window.board || {});
