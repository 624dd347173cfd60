/* Plays a past moment of the wall forward: requests moments ahead of time and paints them in order, at most four a second.
   It has no socket and no live topic. It is loaded before the live client, which takes its time from board.past. */
(function (board) {
  "use strict";
  const room = document.querySelector(".wall-room[data-replay]");
  if (!room) return;
  const BATCH = 24, LOW = 12, MINUTE = 60000, DAY = 86400000, TWICE_MS = 3000;
  const facts = JSON.parse(room.dataset.replay), words = facts.words, root = room.closest(".board"), zone = root.dataset.zone, lang = root.dataset.lang;
  let at = facts.at, day = facts.day, speed = facts.speed, state = facts.refused ? "refused" : "paused";
  let seen = at, queue = [], asking = null, shownAt = 0, ended = false, wanted = null, painted = 0;  // `seen` is what was painted last
  const one = name => room.querySelector(name), every = () => speed === 1 ? 1000 : 250, step = () => speed * every();

  // ---- Asking

  /* The areas that the picture shows; the server gives three at most. */
  function areas() {
    const found = new Set([root.dataset.area]);
    for (const el of room.querySelectorAll(".wall-scene [data-area][data-period]")) found.add(el.dataset.area);
    return [...found];
  }
  async function ask(from, count, signal) {
    const query = new URLSearchParams({at: from, step: step(), count, known: facts.known, areas: areas().join()});
    const answer = await fetch(`/wall/moments?${query}`, {cache: "no-store", signal}).catch(error => {
      if (signal.aborted) throw error;
      return null;
    });
    const body = answer && (answer.ok || answer.status === 422 || answer.status === 503) ? await answer.json() : {reason: "away"};
    if (body.moments) return body;
    throw Object.assign(new Error(body.reason), {reason: body.reason, first: body.first});
  }

  /* Keep some seconds of moments ahead. What can't be had now is asked for again; what never can stops the play. */
  async function fill() {
    if (asking || ended || state !== "playing" || queue.length > LOW) return;
    const mine = asking = new AbortController(), from = (queue.length ? queue.at(-1).now : at) + step();
    try {
      const body = await ask(from, BATCH, mine.signal);
      if (mine !== asking) return;
      queue.push(...body.moments);
    } catch (error) {
      if (mine !== asking) return;
      if (error.reason === "future") ended = true;
      else if (["busy", "away", "behind"].includes(error.reason)) await new Promise(go => setTimeout(go, TWICE_MS));
      else refuse(error);
    } finally {
      if (mine === asking) asking = null;
    }
  }

  /* Go to a moment. Of several that are asked for quickly the last is shown. */
  async function seek(to) {
    wanted = to = Math.round(to);
    drop();
    const mine = asking = new AbortController();
    say();
    try {
      const body = await ask(to, 1, mine.signal);
      if (mine !== asking) return;
      wanted = null;
      day = body.day;
      if (state === "refused") state = "paused";
      show(body.moments[0]);
      address();
    } catch (error) {
      if (mine !== asking) return;
      wanted = null;
      refuse(error);
    } finally {
      if (mine === asking) asking = null;
      say();
    }
  }
  function drop() {
    if (asking) asking.abort();
    asking = null;
    queue = [];
    ended = false;
  }
  function refuse({reason, first}) {
    const text = first ? board.tiles.fill(words.before_first, {moment: said(first)}) : words[reason] || words.away;
    board.tiles.text(one("[data-refusal]"), text);
    state = "refused";
    drop();
    say();
  }

  // ---- Showing

  function show(moment) {
    at = moment.now;
    for (const name in moment.topics) board.topics.take(moment.topics[name]);
    for (const frame of moment.frames) board.topics.merge(frame);
    if (at >= day[1] || at < day[0]) day = [day[0] + DAY * Math.floor((at - day[0]) / DAY), day[0] + DAY * (Math.floor((at - day[0]) / DAY) + 1)];
    shownAt = performance.now();
    board.brought(board.topics.names());
    say();
  }
  /* The figures of `at` are on the page: only now its clock names the moment. */
  function done() {
    if (seen === at) return;
    painted++;
    seen = at;
    say();
  }
  function tick() {
    if (state !== "playing") return;
    if (seen === at && queue.length && performance.now() - shownAt >= every() - 20) show(queue.shift());
    else if (seen === at && !queue.length && ended) {
      state = "ended";
      address();
    }
    fill();
    say();
  }
  function said(ms) {
    return `${board.format.date(ms, zone, lang)} ${board.format.clock(ms, zone)}`;
  }
  /* The marks and the bar, as they stand. Who drags the thumb sees the moment that is on its way in the bar alone. */
  function say() {
    if (!board.tiles) return;
    const {text, attr} = board.tiles, playing = state === "playing", shown = wanted ?? at;
    for (const el of room.querySelectorAll("[data-replay-moment]")) text(el, said(seen));
    const waits = wanted !== null || !playing && seen !== at || playing && !queue.length && !ended && performance.now() - shownAt > 2 * every();
    attr(document.documentElement, "data-replay", state === "refused" || !waits ? state : "waiting");
    attr(document.documentElement, "data-replay-at", String(seen));
    const toggle = one("[data-replay-act=toggle]"), thumb = one("[data-scrub]"), jump = one("[data-jump]");
    text(toggle, playing ? words.pause : words.play);
    for (const el of room.querySelectorAll("[data-replay-speed]")) attr(el, "aria-pressed", String(+el.dataset.replaySpeed === speed));
    attr(thumb, "max", String(Math.floor((day[1] - day[0]) / MINUTE) - 1));
    if (!thumb.matches(":active")) thumb.value = String(Math.floor((shown - day[0]) / MINUTE));
    attr(thumb, "aria-valuetext", said(shown));
    if (document.activeElement !== jump) jump.value = board.format.local(shown, zone).toISOString().slice(0, 19);
    text(one("[data-replay-said]"), state === "ended" ? words.ended : waits ? words.waiting : "");
  }
  /* The address names the moment, so that it can be shared; so does the link to the moment as known at the other time. */
  function address() {
    const local = board.format.local(at, zone), minutes = Math.round((local - at) / MINUTE), sign = minutes < 0 ? "-" : "+", pad = n => String(n).padStart(2, "0");
    const written = `${local.toISOString().slice(0, 19)}${sign}${pad(Math.floor(Math.abs(minutes) / 60))}:${pad(Math.abs(minutes) % 60)}`;
    const url = new URL(location.href), other = one("[data-replay-known]"), there = new URL(other.href);
    for (const one of [url, there]) one.searchParams.set("at", written);
    history.replaceState(null, "", url);
    other.href = there;
  }

  // ---- Doing

  function toggle() {
    if (state === "playing") {
      state = "paused";
      drop();
      address();
    } else if (state !== "refused" && !ended) {
      state = "playing";
      shownAt = performance.now();
      fill();
    }
    say();
  }
  function faster(by) {
    speed = by;
    drop();
    fill();
    say();
  }
  const acts = {toggle, back: () => seek(at - DAY), on: () => seek(at + DAY), scene: () => board.wall.act("next")};
  const keys = {
    ArrowLeft: () => seek((wanted ?? at) - MINUTE), ArrowRight: () => seek((wanted ?? at) + MINUTE), PageUp: () => seek((wanted ?? at) - 60 * MINUTE),
    PageDown: () => seek((wanted ?? at) + 60 * MINUTE), Home: () => seek(day[0]), End: () => seek(day[1] - MINUTE), " ": toggle,
  };
  /* A moment written in the city's time. */
  function parsed(value) {
    const as = Date.parse(value + "Z");
    return as - (board.format.local(as - (board.format.local(as, zone) - as), zone) - (as - (board.format.local(as, zone) - as)));
  }
  function begin() {
    room.addEventListener("click", e => {
      const el = e.target.closest("[data-replay-act], [data-replay-speed]");
      if (el && el.dataset.replayAct) acts[el.dataset.replayAct]();
      else if (el) faster(+el.dataset.replaySpeed);
      if (el && e.detail) el.blur();  // clicked, not reached by key: the space bar plays and pauses
    });
    one("[data-scrub]").addEventListener("input", e => seek(day[0] + MINUTE * e.target.value));
    one("[data-jump]").addEventListener("change", e => e.target.value && seek(parsed(e.target.value)));
    addEventListener("keydown", e => {
      if (e.ctrlKey || e.altKey || e.metaKey || !keys[e.key]) return;
      if (e.target.matches(e.key === " " ? "button, a, [data-jump]" : "input")) return;
      e.preventDefault();
      keys[e.key]();
    });
    setInterval(tick, 50);
    say();
  }

  board.past = {now: () => at, done, seek, toggle, faster, stats: () => ({state, speed, painted, queued: queue.length})};
  document.addEventListener("DOMContentLoaded", begin, {once: true});
})(window.board = window.board || {});
