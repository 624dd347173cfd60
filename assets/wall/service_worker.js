/* Answers a load of the wall that reaches no server with the last good picture, marked as stored (assets/wall/care.js stores it every
   minute), so that the browser's error page never shows. Files are named by their content, so cached ones stay valid. */
"use strict";
const STORE = "board-wall", FILES = "board-wall-files", PATIENCE_MS = 10000, MOST_FILES = 80;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", e => e.waitUntil(self.clients.claim()));
self.addEventListener("fetch", e => {
  const url = new URL(e.request.url);
  if (e.request.method !== "GET" || url.origin !== location.origin) return;
  if (e.request.mode === "navigate") e.respondWith(page(e.request));
  else if (url.pathname.startsWith("/assets/") && url.searchParams.has("v")) e.respondWith(file(e.request));
});

async function page(request) {
  try {
    const answer = await fetch(request, {signal: AbortSignal.timeout(PATIENCE_MS)});
    if (answer.status < 500) return answer;
  } catch { /* no server */ }
  const kept = await (await caches.open(STORE)).match("/wall-kept");
  return kept || new Response(
    '<!DOCTYPE html><meta charset="utf-8"><meta http-equiv="refresh" content="10"><script>document.title = new Date().toTimeString().slice(0, 8)</script><body style="background:#0B1220;color:#E8EEF9;font:5vh sans-serif;padding:8vh">服务器未应答，正在等待<br>The server does not answer; waiting',
    {status: 503, headers: {"Content-Type": "text/html; charset=utf-8"}});
}
async function file(request) {
  const store = await caches.open(FILES), kept = await store.match(request);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    const names = await store.keys();
    await Promise.all(names.slice(0, Math.max(0, names.length - MOST_FILES)).map(old => store.delete(old)));
    await store.put(request, answer.clone());
  }
  return answer;
}
