/* Keeps what is always in place as new as the server knows it: every few seconds, and at once when an alert begins or is acknowledged.
   A block is replaced only where it is another. Without a server everything stays, and the bar at the top says so. */
(function (board) {
  "use strict";
  const EVERY_MS = 15000, PAST_MS = 4000, SOON_MS = 400, PATIENCE_MS = 20000;
  const known = new Map();
  let room = null, askedAt = 0, asking = false, alerts = null, past = 0;
  const clock = () => performance.now();

  function begin() {
    room = document.querySelector(".wall-room");
    if (!room) return;
    askedAt = clock();
    setInterval(tick, 250);
  }
  function tick() {
    const state = board.topics.get(board.main());
    if (room.dataset.empty) return void first(state);
    const calling = JSON.stringify(state && state.alerts || []);
    const isOther = alerts !== null && calling !== alerts, moved = board.past && board.past.now() !== past;
    if (isOther || moved) askedAt = Math.min(askedAt, clock() - every() + SOON_MS);
    alerts = calling;
    if (board.past) past = board.past.now();
    if (!asking && clock() - askedAt >= every()) ask();
  }
  const every = () => board.past ? PAST_MS : EVERY_MS;
  /* The screen of an empty board becomes the wall with the first event. */
  function first(state) {
    if (!state || !state.at) return;
    room.dataset.empty = "";
    board.care.reloadWhenReady("first");
  }

  async function ask() {
    asking = true;
    askedAt = clock();
    try {
      const query = new URLSearchParams(location.search);
      if (board.past) query.set("at", new Date(board.past.now()).toISOString());
      const answer = await fetch(`/wall/now?${query}`, {cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS)});
      if (!answer.ok || answer.headers.get("X-Board-Kept")) throw new Error("no blocks");
      show(await answer.json());
      board.now_blocks.answers++;
    } catch (error) {
      console.warn("wall", error);
      board.now_blocks.failures++;
    }
    asking = false;
  }
  function show({blocks, line, quiet, filling, towns}) {
    for (const name in blocks) replace(name, blocks[name], room.querySelector(`[data-block="${name}"]`));
    const foot = room.querySelector("[data-line]");
    if (foot && known.get("line") !== line) {
      known.set("line", line);
      foot.innerHTML = line;
      board.dress(foot);
    }
    room.dataset.quiet = JSON.stringify(quiet);
    board.tiles.attr(room, "data-filling", filling ? "yes" : "");
    board.tiles.attr(room.querySelector(".wall-top"), "data-towns-state", towns);
  }
  function replace(name, html, old) {
    if (!old || known.get(name) === html) return;
    known.set(name, html);
    const holder = document.createElement("template");
    holder.innerHTML = html;
    board.dress(holder.content);
    old.replaceWith(holder.content.firstElementChild);
  }

  board.now_blocks = {answers: 0, failures: 0, ask};
  document.addEventListener("DOMContentLoaded", begin, {once: true});
})(window.board = window.board || {});
