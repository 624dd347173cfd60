/* Presents a review: one slide at a time by keys or clicker, a town by one key, a blank screen, a pointer, notes in a second window.
   It works on the document of /review/present alone, which holds everything it shows, so it makes no request once it is open. */
(function () {
  "use strict";
  const body = document.body;
  if (!body || !("present" in body.dataset)) return;
  const {keys, words} = JSON.parse(body.dataset.present);
  const byId = id => document.getElementById(id);
  const stage = byId("stage"), slides = [...stage.children], towns = slides.filter(slide => slide.id.startsWith("town:"));
  const NOTES = {where: ["p", "color: #4A5878"], title: ["h1", "font-size: 28px"], text: ["p", "white-space: pre-wrap"], next: ["p", "color: #4A5878"]};
  let at = 0, second = null;

  function fit() {
    const scale = Math.min(innerWidth / 1280, innerHeight / 720);
    stage.style.transform = `scale(${scale}) translate(-50%, -50%)`;
  }
  const titleOf = slide => slide.querySelector("h1, h2").textContent;
  const notesOf = slide => slide.querySelector("footer").dataset.notes;

  function show(n) {
    at = Math.max(0, Math.min(slides.length - 1, n));
    slides.forEach((slide, i) => { slide.classList.toggle("is-shown", i === at); slide.inert = i !== at; });
    byId("blank").hidden = true;
    byId("said").textContent = `${at + 1} / ${slides.length} ${titleOf(slides[at])}`;
    history.replaceState(null, "", "#" + encodeURIComponent(slides[at].id));
    tell();
  }

  /* The speaker's own window belongs to this one, so it needs no server either. */
  function notes() {
    second = window.open("", "board-notes", "width=760,height=620");
    if (!second) return;
    const page = second.document;
    page.title = words.notes;
    page.documentElement.lang = document.documentElement.lang;
    page.body.style.cssText = "font: 22px/1.5 system-ui, sans-serif; margin: 24px; color: #14203A; background: #fff";
    page.body.replaceChildren(...Object.entries(NOTES).map(([id, [tag, looks]]) => {
      const made = Object.assign(page.createElement(tag), {id});
      made.style.cssText = looks;
      return made;
    }));
    page.onkeydown = pressed;
    tell();
    second.focus();
  }
  function tell() {
    if (!second || second.closed) return;
    const put = (id, text) => { second.document.getElementById(id).textContent = text; };
    put("where", `${at + 1} / ${slides.length}`);
    put("title", titleOf(slides[at]));
    put("text", notesOf(slides[at]));
    put("next", at + 1 < slides.length ? `${words.next}: ${titleOf(slides[at + 1])}` : words.end);
  }

  function full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else document.documentElement.requestFullscreen().catch(() => {});
  }
  function laser() {
    byId("laser").hidden = !body.classList.toggle("is-pointing");
  }
  function help() {
    const list = byId("keys");
    if (list.open) list.close();
    else list.showModal();
  }
  const steps = {
    ArrowRight: 1, ArrowDown: 1, PageDown: 1, " ": 1, Enter: 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1, Backspace: -1,
    Home: -Infinity, End: Infinity,
  };
  const acts = {b: () => { byId("blank").hidden = !byId("blank").hidden; }, l: laser, n: notes, f: full, h: help, "?": help};
  acts["."] = acts.b;

  function pressed(e) {
    if (e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
    const key = e.key.length === 1 ? e.key.toLowerCase() : e.key, town = key.length === 1 ? keys.indexOf(key) : -1;
    const list = byId("keys");
    if (list.open && (key in steps || key === "Escape")) return;
    if (key in steps) show(at + steps[key]);
    else if (key in acts) acts[key]();
    else if (town >= 0 && towns[town]) { if (list.open) list.close(); show(slides.indexOf(towns[town])); }
    else return;
    e.preventDefault();
  }

  addEventListener("keydown", pressed);
  addEventListener("resize", fit);
  addEventListener("pointermove", e => {
    Object.assign(byId("laser").style, {left: `${e.clientX}px`, top: `${e.clientY}px`});
  });
  addEventListener("click", e => {
    const link = e.target.closest("a[href^='#']");
    if (!link) return void (e.target.closest("dialog") || show(at + 1));
    e.preventDefault();
    byId("keys").close();
    show(slides.indexOf(document.getElementById(decodeURIComponent(link.hash.slice(1)))));
  });
  fit();
  show(Math.max(0, slides.findIndex(slide => "#" + encodeURIComponent(slide.id) === location.hash)));
})();
