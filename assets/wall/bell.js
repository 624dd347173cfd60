/* Rings when an alert of a severity in wall.sound of the profile begins to fire, and every five minutes until it is acknowledged. It
   makes its two tones itself. A wall whose browser allows no sound shows that beside its name. */
(function (board) {
  "use strict";
  const LOOK_MS = 1000, AGAIN_MS = 5 * 60000, TONES_HZ = [660, 880], TONE_S = 0.35, LOUD = 0.4;
  const rungAt = new Map();
  let wanted = [], speaker = null, mute = null;

  function begin() {
    const room = document.querySelector(".wall-room");
    wanted = room && !board.past ? JSON.parse(room.dataset.care).sound : [];
    if (!wanted.length) return;
    speaker = new AudioContext();
    mute = room.querySelector("[data-mute]");
    setInterval(listen, LOOK_MS);
  }
  function listen() {
    const isOpen = speaker.state === "running";
    board.tiles.text(mute, isOpen ? "" : mute.dataset.mute);
    if (!isOpen) return void speaker.resume();
    const state = board.topics.get(board.main()), now = performance.now();
    if (!state) return;
    const calling = (state.alerts || []).filter(one => one.state === "firing" && wanted.includes(one.severity)).map(one => one.id);
    for (const id of rungAt.keys()) if (!calling.includes(id)) rungAt.delete(id);
    const due = calling.filter(id => !rungAt.has(id) || now - rungAt.get(id) >= AGAIN_MS);
    if (!due.length) return;
    due.forEach(id => rungAt.set(id, now));
    TONES_HZ.forEach(ring);
    board.bell.rung++;
  }
  function ring(pitch, n) {
    const tone = speaker.createOscillator(), volume = speaker.createGain(), at = speaker.currentTime + n * TONE_S;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(LOUD, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + TONE_S);
    tone.connect(volume).connect(speaker.destination);
    tone.start(at);
    tone.stop(at + TONE_S);
  }

  board.bell = {rung: 0};
  document.addEventListener("DOMContentLoaded", begin, {once: true});
})(window.board = window.board || {});
