"""Acts written into the audit log in transactions of their own, and old entries removed from it.

An act that writes the history itself has its entry in the same transaction (feeds/audit_log).
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from feeds.alerts import alert_rules
from feeds.audit_log import log_store
from feeds.audit_log.entries import BOARD, Act, Entry, Outcome, Root, Who
from feeds.city.profile import Profile
from feeds.events.declared_sources import Forms
from feeds.kpis import CATALOGUE, targets

log = logging.getLogger(__name__)
MINUTE_MS, DAY_MS = 60_000, 86_400_000
MOST_FAILED = 20  # failed sign-ins a minute that are written down one by one
KEEP_EVERY_S = 60.0


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class Trail:
    """Writes into the log of one database. Everything here waits for the database: under gevent it
    is called in a thread.
    """

    def __init__(self, database: Engine, clock: Callable[[], int] = now_ms) -> None:
        self._database, self._clock = database, clock
        self._minute, self._failed = 0, 0

    def note(self, who: Who, act: Act, subject: str = "", outcome: Outcome = "done") -> Entry:
        """An entry, written down. Raises a database error."""
        with self._database.begin() as connection:
            return log_store.write(connection, self._clock(), who, act, subject, outcome)

    def note_if_possible(
        self, who: Who, act: Act, subject: str = "", outcome: Outcome = "done"
    ) -> Root | None:
        """As `note`, for an act that goes on while the database is away: then the process's own log
        has it, and there is no root.
        """
        try:
            return self.note(who, act, subject, outcome).root
        except SQLAlchemyError:
            log.exception(
                "not in the audit log: %s %s by %s from %s", act, subject, who.actor, who.address
            )
            return None

    def failed_sign_in(self, who: Who) -> None:
        """A sign-in that failed. Of very many in a minute the first are written down, and the next
        entry says how many more there were.
        """
        minute = self._clock() // MINUTE_MS
        more = 0
        if minute != self._minute:
            more = max(0, self._failed - MOST_FAILED)
            self._minute, self._failed = minute, 0
        self._failed += 1
        if self._failed <= MOST_FAILED:
            self.note_if_possible(who, "sign_in_failed", f"+{more}" if more else "", "refused")

    def root(self) -> Root | None:
        """The number and hash of the newest entry. Raises a database error."""
        with self._database.connect() as connection:
            return log_store.newest(connection)

    def remove_old(self, days: int) -> int:
        """Remove the entries that are older than so many days. Raises a database error."""
        now = self._clock()
        with self._database.begin() as connection:
            return log_store.remove_before(connection, now - days * DAY_MS, now)

    def note_sources(self, who: Who, forms: Forms) -> None:
        """That somebody has changed the declared sources, by a page of the board."""
        self.note_if_possible(who, "source", _digest(_sources(forms)))

    def note_declared(self, profile: Profile, forms: Forms) -> None:
        """That rules, targets or declared sources are others than when they were last written down.
        Raises a database error.
        """
        rules = repr(alert_rules.of(profile))
        wanted = repr([(kpi, targets.target(profile, kpi)) for kpi in CATALOGUE])
        declared: tuple[tuple[Act, str], ...] = (
            ("rule", rules),
            ("target", wanted),
            ("source", _sources(forms)),
        )
        for act, text in declared:
            digest = _digest(text)
            with self._database.begin() as connection:
                known = log_store.newest_of(connection, act)
                if known is None or known.subject != digest:
                    log_store.write(connection, self._clock(), BOARD, act, digest)


def _sources(forms: Forms) -> str:
    return repr([forms[id].source for id in sorted(forms)])


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def printed(root: Root | None) -> str:
    """A root as it stands on papers, and as `board audit --log --root` takes it; "" of none."""
    return f"{root.n}:{root.hash}" if root else ""


def subject(*parts: str) -> str:
    """What an act is about: codes and kinds, those that are empty left out."""
    return " ".join(part for part in parts if part)
