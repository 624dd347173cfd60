/* Put into a page to time one click: `rest` waits until the page has nothing to do, `click` clicks and says, in ms since, when a frame
   was painted that holds what was asked for (`told`), and when every chart on the page has its picture too (`drawn`). */
(() => {
  "use strict";
  const PATIENCE_MS = 30000;
  const root = () => document.querySelector("#react-entry-point .board");
  const isDrawn = () => Boolean(root()) && board.go.isDrawn() && [...root().querySelectorAll(".dash-graph")].every(el => el.querySelector(".main-svg") && !el.querySelector(".dash-graph--pending"));
  const painted = () => new Promise(go => requestAnimationFrame(() => scheduler.postTask(go, {priority: "user-blocking"})));
  const idle = () => new Promise(go => requestIdleCallback(go));

  async function until(is, what) {
    const begun = performance.now();
    while (!is()) {
      if (performance.now() - begun > PATIENCE_MS) throw new Error("never " + what + " on " + location.href);
      await new Promise(requestAnimationFrame);
    }
  }
  async function rest() {
    await until(() => document.readyState === "complete" && window.board && board.go && isDrawn(), "drawn");
    await idle();
    await idle();
  }
  async function click(selector, shown) {
    const there = [...root().querySelectorAll(selector === "back" ? "a" : selector)].find(el => !el.href || el.href !== location.href);
    if (!there) throw new Error("no " + selector + " on " + location.href);
    const given = new URL(there.href || there.dataset.to || location.href, location.href).searchParams, old = root();
    const wanted = shown.replace(/\{(\w+)\}/g, (_, name) => CSS.escape(given.get(name) || ""));
    const has = () => root() && (shown === "*" ? root() !== old : document.querySelector("#react-entry-point " + wanted));
    if (has()) throw new Error(wanted + " is there before the click");
    const begun = performance.now();
    if (selector === "back") history.back();
    else if (there.click) there.click();
    else there.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true}));  // a chart's point
    await until(has, wanted);
    await painted();
    const told = performance.now() - begun;
    await until(isDrawn, "drawn");
    await painted();
    const drawn = performance.now() - begun;
    await idle();
    return {told, drawn};
  }
  return {rest, click};
})()
