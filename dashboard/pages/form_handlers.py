"""The form handlers of the pages (callbacks/): they check who may change something, and do the work
in real threads, so that frames go on meanwhile.
"""

from __future__ import annotations

from collections.abc import Mapping

from callbacks.forms import Office
from dashboard import thread_pool
from dashboard.access import editing
from dashboard.access.tokens import Token
from dashboard.pages import alert_service, remark_service, reviews
from dashboard.pages.page_data import Loaders
from dashboard.services import Services
from feeds.alerts.lifecycle import Alert, Silence
from feeds.city import quarters
from feeds.events import decoding
from feeds.remarks.remarks import Remark
from feeds.review import commitments
from feeds.review.review_values import Commitment, Freeze
from feeds.screens import heartbeats
from layouts.parts.forms import Editor
from layouts.view import View


def editor(services: Services, _view: View) -> Editor | None:
    """The office that this browser may hand in forms for."""
    found = editing.editor(services.tokens)
    return Editor(found.name, found.area, editing.csrf()) if found else None


LOADERS: Loaders = {"editor": editor}


class FormHandlers:
    """The form handlers of one worker. callbacks/forms.py names what each method raises."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def office(self, csrf: str) -> Token | None:
        token = editing.editor(self._services.tokens)
        return token if token and editing.is_own(csrf) else None

    def add_remark(self, asked: Mapping[str, str], office: Office) -> Remark:
        return thread_pool.run(remark_service.add, self._services, asked, office)

    def withdraw_remark(self, id: str, office: Office) -> Remark:
        return thread_pool.run(remark_service.withdraw, self._services, id, office)

    def acknowledge(self, id: str, office: Office) -> Alert:
        return thread_pool.run(alert_service.acknowledge, self._services, id, office)

    def silence(self, asked: Mapping[str, str], office: Office) -> Silence:
        return thread_pool.run(alert_service.silence, self._services, asked, office)

    def send_again(self, asked: Mapping[str, str], office: Office) -> None:
        thread_pool.run(alert_service.send_again, self._services, asked, office)

    def end_silence(self, id: str, office: Office) -> Silence:
        return thread_pool.run(alert_service.end_silence, self._services, id, office)

    def take_down(self, id: str, office: Office) -> None:
        """Redis is asked where its frames arrive, never from a thread."""
        now = decoding.now_ms()
        wall = heartbeats.vanished(self._services.redis, id, now)
        remark_service.check_own(office, wall.area)
        heartbeats.take_down(self._services.redis, wall, now)

    def freeze(self, quarter: str, office: Office, *, again: bool) -> Freeze:
        remark_service.check_own(office, self._services.profile.code)
        return reviews.freeze(self._services, quarters.parse(quarter), office.name, again=again)

    def commit(self, asked: Mapping[str, str], office: Office) -> Commitment:
        draft = commitments.draft(asked, self._services.profile)
        remark_service.check_own(office, draft.town)
        return reviews.commit(self._services, draft, office.name)
