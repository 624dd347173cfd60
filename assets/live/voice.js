/* Announces to screen readers, in a sentence, that the connection was lost or is back, or that figures went off target or came back.
   It never announces numbers, and at most one sentence in twenty seconds. A change that was undone meanwhile is not announced. */
(function (board) {
  "use strict";
  const EVERY_MS = 20000, NAMED = 3;
  const from = new Map(), now = new Map();
  let said = -Infinity, timer = 0, standing = "", announced = "", look = null;

  /* Of the verdicts only off target counts: into it and out of it. */
  function crossed(kpi, title, before, after, its) {
    look = its;
    if (!from.has(kpi)) from.set(kpi, before === "off");
    now.set(kpi, [after === "off", title]);
    if (from.get(kpi) === now.get(kpi)[0]) forget(kpi);
    soon();
  }
  const forget = kpi => { from.delete(kpi); now.delete(kpi); };

  /* The state of the connection. Reconnecting is not announced, because it is often over at once. */
  function stands(status, its) {
    look = its;
    if (status === "reconnecting" || status === standing) return;
    if (!standing) announced = status;
    standing = status;
    soon();
  }

  function sentences() {
    const found = [], words = look.words;
    if (standing !== announced) found.push(words["said_" + standing]);
    for (const [name, isMissed] of [["said_missed", true], ["said_met", false]]) {
      const titles = [...now.values()].filter(([is]) => is === isMissed).map(([, title]) => title);
      if (!titles.length) continue;
      const more = titles.length > NAMED ? [board.tiles.fill(words.said_more, {n: titles.length})] : [];
      found.push(board.tiles.fill(words[name], {names: [...titles.slice(0, NAMED), ...more].join(words.comma)}));
    }
    return found.filter(Boolean);
  }
  function soon() {
    if (!timer && (now.size || standing !== announced)) timer = setTimeout(say, Math.max(500, said + EVERY_MS - performance.now()));
  }
  const placeOf = () => document.querySelector("#react-entry-point [data-voice]") || document.querySelector("[data-voice]");
  function say() {
    timer = 0;
    const place = placeOf(), news = sentences();
    from.clear();
    now.clear();
    announced = standing;
    if (!place || !news.length) return;
    said = performance.now();
    board.tiles.text(place, news.join(look.words.pause));
  }

  /* What came of what the reader did is said at once. */
  function answer(text) {
    const place = placeOf();
    if (place) board.tiles.text(place, text);
  }

  board.voice = {crossed, stands, answer};
})(window.board = window.board || {});
