/* The alerts that fire, as layouts/alerts draws them first: the strip at the foot of the wall (two at most and the number of the others),
   the badge in the menu, and the lines on a figure's page. Each is written only when it changes, so that it does not flicker and a
   screen reader does not repeat it. `ofFigure` and `count` do what feeds/alerts/firing.py does. */
(function (board) {
  "use strict";
  const SHOWN = 2, SEVERITIES = ["critical", "warning", "notice"];
  const shown = new WeakMap();

  const of = state => state && state.alerts || [];

  /* The most urgent alert of a figure in an area, and in no other; null where none fires. For the mark on a tile. */
  const ofFigure = (state, kpi, area) => of(state).find(one => one.kpi === kpi && one.area === area) || null;

  /* How many fire and how serious they are; null where none does. */
  function count(state) {
    const waiting = of(state).filter(one => one.state === "firing"), counted = waiting.length ? waiting : of(state);
    if (!counted.length) return null;
    const severity = SEVERITIES.find(name => counted.some(one => one.severity === name));
    return {number: counted.length, severity, state: waiting.length ? "firing" : "acknowledged"};
  }

  /* Whether an alert is of what an element names: a figure, domains ("incidents."), or everything. */
  const isAbout = (one, what) => !what || what.split(" ").some(name => name.endsWith(".") ? (one.kpi || "").startsWith(name) : one.kpi === name);

  function paint(state, look) {
    if (!state) return;
    const day = new Date(look.now).toDateString();
    for (const el of document.querySelectorAll("[data-alerts]")) {
      if (isShown(el, [of(state), look.lang, day])) continue;
      el.replaceChildren(...of(state).slice(0, SHOWN).map(one => alert(one, look)), ...more(of(state).length - SHOWN, look));
    }
    for (const el of document.querySelectorAll("[data-alert-count]")) {
      const found = count(state);
      if (!isShown(el, [found, look.lang])) badge(el, found, look);
    }
    for (const el of document.querySelectorAll("[data-alerts-of]")) {
      const found = of(state).filter(one => isAbout(one, el.dataset.alertsOf));
      if (!isShown(el, [found, look.lang, day])) el.replaceChildren(...lines(found, el.dataset, look));
    }
  }
  function isShown(el, what) {
    const key = JSON.stringify(what), is = shown.get(el) === key;
    shown.set(el, key);
    return is;
  }

  function badge(el, found, look) {
    el.dataset.alertCount = found ? found.number : "";
    for (const name of ["severity", "state"]) {
      if (found) el.dataset[name] = found[name];
      else delete el.dataset[name];
    }
    const said = found ? board.tiles.fill(look.words["alerts_" + found.state], {n: found.number, severity: look.words["alert_" + found.severity]}) : "";
    el.title = said;
    const number = part("", found ? String(found.number) : "");
    number.setAttribute("aria-hidden", "true");
    el.replaceChildren(...(found ? [part("alarm-mark"), number, part("unseen", said)] : []));
  }
  function lines(found, {most, to}, look) {
    const rest = more(found.length - most, look).map(said => Object.assign(document.createElement("a"), {href: to, className: said.className, textContent: said.textContent}));
    return [...found.slice(0, most).map(one => line(one, to, look)), ...rest];
  }
  function line(one, to, look) {
    const el = document.createElement("a");
    el.href = to;
    return filled(el, "figure-alert", one, look);
  }
  const alert = (one, look) => filled(document.createElement("span"), "alert", one, look);
  function filled(el, name, one, look) {
    const i = look.lang === "zh" ? 0 : 1;
    el.className = name;
    el.dataset.severity = one.severity;
    el.dataset.state = one.silent ? "silent" : one.state;
    const since = board.tiles.fill(look.words.alert_since, {moment: board.format.moment(one.fired, look.now, look.zone, look.lang)});
    el.append(part("alarm-mark"), part("alert-word", look.words["alert_" + one.severity]), part("alert-what", board.tiles.fill(look.words.alert_of, {place: one.place[i], title: one.title[i]})),
      part("alert-value", one.said[i]), part("alert-since", since));
    return el;
  }
  const more = (n, look) => n > 0 ? [part("alert-more", board.tiles.fill(look.words.alerts_more, {n}))] : [];
  function part(name, text = "") {
    const el = document.createElement("span");
    if (name) el.className = name;
    el.textContent = text;
    return el;
  }

  board.alarms = {paint, ofFigure, count};
})(window.board = window.board || {});
