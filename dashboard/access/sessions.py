"""The sessions of accounts (feeds/accounts/session_store.py), as a process knows them: a change is
seen within two seconds, an own one at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from sqlalchemy import Engine

from dashboard.access.reading import Reading, Run, directly
from dashboard.audit_trail import now_ms
from feeds.accounts import session_store
from feeds.accounts.account_store import Account
from feeds.accounts.session_store import USUAL, Found, Lasting, Session
from feeds.audit_log.entries import Who

T = TypeVar("T")


class Sessions:
    """Every session that lasts. `run` is how the database is waited for."""

    def __init__(
        self,
        database: Engine,
        lasting: Lasting = USUAL,
        run: Run = directly,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._database, self._run, self._clock = database, run, clock
        self.lasting = lasting
        self._reading: Reading[Mapping[str, Found]] = Reading(self._read, run)

    def known(self, secret: str) -> Found | None:
        """The session of a secret, with its account."""
        return self.found(session_store.digest(secret)) if secret else None

    def found(self, digest: str) -> Found | None:
        """The session of a secret's hash, while it lasts."""
        found = self._reading.find(digest, lambda known: known.get(digest))
        if found is None or not found.session.lasts(self._clock(), self.lasting.idle_ms):
            return None
        return found

    def begin(self, account: Account, method: str, *, agent: str, address: str) -> str:
        """A new session; its secret. `agent` and `address` are the browser's. Raises a database
        error.
        """

        def write() -> str:
            with self._database.begin() as connection:
                return session_store.begin(
                    connection,
                    self._clock(),
                    account,
                    method,
                    agent=agent,
                    address=address,
                    lasting=self.lasting,
                )

        return self._changed(write)

    def end(self, digest: str, who: Who) -> None:
        """End a session by its hash. Raises a database error."""

        def write() -> bool:
            with self._database.begin() as connection:
                return session_store.end(connection, self._clock(), who, digest)

        self._changed(write)

    def end_all(self, account: Account, who: Who, keep: str = "") -> int:
        """End an account's sessions but that of the hash `keep`; how many ended. Raises a database
        error.
        """

        def write() -> int:
            with self._database.begin() as connection:
                return session_store.end_all(connection, self._clock(), who, account, keep)

        return self._changed(write)

    def of_account(self, account: str) -> list[Session]:
        """The sessions of an account that last, the newest first. Raises a database error."""

        def read() -> list[Session]:
            with self._database.connect() as connection:
                return session_store.of_account(
                    connection, account, self._clock(), self.lasting.idle_ms
                )

        return self._run(read)

    def renew(self) -> None:
        """An account was changed here: what is known of sessions is read again. Raises a database
        error.
        """
        self._reading.renewed()

    def _changed(self, write: Callable[[], T]) -> T:
        done = self._run(write)
        self._reading.renewed()
        return done

    def _read(self) -> Mapping[str, Found]:
        with self._database.connect() as connection:
            found = session_store.all(connection, self._clock(), self.lasting.idle_ms)
            return {one.session.sha256: one for one in found}
