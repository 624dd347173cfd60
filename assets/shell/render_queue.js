/* Draws the charts of a page one after another, after its figures are on the screen. Without it, Dash draws all charts before the
   browser paints anything, and a reader waits for the numbers. */
(function (board) {
  "use strict";
  const queue = [];
  let isOn = false;

  const painted = () => new Promise(go => requestAnimationFrame(() => setTimeout(go)));

  async function run() {
    isOn = true;
    while (queue.length) {
      await painted();
      queue.shift()();
    }
    isOn = false;
  }

  /* The library's own function, in turns. A chart that has left the page meanwhile is not drawn any more. */
  const inTurns = react => (plot, ...picture) => new Promise((done, fail) => {
    queue.push(() => Promise.resolve(plot).then(() => (plot.isConnected ? react(plot, ...picture) : plot)).then(noted).then(done, fail));
    if (!isOn) run();
  });

  const noted = plot => {
    board.points.drawn(plot);
    return plot;
  };

  /* The library is loaded with the first chart; this listener runs before the others that wait for it. */
  function arrived() {
    if (!window.Plotly) return;
    window.Plotly.react = inTurns(window.Plotly.react);
    document.removeEventListener("load", arrived, true);
  }
  document.addEventListener("load", arrived, true);
})(window.board = window.board || {});
