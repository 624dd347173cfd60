/* Upkeep of a wall that nobody attends: night mode, a shift of a few pixels against burn-in, a warning when the clock can't be trusted,
   a bar when no data come, a stored picture for a load without a server, and reloads that wait until the server answers. */
(function (board) {
  "use strict";
  const JUMP_MS = 2000, DRIFT_MS = 5000, UNSURE_MS = 150000, TOLD_MS = 60000, KEEP_MS = 60000, AGAIN_MS = 15000, YOUNG_MS = 1800000, GRACE_MS = 20000, PASS_MS = 20000;
  const POLICY = "Content-Security-Policy";
  const PLACES = [[0, 0], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1]];
  const bands = new WeakMap(), html = document.documentElement, started = performance.now(), keptAt = +html.dataset.kept || 0;
  let room = null, care = {}, words = {}, night = {}, base = Date.now() - performance.now(), syncedAt = 0, jumped = false, drift = null;
  let place = 0, shiftedAt = 0, day = "", keptLast = 0, reloading = false, planned = "", root = null, passedAt = 0;

  const local = () => board.format.local(board.now(), root.dataset.zone).toISOString();
  const within = (clock, from, to) => from <= to ? clock >= from && clock < to : clock >= from || clock < to;

  // ---- Clock

  /* Whether this clock was moved since the server last told the time, or since the page was loaded. */
  const isMoved = () => jumped || Math.abs(Date.now() - performance.now() - base) > JUMP_MS;

  /* Called with each answer that carries the server's time, before it is taken over. */
  board.onTime = serverNow => {
    const off = serverNow - board.now(), isOff = syncedAt > 0 && Math.abs(off) > DRIFT_MS;
    if (isOff || isMoved()) drift = {seconds: Math.round(Math.abs(off) / 1000), at: performance.now()};
    syncedAt = performance.now();
    base = Date.now() - performance.now();
    jumped = false;
  };
  function clock() {
    if (board.past) return void board.tiles.attr(html, "data-trust", "sure");
    const t = performance.now();
    jumped = isMoved();
    const told = drift && drift.seconds > 0 && t - drift.at < TOLD_MS, unsure = jumped || (t - syncedAt > UNSURE_MS && t - started > GRACE_MS) || keptAt > 0;
    board.tiles.attr(html, "data-trust", unsure || told ? "doubt" : "sure");
    const el = document.querySelector("[data-doubt]");
    if (el) board.tiles.text(el, unsure ? words.doubt : told ? board.tiles.fill(words.doubt_long, {seconds: drift.seconds}) : "");
  }

  // ---- The bar at the top

  /* To the second: 7 min 28 s, as layouts/text/times.py writes it. */
  function lasting(age, lang) {
    const zh = lang === "zh", s = Math.max(0, Math.floor(age)), part = (n, word) => `${n}\u00a0${word}`, two = n => String(n).padStart(2, "0");
    if (s < 60) return part(s, zh ? "秒" : "s");
    const found = `${part(Math.floor(s / 60) % 60, zh ? "分" : "min")}\u00a0${part(two(s % 60), zh ? "秒" : "s")}`;
    return s < 3600 ? found : `${part(Math.floor(s / 3600), zh ? "小时" : "h")}\u00a0${found}`;
  }
  /* What is wrong with the whole picture, in one bar beside the clock: no connection, or nothing comes in. While the history is being
     filled nothing is silent, however old the newest event is. */
  function bar() {
    const state = board.topics.get(board.main()), look = board.look(), age = state && state.at ? (board.now() - state.at) / 1000 : 0;
    const isFilling = Boolean(room.dataset.filling) || Boolean(state && state.behind), isGone = html.dataset.live === "stale" && !keptAt;
    const isSilent = !isGone && !isFilling && (board.past || html.dataset.live === "live") && age > care.silence_s;
    if (isSilent !== "silence" in html.dataset) isSilent ? html.dataset.silence = "" : delete html.dataset.silence;
    const what = room.querySelector("[data-bar-what]"), more = room.querySelector("[data-bar-more]");
    if (isGone && state) goneSaid(what, more, state, look);
    else if (isSilent) {
      const span = board.format.span(age, look.lang), moment = board.format.moment(state.at, board.now(), look.zone, look.lang);
      board.tiles.text(what, board.tiles.fill(words.silence, {span}));
      board.tiles.text(more, board.tiles.fill(words.since, {moment, span}));
    }
    board.tiles.attr(html, "data-bar", isGone ? "gone" : isSilent ? "silent" : "");
    alertsSaid(isGone, state);
  }
  function goneSaid(what, more, state, look) {
    const since = board.lostAt() || state.now, tries = board.tries(), comma = look.lang === "zh" ? "，" : ", ";
    board.tiles.text(what, board.tiles.fill(board.isStopped() ? words.stopped : words.gone, {span: lasting((Date.now() - since) / 1000, look.lang)}));
    const parts = [board.tiles.fill(words.standing, {moment: board.format.clock(state.now, look.zone)})];
    if (tries) parts.push(board.tiles.fill(words.trying, {n: tries}));
    board.tiles.text(more, parts.join(comma));
  }
  /* Without a connection nobody knows how the alerts stand. What the band said before is put back when the connection is. */
  function alertsSaid(isGone, state) {
    for (const el of room.querySelectorAll("[data-band=alerts]")) {
      if (isGone === "before" in el.dataset) continue;
      const first = el.querySelector(".band-first"), second = el.querySelector(".band-second");
      if (isGone) {
        el.dataset.before = "";
        bands.set(el, [...el.cloneNode(true).childNodes]);
        const n = (state && state.alerts || []).length;
        first.textContent = words.unknown_alerts;
        second.textContent = n ? board.tiles.fill(words.before_alerts, {n}) : words.before_none;
      } else {
        el.replaceChildren(...bands.get(el));
        delete el.dataset.before;
      }
    }
  }
  /* An urgent alert: for how long, to the second; without a connection, that nobody knows. */
  function urgent() {
    const isGone = html.dataset.bar === "gone";
    for (const el of room.querySelectorAll(".urgent-word")) {
      if (isGone === "before" in el.dataset) continue;
      if (isGone) el.dataset.before = el.textContent;
      board.tiles.text(el, isGone ? words.unknown_alerts : el.dataset.before);
      if (!isGone) delete el.dataset.before;
    }
    if (isGone) return;
    for (const el of room.querySelectorAll("[data-since]")) {
      board.tiles.text(el, board.tiles.fill(words.for, {span: lasting((board.now() - el.dataset.since) / 1000, root.dataset.lang)}));
    }
  }

  // ---- Night, shift, duty

  function dim(now) {
    const isNight = within(now, night.from, night.to), el = document.querySelector(".wall-night");
    board.tiles.attr(html, "data-night", isNight ? "yes" : "");
    if (el) el.style.opacity = isNight ? String(1 - night.brightness) : "0";
  }
  function duty(now) {
    for (const el of document.querySelectorAll("[data-duty]")) {
      const found = JSON.parse(el.dataset.duty).find(([from, to]) => within(now, from, to));
      board.tiles.text(el, found ? found[2] : el.dataset.none);
    }
  }
  /* The next place in turn, taken while a picture changes, so that nobody sees it move. */
  function shift() {
    if (performance.now() - shiftedAt < 60000 * care.shift_minutes) return;
    shiftedAt = performance.now();
    const [x, y] = PLACES[place = (place + 1) % PLACES.length];
    room.style.setProperty("--dx", `${x * care.shift_px}px`);
    room.style.setProperty("--dy", `${y * care.shift_px}px`);
  }

  // ---- Reloads, and the picture that is kept

  /* Only once the server can serve live figures: a wall that reloads into an error page is worse than an old one. */
  async function reloadWhenReady(why) {
    if (reloading) return;
    reloading = true;
    board.reloads = why;
    while (!await fetch("/readyz", {cache: "no-store", signal: AbortSignal.timeout(5000)}).then(r => r.ok, () => false)) {
      await new Promise(go => setTimeout(go, AGAIN_MS));
    }
    location.reload();
  }
  function reloads(now) {
    const socket = board.socket();
    if (keptAt && socket && socket.connected) return void reloadWhenReady("back");
    if (performance.now() - started < YOUNG_MS) return;
    const heap = performance.memory ? performance.memory.usedJSHeapSize / 1048576 : 0;
    if (heap > care.memory_mb) return void reloadWhenReady("memory");
    if (now === care.reload_at && planned !== now) {
      planned = now;
      reloadWhenReady("planned");
    }
  }
  /* Where the board shows nothing without a token: one that was revoked brings back the screen that pairs it. */
  async function pass() {
    if (performance.now() - passedAt < PASS_MS) return;
    passedAt = performance.now();
    const answer = await fetch("/wall/pass", {cache: "no-store", signal: AbortSignal.timeout(5000)}).catch(() => null);
    if (answer && answer.status === 401) location.reload();
  }
  /* A new day also begins months, quarters and years: the server builds the picture again. */
  function rollover(today) {
    if (day && day !== today) board.wall.act("refresh");
    day = today;
  }
  /* With the policy that the server gives, under which styles are in data-style (assets/live/dress.js). */
  async function keep() {
    if (!window.caches || keptAt || html.dataset.live !== "live" || Date.now() - keptLast < KEEP_MS || document.querySelector(".is-next, .is-coming")) return;
    keptLast = Date.now();
    const copy = html.cloneNode(true), answer = await fetch("/wall/pass", {cache: "no-store", signal: AbortSignal.timeout(5000)}).catch(() => null);
    const policy = answer && answer.headers.get(POLICY), store = await caches.open("board-wall");
    if (!policy) return;
    copy.dataset.kept = board.now();
    copy.querySelectorAll("style").forEach(el => el.remove());
    for (const el of copy.querySelectorAll("[style]")) {
      el.dataset.style = [el.dataset.style || "", el.getAttribute("style")].join(";");
      el.removeAttribute("style");
    }
    await store.put("/wall-kept", new Response("<!DOCTYPE html>" + copy.outerHTML, {headers: {"Content-Type": "text/html; charset=utf-8", [POLICY]: policy}}));
  }
  function sayKept() {
    const el = document.querySelector("[data-kept]:not(html)");
    if (el && keptAt) el.textContent = board.tiles.fill(words.kept, {moment: board.format.moment(keptAt, board.now(), root.dataset.zone, root.dataset.lang)});
  }

  function tick() {
    const at = local(), now = at.slice(11, 16);
    clock();
    bar();
    urgent();
    duty(now);
    rollover(at.slice(0, 10));
    if (board.past) return;  // a replay is neither dimmed nor stored nor reloaded, because somebody uses it
    dim(now);
    reloads(now);
    pass();
    if (performance.now() - shiftedAt > 120000 * care.shift_minutes) shift();
    keep().catch(() => { /* no space left: the wall works without it */ });
  }
  function begin() {
    room = document.querySelector(".wall-room");
    root = document.querySelector(".board[data-zone]");
    if (!room || !root || !board.now) return;
    care = JSON.parse(room.dataset.care);
    words = JSON.parse(room.dataset.wordsWall);
    night = JSON.parse(room.dataset.night);
    shiftedAt = performance.now();
    if (keptAt) board.dress(document);
    sayKept();
    if (navigator.serviceWorker && !board.past) navigator.serviceWorker.register("/wall-sw.js", {scope: "/wall"}).catch(() => { /* plain http: see the how-to */ });
    addEventListener("error", () => { board.counts.errors++; });
    addEventListener("unhandledrejection", () => { board.counts.errors++; });
    setInterval(tick, 1000);
    tick();
  }

  board.care = {shift, reloadWhenReady, lasting};
  board.readyPath = "/readyz";
  document.addEventListener("DOMContentLoaded", begin, {once: true});
})(window.board = window.board || {});
