/* Replaces one picture of the wall by the next: fetches it from the server, puts it into the page unseen, paints it with the newest
   state, and then fades it in over the old one, which is removed. If the server does not answer, the old picture stays.

   board.wall offers what the remote control, an alert rule and the tests need. */
(function (board) {
  "use strict";
  const FADE_MS = 500, READY_MS = 4000, AGAIN_MS = 5000, HELD_MS = 30 * 60000;
  let room = null, pictures = [], at = 0, shownAt = 0, mode = "auto", heldAt = 0, changing = false, tried = 0, back = null, next = null, called = "", speed = 1;
  const clock = () => performance.now();
  const stage = () => room.querySelector("[data-stage]");
  const current = () => [...stage().children].filter(el => !el.classList.contains("is-next")).at(-1);

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
    const found = pictures.findIndex(p => p.scene === scene.dataset.scene && p.area === scene.dataset.of && String(p.part) === scene.dataset.part);
    at = Math.max(0, found);
    if (found < 0) next = 0;  // a scene of each town, begun with the city
    shownAt = clock();
    if (board.past) mode = "held";
    setInterval(tick, 250);
  }

  function tick() {
    answer();
    if (changing || next === null && (mode !== "auto" || pictures.length < 2)) return ended();
    if (next === null && clock() - shownAt < 1000 * pictures[at].dwell_s / speed) return;
    if (clock() < tried) return;
    change(next === null ? (at + 1) % pictures.length : next);
  }
  /* An alert that nobody has acknowledged may hold a scene, the worst of them first; when none does, nothing changes. */
  function answer() {
    const state = board.past ? null : board.topics.get(board.main());
    if (!state) return;
    const found = (state.alerts || []).find(one => one.scene && one.state === "firing"), id = found ? found.id : "";
    if (id === called) return;
    called = id;
    if (!found) act("release");
    else if (!act("jump", found.scene, found.area)) act("jump", found.scene);
  }
  /* A held picture is released after half an hour, because it may have been forgotten. */
  function ended() {
    if (mode === "held" && !back && !board.past && clock() - heldAt > HELD_MS) act("resume");
  }

  async function change(to) {
    changing = true;
    try {
      const scene = await fetched(pictures[to]);
      await ready(scene);
      await swap(scene);
      at = to;
      shownAt = clock();
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
    for (const name of ["scene", "area", "part", "of"]) query.delete(name);
    for (const name of ["scene", "area", "part"]) query.set(name, picture[name]);
    if (document.querySelector(".board").dataset.area !== picture.area) query.set("of", "city");
    if (board.past) query.set("at", new Date(board.past.now()).toISOString());
    const answer = await fetch(`/wall/scene?${query}`, {cache: "no-store", signal: AbortSignal.timeout(8000)});
    if (!answer.ok || answer.headers.get("X-Board-Kept")) throw new Error("no scene");
    const {html, topics} = await answer.json();
    for (const name in topics) if (topics[name] && (board.past || !board.topics.get(name))) board.topics.take(topics[name]);
    const holder = document.createElement("template");
    holder.innerHTML = html;
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
    const title = room.querySelector("[data-scene-title]");
    if (title) board.tiles.text(title, (pictures.find(p => p.scene === scene.dataset.scene && p.area === scene.dataset.of && String(p.part) === scene.dataset.part) || {}).title || "");
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
    else if (what === "next") next = (at + 1) % n;
    else if (what === "previous") next = (at + n - 1) % n;
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
      if (mode !== "auto") next = back.at;
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
    if (place) board.tiles.text(place, mode === "held" && !board.past ? words.held : mode === "pinned" ? words.pinned : "");
    if (board.remote) board.remote.tell();
  }

  board.wall = {
    act, changes: 0, failures: 0,
    now: () => room && pictures.length ? {scene: pictures[at].scene, area: pictures[at].area, part: pictures[at].part, title: pictures[at].title, mode} : null,
    pictures: () => pictures, faster: by => { speed = by; },
  };
  document.addEventListener("DOMContentLoaded", begin, {once: true});
})(window.board = window.board || {});
