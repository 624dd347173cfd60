/* The wall's side of the remote control: it sends what it shows, shows a code when a phone asks for one, and carries out the phone's
   orders. */
(function (board) {
  "use strict";
  const EVERY_MS = 20000;
  let socket = null, toldAt = 0, timer = 0;

  function tell() {
    const now = board.wall && board.wall.now();
    if (!socket || !socket.connected || !now || !board.screen) return;
    const pictures = board.wall.pictures().slice(0, 400).map(({scene, area, title}) => ({scene, area, title}));
    socket.emit("wall", {id: board.screen, title: now.title, scene: now.scene, area: now.area, mode: now.mode, pictures});
    toldAt = Date.now();
  }
  function code({code: digits, for_s: seconds}) {
    const el = document.querySelector(".wall-code"), words = JSON.parse(document.querySelector(".wall-room").dataset.wordsWall);
    clearTimeout(timer);
    el.classList.toggle("is-shown", Boolean(digits));
    if (!digits) return;
    el.querySelector(".code-what").textContent = words.code;
    el.querySelector(".code-digits").textContent = digits;
    el.querySelector(".code-how").textContent = board.tiles.fill(words.code_how, {address: `${location.host}/remote`});
    timer = setTimeout(() => el.classList.remove("is-shown"), 1000 * seconds);
  }
  function begin() {
    if (!document.querySelector(".wall-room") || !window.io || board.past) return;
    socket = window.io("/room", {transports: ["websocket"], reconnectionDelay: 250, reconnectionDelayMax: 5000});
    socket.on("connect", tell);
    socket.on("code", code);
    socket.on("act", order => board.wall.act(order.act, order.scene, order.area));
    setInterval(() => { if (Date.now() - toldAt > EVERY_MS) tell(); }, 1000);
  }

  board.remote = {tell};
  document.addEventListener("DOMContentLoaded", begin, {once: true});
})(window.board = window.board || {});
