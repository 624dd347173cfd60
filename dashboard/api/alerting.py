"""Alerts over HTTP: open alerts, active silences, and on request the stored changes of the last
days.
"""

from __future__ import annotations

import flask
import msgspec
from flask import Response
from sqlalchemy.exc import SQLAlchemyError

from dashboard import thread_pool
from dashboard.api import answers, asking, problems, table_answers
from dashboard.pages import alert_service
from dashboard.services import Services
from feeds.alerts import alert_rules, alert_wording
from feeds.alerts import lifecycle as lives
from feeds.alerts.lifecycle import Alert, Silence
from feeds.city.words import Text
from feeds.notify import deliveries


def alerts(services: Services) -> Response:
    """As every page, wall and webhook has them; the city's are those of every area."""
    area = asking.area(services)
    days = (
        asking.whole("days", 1, alert_service.HISTORY_DAYS) if "days" in flask.request.args else 0
    )
    said = alert_service.published(services)
    if said is None:
        state = Text(
            "还不知道告警的状态：引擎没有运行，或 Redis 没有应答",
            "nobody has said yet how the alerts stand: the engine "
            "does not run, or Redis does not answer",
        )
        raise problems.away("alerts", state)
    areas = services.profile.areas if area == services.profile.code else (area,)
    silenced_areas = (*areas, lives.EVERY)
    answer = answers.Alerts(
        area=area,
        at=said.at,
        alerts=[_alert(services, one) for one in said.alerts if one.area in areas],
        silences=[_silence(one) for one in said.silences if one.area in silenced_areas],
        history=[_alert(services, one) for one in _entries(services, days) if one.area in areas],
    )
    return table_answers.json_of(answer)


def _entries(services: Services, days: int) -> list[Alert]:
    """What was written down in so many days, nothing of none."""
    if not days:
        return []
    try:
        return thread_pool.run(alert_service.entries, services, days)
    except SQLAlchemyError as error:
        raise problems.away("history", problems.NO_HISTORY) from error


def _alert(services: Services, one: Alert) -> answers.Alert:
    """In the words of webhooks too."""
    rules = alert_rules.of(services.profile)
    rule = next((rule for rule in rules if rule.id == one.rule), None)
    title = alert_wording.titled(rule, services.profile, one.bound) if rule else None
    return answers.Alert(
        **deliveries.fields_of(one),
        began=one.began,
        silent_since=one.silent_since or None,
        title=answers.words(title) if title else None,
        kpi=rule.figure if rule else "",
        unit=alert_wording.unit(rule) if rule else "",
    )


def _silence(one: Silence) -> answers.Silence:
    return msgspec.convert(one, answers.Silence, from_attributes=True)
