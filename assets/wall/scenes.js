/* Replaces one picture of the wall's turn by the next: fetches it from the server, puts it into the page unseen, paints it with the newest
   state, and then fades it in over the old one, which is removed. If the server does not answer, the old picture stays.

   board.wall offers what the remote control, an alert rule and the tests need. */
(function (board) {
  "use strict";
  const FADE_MS = 500, READY_MS = 4000, AGAIN_MS = 5000, HELD_MS = 30 * 60000;
  const AGED_MS = 60000, URGENT = -1, last = new Map();
  let isUrgent = false, drawnAt = 0;
  let room = null, pictures = [], at = 0, shownAt = 0, mode = "auto", heldAt = 0, changing = false, tried = 0, back = null, next = null, called = "", speed = 1;
  const clock = () => performance.now();
  const stage = () => room.querySelector("[data-stage]");
  const current = () => [...(stage() || {children: []}).children].filter(el => !el.classList.contains("is-next")).at(-1);

  function begin() {
    room = document.querySelector(".wall-room");
    if (!room) return;
    const query = new URLSearchParams(location.search), ratio = innerWidth / innerHeight;
    if (Math.abs(ratio / +room.dataset.ratio - 1) > 0.02 && !query.has("size") && innerHeight > 300 && ratio > 1) {
      const scale = devicePixelRatio || 1;
      query.set("size", `${Math.round(innerWidth * scale)}x${Math.round(innerHeight * scale)}`);
      return void location.replace(`${location.pathname}?${query}`);
    }
    pictures = JSON.parse(room.dataset.pictures);
    const scene = current();
    if (!scene) return;  // an empty board
    const found = pictures.findIndex(p => p.scene === scene.dataset.scene && p.area === scene.dataset.of);
    at = Math.max(0, found);
    shownAt = drawnAt = clock();
    last.set(pictures[at].scene, at);
    if (board.past) mode = "held";
    setInterval(tick, 250);
  }

  function tick() {
    answer();
    if (changing) return ended();
    if (next === null && (mode !== "auto" || pictures.length < 2)) {
      if (!board.past && clock() - drawnAt > AGED_MS / 4 && clock() >= tried) change(at);  // it stays, and stays new
      return ended();
    }
    if (next === null && clock() - shownAt < 1000 * pictureOf(at).dwell_s / speed) return;
    if (clock() < tried) return;
    const to = next === null ? following(at) : next;
    if (to !== at || next !== null) return void change(to);
    shownAt = clock();  // all others have nothing to say
    if (clock() - drawnAt > AGED_MS) change(at);
  }
  /* The next scene, of a scene with a picture a town the town after the one shown last; what has nothing to say is left out. */
  function following(from) {
    const quiet = new Set(JSON.parse(room.dataset.quiet || "[]")), talks = p => !quiet.has(`${p.scene}/${p.area}`);
    const scenes = [...new Set(pictures.map(p => p.scene))], here = from < 0 ? -1 : scenes.indexOf(pictures[from].scene);
    for (let n = 1; n <= scenes.length; n++) {
      const name = scenes[(here + n) % scenes.length], its = pictures.map((p, i) => i).filter(i => pictures[i].scene === name && talks(pictures[i]));
      if (!its.length) continue;
      return its.find(i => i > (last.get(name) ?? -1)) ?? its[0];
    }
    return Math.max(0, from);
  }
  /* An alert that nobody has acknowledged may hold a scene, the worst of them first; when none does, nothing changes. */
  function answer() {
    const state = board.past ? null : board.topics.get(board.main());
    if (!state) return;
    const firing = (state.alerts || []).filter(one => one.state === "firing");
    const found = firing.find(one => one.severity === "critical") || firing.find(one => one.scene), id = found ? found.id : "";
    if (id === called) return;
    called = id;
    isUrgent = Boolean(found) && found.severity === "critical";
    if (isUrgent) urgently();
    else if (!found) act("release");
    else if (!act("jump", found.scene, found.area)) act("jump", found.scene);
  }
  /* An urgent alert has a picture of its own, which stays until somebody acknowledges it. */
  function urgently() {
    back = back || {mode, at};
    mode = "held";
    next = URGENT;
    tried = 0;
    said();
  }
  const pictureOf = to => to === URGENT ? {scene: "urgent", area: document.querySelector(".board").dataset.area, title: "", dwell_s: 60} : pictures[to];
  /* A held picture is released after half an hour, because it may have been forgotten. */
  function ended() {
    if (mode === "held" && !back && !board.past && clock() - heldAt > HELD_MS) act("resume");
  }

  async function change(to) {
    changing = true;
    try {
      const scene = await fetched(pictureOf(to));
      await ready(scene);
      await swap(scene);
      at = to;
      shownAt = drawnAt = clock();
      if (to !== URGENT) last.set(pictures[to].scene, to);
      if (next === to) next = null;
      board.wall.changes++;
      said();
    } catch (error) {
      stage().querySelectorAll(".is-next").forEach(el => el.remove());
      console.warn("wall", error);
      tried = clock() + AGAIN_MS;
      board.wall.failures++;
    }
    changing = false;
  }
  async function fetched(picture) {
    const query = new URLSearchParams(location.search);
    query.set("scene", picture.scene);
    query.delete("town");
    if (document.querySelector(".board").dataset.area !== picture.area) query.set("town", picture.area);
    if (board.past) query.set("at", new Date(board.past.now()).toISOString());
    const answer = await fetch(`/wall/scene?${query}`, {cache: "no-store", signal: AbortSignal.timeout(8000)});
    if (!answer.ok || answer.headers.get("X-Board-Kept")) throw new Error("no scene");
    const {html, topics} = await answer.json();
    for (const name in topics) if (topics[name] && (board.past || !board.topics.get(name))) board.topics.take(topics[name]);
    const holder = document.createElement("template");
    holder.innerHTML = html;
    board.dress(holder.content);
    const scene = holder.content.firstElementChild;
    scene.classList.add("is-next");
    stage().append(scene);
    return scene;
  }
  /* Painted at least once with every topic that it shows, or as good as it will be. */
  async function ready(scene) {
    const wanted = new Set([...scene.querySelectorAll("[data-area][data-period]")].map(el => `${el.dataset.area}/${el.dataset.period}`));
    const begun = clock(), paints = board.counts.paints;
    while (clock() - begun < READY_MS) {
      await new Promise(go => setTimeout(go, 50));
      if (board.counts.paints > paints + 1 && [...wanted].every(name => board.topics.get(name))) break;
    }
    await new Promise(go => window.requestIdleCallback ? requestIdleCallback(go, {timeout: 600}) : setTimeout(go, 60));
  }
  async function swap(scene) {
    const old = [...stage().children].filter(el => el !== scene), still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    scene.classList.remove("is-next");
    if (board.care) board.care.shift();
    if (!still) {
      scene.classList.add("is-coming");
      await new Promise(go => setTimeout(go, FADE_MS + 50));
      scene.classList.remove("is-coming");
    }
    old.forEach(el => el.remove());
  }

  /* From a remote or an alert: hold, resume, next, previous, pin (this picture, or the first of a scene), jump (hold it till release). */
  function act(what, scene = "", area = "") {
    const found = scene ? pictures.findIndex(p => p.scene === scene && (!area || p.area === area)) : -1, n = pictures.length;
    if (["hold", "resume", "pin"].includes(what)) back = null;  // what a person wants now outlives the alert
    if (what === "hold") mode = "held";
    else if (what === "resume") mode = "auto";
    else if (what === "next") next = at === URGENT ? 0 : following(at);
    else if (what === "previous") next = ((at < 0 ? 0 : at) + n - 1) % n;
    else if (what === "refresh") next = next === null ? at : next;
    else if (what === "pin") {
      mode = "pinned";
      if (found >= 0 && found !== at) next = found;
    } else if (what === "jump" && found >= 0) {
      back = back || {mode, at};
      mode = "held";
      if (found !== at) next = found;
    } else if (what === "release" && back) {
      mode = back.mode;
      if (mode !== "auto" || at === URGENT || next === URGENT) next = back.at;
      back = null;
    } else return false;
    heldAt = clock();
    tried = 0;
    if (what === "resume") shownAt = clock();
    said();
    return true;
  }
  function said() {
    const place = room.querySelector("[data-held]"), words = JSON.parse(room.dataset.wordsWall);
    if (place) board.tiles.text(place, mode === "held" && !board.past && at !== URGENT && next !== URGENT ? words.held : mode === "pinned" ? words.pinned : "");
    if (board.remote) board.remote.tell();
  }

  board.wall = {
    act, changes: 0, failures: 0,
    now: () => room && pictures.length ? Object.assign({mode}, pictureOf(at)) : null,
    pictures: () => pictures, faster: by => { speed = by; },
  };
  document.addEventListener("DOMContentLoaded", begin, {once: true});
})(window.board = window.board || {});
