/* Remembers on this device the town that addresses without an area open on, and forgets it (layouts/parts/home.py). The server reads
   the cookie; it names a town and nothing else. */
(function (board) {
  "use strict";
  const NAME = "board_home", KEPT_S = 400 * 86400, SPOKEN_MS = 200, PATIENCE_MS = 10000;

  document.addEventListener("click", e => {
    const button = e.target.closest && e.target.closest(".board button[data-home]");
    if (!button) return;
    const area = button.dataset.home, secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `${NAME}=${encodeURIComponent(area)}; path=/; samesite=lax; max-age=${area ? KEPT_S : 0}${secure}`;
    const {words} = board.look(), said = area ? words.home_remembered : words.home_forgotten;
    const open = button.closest("details:not(.fold)");
    if (open) open.open = false;
    if (!board.go.isDrawn()) return void location.reload();
    whenGone(button, () => setTimeout(() => board.voice.answer(said), SPOKEN_MS));
    board.go.again();
  });

  /* The page is built again: what is said before that is gone with the old one. */
  function whenGone(button, act) {
    const watch = new MutationObserver(() => {
      if (button.isConnected) return;
      watch.disconnect();
      act();
    });
    watch.observe(document.body, {childList: true, subtree: true});
    setTimeout(() => watch.disconnect(), PATIENCE_MS);
  }
})(window.board = window.board || {});
