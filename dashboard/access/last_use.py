"""When tokens and sessions were used last: noted in memory with each request, written by a loop of
its own, so that no request waits for it.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine

from dashboard.access.reading import Run, directly
from dashboard.audit_trail import now_ms
from feeds.accounts import session_store, token_store

WRITE_EVERY_S = 20.0
EVERY_MS = session_store.SEEN_EVERY_MS  # how exactly the last use is known


class LastUse:
    """The uses that this worker has not written yet."""

    def __init__(
        self, database: Engine, run: Run = directly, clock: Callable[[], int] = now_ms
    ) -> None:
        self._database, self._run, self._clock = database, run, clock
        self._tokens: dict[str, int] = {}
        self._sessions: set[str] = set()

    def of_token(self, name: str, known_ms: int | None) -> None:
        """A token is used; `known_ms` is its last use as far as it is known."""
        now = self._clock()
        if known_ms is None or now - known_ms >= EVERY_MS:
            self._tokens[name] = now

    def of_session(self, digest: str, known_ms: int) -> None:
        """A session is used."""
        if self._clock() - known_ms >= EVERY_MS:
            self._sessions.add(digest)

    def write(self) -> None:
        """Write what was noted. What can't be written is lost: the next use is noted again. Raises
        a database error.
        """
        tokens, sessions = self._tokens, self._sessions
        self._tokens, self._sessions = {}, set()
        if tokens or sessions:
            self._run(self._write, tokens, sessions)

    def _write(self, tokens: dict[str, int], sessions: set[str]) -> None:
        with self._database.begin() as connection:
            token_store.see(connection, tokens)
            for digest in sessions:
                session_store.see(connection, digest, self._clock())
