"""Sends briefs to webhooks each morning. Every attempt is stored before and after it is made.

So neither a restart nor a second process sends a brief twice; only a brief that was sent just
before a crash is sent again. pandas is imported when the first brief is made.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time

from sqlalchemy import Engine as Database
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError

from feeds.city import periods
from feeds.city.named_periods import Day, Month
from feeds.city.profile import Profile
from feeds.events.decoding import now_ms
from feeds.history import storage
from feeds.notify import deliveries, webhooks
from feeds.notify.deliveries import ATTEMPTS, Attempt, Outcome
from feeds.notify.delivery_tables import deliveries as table
from feeds.notify.webhooks import Hook
from feeds.review import brief_wording, briefs
from feeds.review.briefs import Brief

TURN_S = 10.0
SETTLE_MS = 30_000  # by then the history holds what was accepted up to the moment
LOST_MS = 120_000  # an attempt that was begun so long ago and never ended died with its process
CLAIMED, ENDED = 0, 1  # the versions under which an attempt is written down


class Sender:
    """Tells hooks of the briefs of the morning. Not thread-safe. `at` is the local time of day;
    `clock` gives epoch ms.
    """

    def __init__(
        self,
        database: Database,
        hooks: Sequence[Hook],
        profile: Profile,
        at: time,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self._database, self._profile, self._at, self._clock = database, profile, at, clock
        self._hooks = [hook for hook in hooks if hook.briefs]

    def turn(self) -> int:
        """Send every hook the briefs that are due; returns how many were delivered. Raises a
        database error.
        """
        now = self._clock()
        sent = 0
        made = dict[str, Brief]()
        today = periods.day_of(now, self._profile.tz)
        known = int(datetime.combine(today, self._at, self._profile.tz).timestamp() * 1000)
        if now < known + SETTLE_MS:
            return 0
        for period in briefs.due(today):
            for hook in self._hooks:
                tried = self._tried(hook, period)
                if tried is not None and _is_due(tried, now, known):
                    made[period.name] = made.get(period.name) or self._made(period, known)
                    sent += self._send(hook, made[period.name], tried)
        return sent

    def _made(self, period: Day | Month, known: int) -> Brief:
        from feeds.review import brief_reader  # pandas

        with storage.snapshot(self._database) as connection:
            return brief_reader.read(connection, self._profile, period, known)

    def _tried(self, hook: Hook, period: Day | Month) -> list[Attempt] | None:
        """The attempts at a hook, preceded by the one that began its time; None for a hook that was
        never met.
        """
        names = ("", _key(period.name))
        query = (
            select(table)
            .where(table.c.hook == hook.name, table.c.alert.in_(names))
            .order_by(table.c.attempt, table.c.version)
        )
        with self._database.connect() as connection:
            found = [Attempt(*row) for row in connection.execute(query)]
        return found if found and found[0].outcome == "begun" else None

    def _send(self, hook: Hook, brief: Brief, tried: Sequence[Attempt]) -> bool:
        number = 1 + tried[-1].attempt
        claim = Attempt(_key(brief.period), CLAIMED, hook.name, number, self._clock(), "trying", "")
        if not self._note(claim):
            return False
        message = brief_wording.message(brief, self._profile, hook.lang)
        said = deliveries.post(webhooks.request(hook, message, self._clock()), hook)
        is_last = len(_ended(tried[1:])) + 1 >= ATTEMPTS
        outcome: Outcome = "sent"
        if said:
            outcome = "dead" if is_last else "failed"
        has_failed = any(one.outcome == "failed" for one in tried)
        deliveries.note_outcome(hook, said, has_failed=has_failed)
        self._note(claim._replace(version=ENDED, at=self._clock(), outcome=outcome, said=said))
        return not said

    def _note(self, one: Attempt) -> bool:
        """Whether it was written down: another process may have been first."""
        try:
            with self._database.begin() as connection:
                connection.execute(insert(table).values(one._asdict()))
        except IntegrityError:
            return False
        return True


def _key(name: str) -> str:
    """What a brief is written down as where alerts have their ids."""
    return f"brief:{name}"


def _is_due(tried: Sequence[Attempt], now: int, known: int) -> bool:
    """After the wait that follows a failure; never what was taken or given up, nor what was due
    before the hook's time.
    """
    begun, *attempts = tried
    if begun.at > known + SETTLE_MS:
        return False
    if not attempts:
        return True
    last = attempts[-1]
    if last.outcome == "again":
        return True
    if last.outcome == "trying":
        return last.at + LOST_MS <= now and len(_ended(attempts)) < ATTEMPTS
    return last.outcome == "failed" and deliveries.due_ms(_ended(attempts)) <= now


def _ended(attempts: Sequence[Attempt]) -> list[Attempt]:
    """The attempts that came to an end, since an office asked for the brief once more."""
    return deliveries.since_asked([one for one in attempts if one.version == ENDED])
