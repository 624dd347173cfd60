/* The title tells when the newest frame was painted, within twenty seconds. A kiosk reads it, and puts up again a browser in which it stands still. */
(function () {
  "use strict";
  const EVERY_MS = 20000, title = document.title.replace(/ \d\d:\d\d:\d\d$/, "");  // a kept picture has the time it was kept at
  const beat = () => requestAnimationFrame(() => { document.title = `${title} ${new Date().toTimeString().slice(0, 8)}`; });

  beat();
  setInterval(beat, EVERY_MS);
})();
