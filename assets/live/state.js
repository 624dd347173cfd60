/* Holds the state of each topic: takes snapshots, merges frames as they arrive, and compares the checksum.
   It draws nothing, uses no network, and adds nothing up, because every value comes from the server. */
(function (board) {
  "use strict";
  const PATCHED = ["set", "parts", "change", "newest", "heard", "serves", "periods", "axes", "trends", "verdicts"], REPLACED = ["at", "seq", "build", "now", "demo", "behind", "towns_reporting", "towns_silent", "alerts"];
  const topics = new Map();
  let table = null;

  /* Take over a whole state. `rev` counts, per series, how often it changed. */
  function take(snapshot) {
    const old = topics.get(snapshot.topic), rev = {};
    for (const name in snapshot.series) rev[name] = (old && old.rev[name] || 0) + 1;
    const state = Object.assign({set: {}, parts: {}, change: {}, newest: {}, heard: {}, serves: {}, periods: {}, axes: {}, trends: {}, verdicts: {}, series: {}}, snapshot, {rev});
    topics.set(snapshot.topic, state);
    return state;
  }

  /* Merge the next frame: "merged", "old" (already held), "gap" (something is missing), "differs" (so does its checksum). */
  function merge(frame) {
    const state = topics.get(frame.topic);
    if (!state || frame.epoch !== state.epoch) return "gap";
    if (frame.seq <= state.seq) return "old";
    if (frame.seq !== state.seq + 1) return "gap";
    for (const key of PATCHED) if (frame[key]) Object.assign(state[key], frame[key]);
    for (const key of REPLACED) if (key in frame) state[key] = frame[key];
    for (const name in frame.series) patch(state, name, frame.series[name]);
    return "hash" in frame && hash(state) !== frame.hash ? "differs" : "merged";
  }
  function patch(state, name, change) {
    const old = state.series[name];
    if (Array.isArray(change) || !old) state.series[name] = change;
    else Object.assign(old, change);
    if (name.startsWith("categories:")) for (const key in change) if (change[key] === null) delete state.series[name][key];
    state.rev[name] = (state.rev[name] || 0) + 1;
  }

  /* The checksum of feeds/live/frames.py: values, then series, each sorted by name. */
  function hash(state) {
    let text = "";
    for (const id of Object.keys(state.set).sort()) text += `${id}=${num(state.set[id])};`;
    for (const name of Object.keys(state.series).sort()) {
      const ys = state.series[name];
      text += `${name}:${Array.isArray(ys) ? ys.map(num).join(",") : Object.keys(ys).sort().map(k => `${k}=${num(ys[k])}`).join(",")};`;
    }
    return crc32(new TextEncoder().encode(text));
  }
  const num = v => v === null ? "-" : String(Math.floor(v * 1000 + 0.5));
  function crc32(bytes) {
    table = table || Uint32Array.from({length: 256}, (_, n) => {
      for (let k = 0; k < 8; k++) n = n & 1 ? 0xEDB88320 ^ n >>> 1 : n >>> 1;
      return n;
    });
    let crc = -1;
    for (const byte of bytes) crc = table[(crc ^ byte) & 255] ^ crc >>> 8;
    return (crc ^ -1) >>> 0;
  }

  board.topics = {
    take, merge, hash, get: name => topics.get(name), drop: name => topics.delete(name), names: () => [...topics.keys()],
    at: name => { const state = topics.get(name); return state ? [state.epoch, state.seq] : null; },
  };
})(window.board = window.board || {});
