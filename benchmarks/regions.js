/* Put into a wall: counts for each region the frames that it may have been painted in. A batch of changes in it is one, and so is
   each frame while something in it is animated; what changes without being seen counts too, so the count is never too low. */
(() => {
  "use strict";
  const REGION = ".tile, .bars, .block, .wall-top > *, .wall-foot > *", counts = new Map(), moving = new Set();
  const regionOf = node => (node.nodeType === 1 ? node : node.parentElement || document.body).closest(REGION);
  const nameOf = region => `${region.className.split(" ")[0]} ${region.dataset.kpi || region.dataset.hours || ""}`.trim();
  const count = region => counts.set(region, (counts.get(region) || 0) + 1);

  new MutationObserver(all => new Set(all.map(m => regionOf(m.target)).filter(Boolean)).forEach(count))
    .observe(document.body, {subtree: true, childList: true, characterData: true, attributes: true});
  function follow(region) {
    if (!region.getAnimations({subtree: true}).length) return void moving.delete(region);
    count(region);
    requestAnimationFrame(() => follow(region));
  }
  document.addEventListener("animationstart", e => {
    const region = regionOf(e.target);
    if (!region || moving.has(region)) return;
    moving.add(region);
    follow(region);
  });
  const begun = performance.now();
  /* Between n paintings there are n - 1 times. */
  window.regions = {rates: () => [...counts].map(([region, n]) => [nameOf(region), 1000 * (n - 1) / (performance.now() - begun)])};
})();
