/* The live client: the connection and its messages, one repaint a frame, the clock, and the reload after a deployment. It needs
   socket.io and the other files of this folder, which only draw and compute.

   Tests and the health page use state() and stats() of window.board; everything else of it is internal. */
(function (board) {
  "use strict";
  const RECONNECTING_MS = 5000, SILENT_MS = 75000, QUIET_MS = 3000, DOUBT_MS = 2000, CUT_MS = 6000, SYNC_MS = 60000, AGAIN_MS = 1000;
  const GONE_MS = 60000;
  /* The engine beats every second, and a page that hears nothing asks how long ago the last beat was. */
  const ENGINE_MS = 6000;
  const counts = board.counts = {
    frames: 0, snapshots: 0, resyncs: 0, differs: 0, connects: 0, paints: 0, charts: 0, errors: 0, paint_ms: 0, paint_max_ms: 0,
  };
  let first = {}, main = "", socket = null, look = null, page = new Map();
  let offset = 0, tries = 0, lostAt = 0, heardAt = 0, probeAt = 0, syncAt = 0, engineAt = 0;
  let shown = null, known = false, reloading = false, isMounted = true, frame = 0, idle = 0;
  const dirty = new Set(), asked = new Map(), later = new Map(), gone = new Map(), seen = new Set();
  /* A replay (assets/wall/replay.js) has a time of its own and no connection: nothing of it is live. */
  const now = () => board.past ? board.past.now() : Date.now() + offset;

  // ---- What is on the page

  /* The elements that show a topic, in the order of their painting. Looked up again only after elements came or went. */
  function survey() {
    isMounted = false;
    const root = document.querySelector("#react-entry-point .board[data-words]"), early = document.getElementById("first-paint");
    if (root && early) (board.early ? board.early.handed(early, root) : early.remove());
    if (root && root !== shown && board.folds) board.folds.arrived(root);
    if (root && root !== shown && board.go) board.go.arrived(root);
    shown = root || shown;
    const data = (root || document.querySelector(".board[data-words]") || document.documentElement).dataset;
    if (data.area && data.period) main = `${data.area}/${data.period}`;
    look = {lang: data.lang || first.lang || "zh", zone: data.zone || first.zone || "Asia/Shanghai", words: JSON.parse(data.words || "{}"), tile: JSON.parse(data.tile || "null"), now: now()};
    page = new Map();
    for (const el of document.querySelectorAll("[data-area][data-period]:not([data-period=range])")) {
      const topic = `${el.dataset.area}/${el.dataset.period}`;
      if (!page.has(topic)) page.set(topic, {tiles: [], rest: []});
      if (el.dataset.kpi) page.get(topic).tiles.push(el);
      else if (el.dataset.chart || el.dataset.kpis || painterOf(el)) page.get(topic).rest.push(el);
    }
    if (board.a11y) board.a11y.arrived();
    follow();
  }

  /* What a page brings of its own, by the data attribute that asks for it. */
  function painterOf(el) {
    for (const name in board.paints || {}) if (name in el.dataset) return board.paints[name];
    return null;
  }

  /* Watch what has come onto the page, and let go of what has been off it for a while. */
  function follow() {
    const wanted = new Set([...Object.keys(first.topics || {}), ...page.keys()]), fresh = [...wanted].filter(topic => !seen.has(topic));
    for (const topic of wanted) gone.delete(topic);
    for (const topic of seen) if (!wanted.has(topic) && !gone.has(topic)) gone.set(topic, Date.now());
    fresh.forEach(topic => seen.add(topic));
    if (fresh.length) watch(fresh);
  }
  function forget() {
    for (const [topic, since] of gone) {
      if (Date.now() - since < GONE_MS) continue;
      gone.delete(topic);
      seen.delete(topic);
      asked.delete(topic);
      board.topics.drop(topic);
      if (socket && socket.connected) socket.emit("unwatch", {topics: [topic]});
    }
  }

  // ---- Painting: numbers in the next animation frame, everything else when the page has time

  function paintSoon() {
    if (!frame) frame = requestAnimationFrame(paint);
  }
  function paint() {
    frame = 0;
    const start = performance.now();
    if (isMounted) survey();
    look.now = now();
    for (const topic of dirty) each(topic, "tiles", (el, state) => board.tiles.paint(el, state, look));
    standing();
    if (board.past) board.past.done();
    counts.paints++;
    const took = performance.now() - start;
    counts.paint_ms += took;
    counts.paint_max_ms = Math.max(counts.paint_max_ms, took);
    if (dirty.size && !idle) idle = window.requestIdleCallback ? requestIdleCallback(paintRest, {timeout: 500}) : setTimeout(paintRest, 50);
  }
  function paintRest() {
    idle = 0;
    const topics = [...dirty];
    dirty.clear();
    look.now = now();
    board.scene.bars(board.topics.get(main), look);
    for (const topic of topics) {
      each(topic, "rest", (el, state) => {
        const own = painterOf(el);
        if (own) return void own(el, state, look);
        if (el.dataset.kpiOf) board.scene.state(el, el.dataset.kpiOf);
        if (el.dataset.chart) board.charts.want(el, state, () => look);
        else if (el.dataset.kpis) board.scene.towns(el, state, look);
      });
      each(topic, "tiles", (el, state) => board.scene.spark(el, state, look.now));
    }
  }
  function each(topic, kind, work) {
    const state = board.topics.get(topic), found = page.get(topic);
    for (const el of state && found ? found[kind] : []) {
      try {
        work(el, state);
      } catch (error) {
        if (!counts.errors++) console.warn("live", topic, error);
      }
    }
  }

  /* How the page stands: on <html>, and in words. */
  function standing() {
    const html = document.documentElement, state = board.topics.get(main), status = statusNow();
    board.tiles.attr(html, "data-live", status);
    if (state) board.tiles.attr(html, "data-seq", String(state.seq));
    if (state) board.tiles.attr(html, "data-at", String(state.at));
    if (board.voice) board.voice.stands(status, look);
    if (board.alarms) board.alarms.paint(state, look);
    const isBehind = status === "live" && Boolean(state && state.behind);
    board.tiles.attr(html, "data-behind", String(isBehind));
    let words = look.words[isBehind ? "behind" : status] || "";
    if (status === "stale" && state) words += ` ${board.format.moment(state.now, look.now, look.zone, look.lang)}`;
    for (const el of document.querySelectorAll("[data-connection]")) board.tiles.text(el, words);
  }
  function statusNow() {
    if (board.past) return "replay";
    const t = Date.now();
    if (isIn() && isSilent()) return "stale";
    if (isIn() && !(probeAt && t - probeAt > DOUBT_MS)) return "live";
    return t - (lostAt || probeAt) <= RECONNECTING_MS ? "reconnecting" : "stale";
  }

  const isIn = () => Boolean(socket && socket.connected && known);

  /* The engine publishes at least every 30 s; its last message carries its time. Whether it computes at all is known within seconds:
     by frames of any topic, and without any by the server's answer. `engineAt` is 0 where a server does not say. */
  function isSilent() {
    const state = board.topics.get(main);
    return !state || isStopped(Date.now()) || now() - state.now > SILENT_MS;
  }

  /* Only while the server answers: of an engine that nobody was asked about lately nothing is known. */
  const isStopped = t => Boolean(engineAt) && t - heardAt < QUIET_MS + DOUBT_MS && t - engineAt > ENGINE_MS + QUIET_MS;

  // ---- The connection

  function connect() {
    socket = window.io("/live", {
      transports: ["websocket"], reconnection: true, reconnectionAttempts: Infinity, reconnectionDelay: 250, reconnectionDelayMax: 5000,
      randomizationFactor: 0.5, timeout: 8000,
    });
    socket.on("connect", () => {
      counts.connects++;
      probeAt = tries = 0;
      received();
      asked.clear();
      later.clear();
      watch([...seen]);
    });
    socket.on("disconnect", lost);
    socket.on("snapshot", onSnapshot);
    socket.on("frame", onFrame);
    socket.io.on("ping", received);
    socket.io.on("reconnect_attempt", n => { tries = n; });
  }
  function received() {
    heardAt = Date.now();
  }
  function lost() {
    lostAt = lostAt || probeAt || Date.now();
    known = false;
    probeAt = 0;
    paintSoon();
  }

  /* Ask for topics from where the page is, or with `whole` for all there is. Each once a second at most; the rest later. */
  function watch(topics, whole = false) {
    const t = Date.now(), places = {};
    for (const topic of topics) {
      const isSoon = t - (asked.get(topic) || 0) < AGAIN_MS, all = whole || later.get(topic);
      later.delete(topic);
      if (isSoon) later.set(topic, all);
      if (isSoon) continue;
      asked.set(topic, t);
      places[topic] = all ? null : board.topics.at(topic);
    }
    if (socket && socket.connected && Object.keys(places).length) socket.emit("watch", {topics: places}, onAnswer);
  }
  function onAnswer(answer) {
    received();
    probeAt = 0;
    if (!answer || !answer.topics) return;
    if (board.onTime) board.onTime(answer.now);
    offset = answer.now - Date.now();
    syncAt = Date.now();
    engineAt = typeof answer.engine_ms === "number" ? syncAt - answer.engine_ms : 0;
    if (answer.topics[main] === "frames" || answer.topics[main] === "snapshot") isKnown();
    checkBuild(answer.build, "web");
    paintSoon();
  }
  function isKnown() {
    known = true;
    lostAt = 0;
  }
  function onSnapshot(snapshot) {
    received();
    counts.snapshots++;
    board.topics.take(snapshot);
    arrived(snapshot);
  }
  function onFrame(news) {
    received();
    if (engineAt) engineAt = Date.now();
    counts.frames++;
    const got = board.topics.merge(news);
    if (got === "old") return;
    if (got === "gap") counts.resyncs++;
    if (got === "differs") counts.differs++;
    if (got === "merged" || got === "differs") arrived(news);
    if (got !== "merged") watch([news.topic], got === "differs");
  }
  function arrived(news) {
    if (news.topic === main) isKnown();
    if (later.get(news.topic) === false) later.delete(news.topic);
    checkBuild(news.build, "engine");
    dirty.add(news.topic);
    paintSoon();
  }

  // ---- Every second

  function tick() {
    const t = Date.now();
    setTimeout(tick, 1000 - (t + offset) % 1000 + 1);
    check(t);
    forget();
    if (document.hidden) return;
    for (const topic of page.keys()) dirty.add(topic);
    paintSoon();
  }

  /* A connection can be dead without knowing: after some quiet ask something, and cut it when no answer comes. */
  function check(t) {
    if (!socket || !socket.connected) return;
    if (probeAt && t - probeAt > CUT_MS && t - heardAt > CUT_MS) return void socket.io.engine.close();
    if (known && isSilent() && t - (asked.get(main) || 0) > 15000) watch([...seen]);
    if (later.size) watch([...later.keys()]);
    if (!known) watch([...seen].filter(topic => t - (asked.get(topic) || 0) > 3000));
    if (probeAt || (t - heardAt < QUIET_MS && t - syncAt < SYNC_MS)) return;
    probeAt = t;
    socket.emit("watch", {topics: {}}, onAnswer);
  }

  /* Another build answers: reload the page once the server is there, and only once for that build. */
  function checkBuild(build, source) {
    if (!build || !first.build || build === first.build || reloading || remembered(source) === build) return;
    reloading = true;
    reloadWhenUp(build, source);
  }
  async function reloadWhenUp(build, source) {
    await new Promise(go => setTimeout(go, Math.random() * 2000));
    const isUp = await fetch(board.readyPath || "/healthz", {cache: "no-store"}).then(r => r.ok, () => false);
    if (!isUp) return void setTimeout(reloadWhenUp, 1000, build, source);
    try {
      sessionStorage.setItem("board.reloaded." + source, build);
    } catch {
      return;
    }
    location.reload();
  }
  function remembered(source) {
    try {
      return sessionStorage.getItem("board.reloaded." + source);
    } catch {
      return null;
    }
  }

  // ---- Beginning

  function begin() {
    const script = document.getElementById("first-state");
    first = script ? JSON.parse(script.textContent) : {};
    main = `${first.area}/${first.period}`;
    lostAt = Date.now();
    // A kept picture is no news: neither its time nor its figures count.
    const isKept = "kept" in document.documentElement.dataset;
    if (first.now && !isKept) offset = first.now - lostAt;
    if (!isKept) for (const topic in first.topics) if (first.topics[topic]) board.topics.take(first.topics[topic]);
    new MutationObserver(mounted).observe(document.documentElement, {
      subtree: true, childList: true, attributes: true, attributeFilter: ["data-kpi", "data-area", "data-period"],
    });
    document.addEventListener("animationend", e => e.target.classList && e.target.classList.remove("is-changed"));
    document.addEventListener("visibilitychange", () => document.hidden || paintSoon());
    if (!board.past) connect();
    survey();
    tick();
  }
  /* Elements came or went (texts do all the time, and don't count): paint them before they are first seen. */
  function mounted(records) {
    if (!records.some(r => r.type === "attributes" || concerns(r.addedNodes) || concerns(r.removedNodes))) return;
    isMounted = true;
    for (const topic of board.topics.names()) dirty.add(topic);
    paintSoon();
  }
  function concerns(nodes) {
    for (const node of nodes) if (node instanceof HTMLElement && (node.dataset.area || node.querySelector("[data-area]"))) return true;
    return false;
  }

  /* One message to the server, lost where there is no connection; whether it went. */
  board.say = (name, body) => {
    const isIn = Boolean(socket && socket.connected);
    if (isIn) socket.emit(name, body);
    return isIn;
  };
  /* States or frames that were taken over by other hands: have them painted. */
  board.brought = names => {
    for (const name of names) dirty.add(name);
    paintSoon();
  };
  board.now = now;
  board.look = () => look;
  board.main = () => main;
  board.socket = () => socket;
  /* The server answers, but the engine behind it publishes nothing. */
  board.isStopped = () => !board.past && isIn() && isSilent();
  /* Since when the page gets nothing, by this machine's clock: of a stopped engine since its last message. */
  board.lostAt = () => {
    if (statusNow() === "live") return 0;
    const state = board.topics.get(main);
    return board.isStopped() && state ? state.now - offset : lostAt || probeAt || heardAt;
  };
  board.tries = () => tries;
  board.state = () => Object.fromEntries(board.topics.names().map(name => [name, board.topics.get(name)]));
  board.stats = () => Object.assign({status: statusNow(), offset_ms: offset, topics: seen.size, quiet_ms: Date.now() - heardAt}, counts);
  if (board.tiles && board.topics && window.io) begin();
  else document.addEventListener("DOMContentLoaded", begin, {once: true});
})(window.board = window.board || {});
