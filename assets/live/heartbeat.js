/* Sends a heartbeat of this screen every 20 seconds, for /health and its alerts. It is about the screen alone: its id is a random one
   of this tab, and it holds nothing about a person. feeds/screens/heartbeats.py checks its form. */
(function (board) {
  "use strict";
  const EVERY_MS = 20000, FIRST_MS = 2000, KEY = "board.screen";
  let paints = -1, paintedAt = performance.now(), said = -EVERY_MS;
  const isWall = location.pathname === "/wall", shelf = isWall ? "localStorage" : "sessionStorage", key = isWall ? KEY + location.search : KEY;
  const id = take() || Array.from(crypto.getRandomValues(new Uint8Array(8)), b => b.toString(16).padStart(2, "0")).join("");

  /* Taken out while the page is open, so that a copy of the tab gets an id of its own. A wall's stays where it is: after a power cut it is the
     same wall, and not another beside one that vanished. */
  function take() {
    try {
      const kept = window[shelf].getItem(key);
      if (!isWall) window[shelf].removeItem(key);
      return kept;
    } catch {
      return null;
    }
  }
  function give() {
    try {
      window[shelf].setItem(key, id);
    } catch { /* then the next page is another screen */ }
  }

  board.screen = id;

  function beat() {
    const root = document.querySelector(".board[data-area]"), counts = board.counts, state = board.topics;
    if (!root || !counts || !board.say) return false;
    const whole = n => Math.max(0, Math.round(n) || 0), {area, period, lang, build} = root.dataset, at = state.at(`${area}/${period}`);
    const body = {
      id, path: location.pathname, lang, area, width: whole(innerWidth), height: whole(innerHeight), build, uptime_s: whole(performance.now() / 1000),
      reconnects: whole(counts.connects - 1), resyncs: whole(counts.resyncs), paints: whole(counts.paints),
      painted_ago_ms: whole(performance.now() - paintedAt), seq: whole(at ? at[1] : 0), errors: whole(counts.errors),
    };
    const shown = board.wall && board.wall.now();
    if (shown) body.scene = shown.scene;
    if (document.hidden) body.hidden = true;
    if (performance.memory) body.heap_mb = whole(performance.memory.usedJSHeapSize / 1048576);
    return board.say("here", body);
  }
  function tick() {
    const now = board.counts ? board.counts.paints : -1, t = performance.now();
    if (now !== paints) paintedAt = t;
    paints = now;
    if (t >= FIRST_MS && t - said >= EVERY_MS && beat()) said = t;
  }

  /* A wall that is closed sends a goodbye; one that vanishes without it counts as missing. */
  function goodbye() {
    give();
    if (isWall && navigator.sendBeacon) navigator.sendBeacon("/wall/bye", id);
  }

  if (isWall) give();
  addEventListener("pagehide", goodbye);
  addEventListener("visibilitychange", () => performance.now() >= FIRST_MS && beat());
  addEventListener("pageshow", e => e.persisted && take());
  setInterval(tick, 1000);
})(window.board = window.board || {});
