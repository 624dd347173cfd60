/* The alert strip at the foot of the wall, as layouts/alerts/strip.py writes it first: the alerts that fire in the page's topic, worst
   first, two at most and the number of the others. It is written only when it changes, so that it does not flicker and a screen reader
   does not repeat it. */
(function (board) {
  "use strict";
  const SHOWN = 2;
  const shown = new WeakMap();

  function paint(state, look) {
    for (const el of document.querySelectorAll("[data-alerts]")) {
      const found = state && state.alerts || [], key = JSON.stringify([found, look.lang, new Date(look.now).toDateString()]);
      if (shown.get(el) === key || !state) continue;
      shown.set(el, key);
      el.replaceChildren(...found.slice(0, SHOWN).map(one => alert(one, look)), ...more(found.length - SHOWN, look));
    }
  }
  function alert(one, look) {
    const i = look.lang === "zh" ? 0 : 1, el = part("alert");
    el.dataset.severity = one.severity;
    el.dataset.state = one.silent ? "silent" : one.state;
    const since = board.tiles.fill(look.words.alert_since, {moment: board.format.moment(one.fired, look.now, look.zone, look.lang)});
    el.append(part("alarm-mark"), part("alert-word", look.words["alert_" + one.severity]), part("alert-what", `${one.place[i]} ${one.title[i]}`),
      part("alert-value", one.said[i]), part("alert-since", since));
    return el;
  }
  const more = (n, look) => n > 0 ? [part("alert-more", board.tiles.fill(look.words.alerts_more, {n}))] : [];
  function part(name, text = "") {
    const el = document.createElement("span");
    el.className = name;
    el.textContent = text;
    return el;
  }

  board.alarms = {paint};
})(window.board = window.board || {});
