/* Put into a page before it loads: notes each change of one number's data-at (the newest event it counts, epoch ms) as
   [data-at, wall clock at the change in the page, after the frame that shows it]. The wall clock is the machine's, and so
   is the clock that stamped the event. `first` is when, after navigation, the number was under five seconds old. */
(selector => {
  "use strict";
  const seen = window.probe = {rows: [], first: null};
  let element = null, last = 0;

  function look() {
    if (!element || !element.isConnected) return find();
    const at = Number(element.dataset.at || 0);
    if (!at || at === last) return;
    last = at;
    const row = [at, Date.now(), null];
    seen.rows.push(row);
    if (seen.first === null && row[1] - at < 5000) seen.first = performance.now();
    /* The first task after the frame. It goes before what the page itself put off, such as its charts. */
    requestAnimationFrame(() => scheduler.postTask(() => { row[2] = Date.now(); }, {priority: "user-blocking"}));
  }

  /* Watches the element alone, and the child lists above it, since whoever draws the page may put another in its place. */
  const observer = new MutationObserver(look);
  function find() {
    observer.disconnect();
    element = document.querySelector(selector);
    if (!element) return void setTimeout(look, 10);
    observer.observe(element, {attributes: true, attributeFilter: ["data-at"]});
    for (let above = element.parentNode; above; above = above.parentNode) observer.observe(above, {childList: true});
    look();
  }
  find();
})
