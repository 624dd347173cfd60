"""The form handlers of the pages (callbacks/): they check who may change something, and do the work
in real threads, so that frames go on meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from callbacks.forms import Office
from dashboard import thread_pool
from dashboard.access import principal
from dashboard.access.principal import Principal
from dashboard.pages import alert_service, remark_service, reviews
from dashboard.pages.page_data import Loaders
from dashboard.services import Services
from feeds.accounts.roles import Right
from feeds.alerts.lifecycle import Alert, Silence
from feeds.audit_log.entries import Act, Who
from feeds.city import quarters
from feeds.events import decoding
from feeds.remarks.remarks import NotYours, Remark
from feeds.review import commitments
from feeds.review.freezes import Superseded
from feeds.review.review_values import Commitment, Freeze
from feeds.screens import heartbeats
from layouts.parts.forms import Editor
from layouts.view import View


def editor(_services: Services, _view: View) -> Editor | None:
    """Who this browser may hand in forms for."""
    found = principal.of_request()
    return Editor(found.name, found.rights, found.csrf) if found.name and found.csrf else None


def deck(_services: Services, _view: View) -> bool:
    """Whether this browser may have the papers of the review."""
    return principal.of_request().may("deck")


LOADERS: Loaders = {"editor": editor, "deck": deck}


class FormHandlers:
    """The form handlers of one worker. callbacks/forms.py names what each method raises."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def office(self, csrf: str) -> Principal | None:
        return principal.of_request() if principal.is_own(csrf) else None

    def add_remark(self, asked: Mapping[str, str], office: Office) -> Remark:
        with self._acts(office, "remark", "remark") as who:
            return thread_pool.run(remark_service.add, self._services, asked, office, who)

    def withdraw_remark(self, id: str, office: Office) -> Remark:
        with self._acts(office, "remark", "withdraw", id) as who:
            return thread_pool.run(remark_service.withdraw, self._services, id, office, who)

    def acknowledge(self, id: str, office: Office) -> Alert:
        with self._acts(office, "act", "acknowledge") as who:
            return thread_pool.run(alert_service.acknowledge, self._services, id, office, who)

    def silence(self, asked: Mapping[str, str], office: Office) -> Silence:
        with self._acts(office, "act", "silence") as who:
            return thread_pool.run(alert_service.silence, self._services, asked, office, who)

    def send_again(self, asked: Mapping[str, str], office: Office) -> None:
        with self._acts(office, "act", "send_again") as who:
            thread_pool.run(alert_service.send_again, self._services, asked, office, who)

    def end_silence(self, id: str, office: Office) -> Silence:
        with self._acts(office, "act", "unsilence") as who:
            return thread_pool.run(alert_service.end_silence, self._services, id, office, who)

    def take_down(self, id: str, office: Office) -> None:
        """Redis is asked where its frames arrive, never from a thread."""
        now = decoding.now_ms()
        with self._acts(office, "manage", "wall") as who:
            wall = heartbeats.vanished(self._services.redis, id, now)
        heartbeats.take_down(self._services.redis, wall, now)
        subject = f"down {wall.name} {wall.area}"
        thread_pool.run(self._services.trail.note_if_possible, who, "wall", subject)

    def freeze(self, quarter: str, office: Office, *, again: bool) -> Freeze:
        with self._acts(office, "freeze", "freeze", _named(quarter)) as who:
            named = quarters.parse(quarter)
            return reviews.freeze(self._services, named, office.name, again=again, who=who)

    def commit(self, asked: Mapping[str, str], office: Office) -> Commitment:
        with self._acts(office, "freeze", "commitment") as who:
            draft = commitments.draft(asked, self._services.profile)
            return reviews.commit(self._services, draft, office.name, who)

    @contextmanager
    def _acts(self, office: Office, right: Right, act: Act, subject: str = "") -> Iterator[Who]:
        """An act of an office. Where it may not do that, or it can't be done now, the audit log
        says so. Who has the right nowhere learns nothing of what there is.
        """
        who = principal.who()
        try:
            remark_service.check_somewhere(office, right)
            yield who
        except (NotYours, reviews.CannotFreeze, Superseded):
            thread_pool.run(self._services.trail.note_if_possible, who, act, subject, "refused")
            raise


def _named(quarter: str) -> str:
    """A quarter as the log names it; nothing of what is none."""
    try:
        return quarters.parse(quarter).name
    except ValueError:
        return ""
