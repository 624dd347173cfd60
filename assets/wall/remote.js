/* The phone's page of the remote control: it chooses a wall, takes its code, and sends orders to the wall. The key for a shift is kept in
   this tab alone. */
(function () {
  "use strict";
  const KEY = "board.remote", SILENT_MS = 45000;
  let words = {}, socket = null, wall = "", key = "", now = null, lastSeen = 0;
  const $ = hook => document.querySelector(hook);
  const step = name => document.querySelectorAll("[data-step]").forEach(el => { el.hidden = el.dataset.step !== name; });
  const say = (text, values = {}) => { $("[data-said]").textContent = (text || "").replace(/\{(\w+)\}/g, (_, n) => values[n]); };
  const ask = (name, body) => socket.timeout(6000).emitWithAck(name, body).catch(() => null);
  const store = value => { try { value ? sessionStorage.setItem(KEY, value) : sessionStorage.removeItem(KEY); } catch { /* then only until it is closed */ } };
  const kept = () => { try { return sessionStorage.getItem(KEY) || ""; } catch { return ""; } };

  async function choose() {
    step("choose");
    const walls = await ask("walls", {}) || [], list = $("[data-walls]");
    list.replaceChildren(...walls.map(found => button(`${found.title} · ${words.show}`, () => show(found.id))));
    if (!walls.length) say(words.none);
  }
  async function show(id) {
    wall = id;
    say("");
    if (!await ask("show", {wall})) return void say(words.gone);
    step("enter");
    $("#remote-code").value = "";
    $("#remote-code").focus();
  }
  async function enter(event) {
    event.preventDefault();
    const answer = await ask("enter", {wall, code: $("#remote-code").value});
    if (answer && answer.ok) return begin(answer.key, answer.now);
    $("#remote-code").value = "";
    if (!answer) return void say(words.lost);
    say(answer.left ? words.wrong : words.spent, {left: answer.left});
    if (!answer.left) choose();
  }
  function begin(given, its) {
    store(key = given);
    say("");
    step("act");
    if (its) take(its);
  }
  async function act(what, scene = "", area = "") {
    const answer = await ask("do", {key, act: what, scene, area});
    if (!answer) return void say(words.lost);
    if (!answer.ok) ended();
  }
  function ended() {
    store(key = "");
    say(words.ended);
    choose();
  }
  function take(its) {
    now = its;
    lastSeen = Date.now();
    wall = its.id;
    say("");
    $("[data-now]").textContent = words.now.replace("{title}", its.title);
    document.querySelectorAll("[data-act]").forEach(el => {
      if (el.dataset.act === "hold") el.hidden = its.mode !== "auto";
      if (el.dataset.act === "resume") el.hidden = its.mode === "auto";
      el.setAttribute("aria-pressed", String(el.dataset.act === "pin" && its.mode === "pinned"));
    });
    const list = $("[data-scenes]");
    list.replaceChildren(...its.pictures.map(p => {
      const made = button(p.title, () => act("pin", p.scene, p.area));
      if (p.scene === its.scene && p.area === its.area) made.setAttribute("aria-current", "true");
      return made;
    }));
  }
  function button(text, work) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", work);
    return made;
  }

  document.addEventListener("DOMContentLoaded", () => {
    words = JSON.parse($("[data-remote]").dataset.remote);
    socket = window.io("/room", {transports: ["websocket"], reconnectionDelay: 250, reconnectionDelayMax: 3000});
    socket.on("connect", async () => {
      const old = key || kept(), answer = old ? await ask("back", {key: old}) : null;
      if (answer && answer.ok) begin(old, answer.now);
      else choose();
    });
    socket.on("disconnect", () => say(words.lost));
    socket.on("now", take);
    $(".remote-form").addEventListener("submit", enter);
    document.querySelectorAll("[data-act]").forEach(el => el.addEventListener("click", () => act(el.dataset.act)));
    setInterval(() => { if (now && key && Date.now() - lastSeen > SILENT_MS) say(words.gone); }, 1000);
  });
})();
