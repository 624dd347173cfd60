/* Keeps the time of the newest paint in the document's title, at most twenty seconds old. A kiosk reads it, and restarts the browser
   when it stops changing. */
(function () {
  "use strict";
  const EVERY_MS = 20000, title = document.title.replace(/ \d\d:\d\d:\d\d$/, "");  // a kept picture has the time it was kept at
  const beat = () => requestAnimationFrame(() => { document.title = `${title} ${new Date().toTimeString().slice(0, 8)}`; });

  beat();
  setInterval(beat, EVERY_MS);
})();
