"""Where the pages' forms are handed in (callbacks/): who may, and the work done in real threads while frames go on."""

from __future__ import annotations

from collections.abc import Mapping

from callbacks.forms import Office
from dashboard import alarms, offload, remarking, reviews
from dashboard.services import Services
from dashboard.tokens import Token
from feeds import commitbook, decoding, quarters, screens
from feeds.alerts import Alert, Silence
from feeds.remarks import Remark
from feeds.review import Commitment, Freeze


class Desk:
    """The desk of one worker; what each raises stands in callbacks/forms.py."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def office(self, csrf: str) -> Token | None:
        token = remarking.editor(self._services)
        return token if token and remarking.is_own(csrf) else None

    def add_remark(self, asked: Mapping[str, str], office: Office) -> Remark:
        return offload.run(remarking.add, self._services, asked, office)

    def withdraw_remark(self, id: str, office: Office) -> Remark:
        return offload.run(remarking.withdraw, self._services, id, office)

    def acknowledge(self, id: str, office: Office) -> Alert:
        return offload.run(alarms.acknowledge, self._services, id, office)

    def silence(self, asked: Mapping[str, str], office: Office) -> Silence:
        return offload.run(alarms.silence, self._services, asked, office)

    def end_silence(self, id: str, office: Office) -> Silence:
        return offload.run(alarms.end_silence, self._services, id, office)

    def take_down(self, id: str, office: Office) -> None:
        """Redis is asked where its frames arrive, never from a thread."""
        now = decoding.now_ms()
        wall = screens.vanished(self._services.redis, id, now)
        remarking.check_own(office, wall.area)
        screens.take_down(self._services.redis, wall, now)

    def freeze(self, quarter: str, office: Office, *, again: bool) -> Freeze:
        remarking.check_own(office, self._services.profile.code)
        return reviews.freeze(self._services, quarters.parse(quarter), office.name, again=again)

    def commit(self, asked: Mapping[str, str], office: Office) -> Commitment:
        draft = commitbook.draft(asked, self._services.profile)
        remarking.check_own(office, draft.town)
        return reviews.commit(self._services, draft, office.name)
