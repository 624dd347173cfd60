/* The screen of a wall that is not paired: it requests a code, shows it, and asks every two seconds whether it was confirmed. */
(function () {
  "use strict";
  const EVERY_MS = 2000, AGAIN_MS = 5000, MARGIN_S = 20;
  const root = document.querySelector("[data-pairing]"), words = JSON.parse(root.dataset.pairing);
  let secret = "", ends = 0;

  const pause = ms => new Promise(go => setTimeout(go, ms));
  const post = (path, body) => fetch(path, {
    method: "POST", cache: "no-store", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body), signal: AbortSignal.timeout(8000),
  }).then(answer => answer.json()).catch(() => ({state: "away"}));
  function say(name) {
    root.querySelector("[data-pair-state]").textContent = Object.values(words).map(own => own[name]).join(" · ");
    root.dataset.state = name;
  }
  function show(code) {
    root.querySelector("[data-pair-code]").textContent = code ? `${code.slice(0, 3)} ${code.slice(3)}` : "––– –––";
  }
  async function live() {
    for (;;) {
      const answer = secret && performance.now() < ends ? await post("/wall/claim", {secret}) : {state: "ended"};
      if (answer.state === "paired") return void location.reload();
      if (answer.state === "shown") say("waiting");
      if (answer.state === "ended" && !await begin()) await pause(AGAIN_MS);
      if (answer.state === "away") say("away");
      await pause(EVERY_MS);
    }
  }
  async function begin() {
    const answer = await post("/wall/pair", {});
    secret = answer.secret || "";
    ends = performance.now() + 1000 * ((answer.for_s || 0) - MARGIN_S);
    show(answer.code || "");
    say(secret ? "waiting" : "away");
    return Boolean(secret);
  }

  say("asking");
  if (window.caches) caches.delete("board-wall"); // what it kept is not its to show any more
  live();
})();
