/* Remembers on this device the town that addresses without an area open on, and forgets it (layouts/parts/home.py). The server reads
   the cookie; it names a town and nothing else. */
(function (board) {
  "use strict";
  const NAME = "board_home", KEPT_S = 400 * 86400;

  document.addEventListener("click", e => {
    const button = e.target.closest && e.target.closest(".board button[data-home]");
    if (!button) return;
    const area = button.dataset.home, secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `${NAME}=${encodeURIComponent(area)}; path=/; samesite=lax; max-age=${area ? KEPT_S : 0}${secure}`;
    const words = board.look().words;
    board.voice.answer(area ? words.home_remembered : words.home_forgotten);
    const open = button.closest("details");
    if (open) open.open = false;
    if (board.go.isDrawn()) board.go.again();
    else location.reload();
  });
})(window.board = window.board || {});
