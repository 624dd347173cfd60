"""What the parts of /alerts share: severity by shape, word and colour, a rule's texts, a moment
with its age, and the small forms.
"""

from __future__ import annotations

from collections.abc import Mapping

from dash.development.base_component import Component

from feeds.alerts import alert_rules, alert_wording
from feeds.alerts.lifecycle import Alert
from layouts.alerts.page_values import Alarms, Life
from layouts.html import attributes, islands
from layouts.html import elements as html
from layouts.html import render as markup
from layouts.parts import components, forms
from layouts.parts.forms import Editor
from layouts.text import times
from layouts.view import View

SILENT_MS = 60_000  # the watch publishes more often
HOURS = (1, 4, 8, 24, 72, 168)


def rules(view: View) -> Mapping[str, alert_rules.AnyRule]:
    """The profile's rules by id."""
    return {rule.id: rule for rule in alert_rules.of(view.profile)}


def severity(view: View, name: alert_rules.Severity) -> Component:
    """A shape, a word and a colour with the same meaning."""
    word = alert_rules.TITLES[name].of(view.lang)
    return html.Span(
        [html.Span(className="alarm-mark"), word],
        className="alarm-severity",
        **attributes.data(severity=name),
    )


def title(view: View, rule: str, bound: float | None = None) -> str:
    """A rule's title; of one that was withdrawn what it was called."""
    known: Alarms | None = view.page_data.get("alarms")
    kept = known.titles if known else {}
    return alert_wording.title(rule, view.profile, kept, bound).of(view.lang)


def value(view: View, alert: Alert) -> str:
    """The value against its bound."""
    rule = rules(view).get(alert.rule)
    return alert_wording.value(rule, alert).of(view.lang) if rule else ""


def value_of(view: View, life: Life) -> str:
    """The value of an alert against its bound; of one that is over the one that it fired with, and
    the one that it ended with.
    """
    rule = rules(view).get(life.alert.rule)
    if rule is None or not life.alert.is_over or life.fired is None:
        return value(view, life.alert)
    return alert_wording.ended(rule, life.fired, life.alert).of(view.lang)


def place(view: View, area: str) -> str:
    return view.text("alarms.every_area") if area == "*" else view.area_name(area)


def figure(view: View, alert: Alert) -> list[Component]:
    """A link to what the alert is about in its area: the figure's page, the cases, or the board's
    own health.
    """
    rule = rules(view).get(alert.rule)
    if rule is None:
        return []
    if rule.figure:
        words, path, more = "alarms.figure", "/kpi", {"kpi": rule.figure}
    elif isinstance(rule, alert_rules.Oldest):
        words, path, more = "alarms.cases", "/cases", {"family": rule.family}
    else:
        words, path, more = "alarms.standing", "/health", {}
    address = components.address(view, path, area=alert.area, **more)
    return [html.A(view.text(words), href=address, className="alarm-link")]


def moment(view: View, at_ms: int) -> str:
    return times.moment(at_ms, view.now_ms, view.profile.tz, view.lang)


def lasting(view: View, since_ms: int, until_ms: int | None = None) -> str:
    """How long something lasted, or lasts."""
    return times.duration(((until_ms or seen_until(view)) - since_ms) / 1000, view.lang)


def seen_until(view: View) -> int:
    """Up to when the alerts were watched, epoch ms: what still lasts is not known after that."""
    known: Alarms | None = view.page_data.get("alarms")
    if known is None or known.at is None or view.now_ms - known.at < SILENT_MS:
        return view.now_ms
    return known.at


def silence(view: View, who: Editor, rule: str, area: str, label: str) -> Component:
    """The form that silences a rule in an area for some hours, with its reason."""
    options = "".join(
        markup.tag("option", text=times.duration(h * 3600, view.lang), value=str(h)) for h in HOURS
    )
    hours = markup.to_html(
        islands.Markup(
            "select", {"name": "hours", "aria-label": view.text("alarms.hours")}, options
        )
    )
    words = view.text("alarms.reason")
    reason = markup.tag(
        "input",
        type="text",
        name="reason",
        required="",
        maxlength="200",
        autocomplete="off",
        placeholder=words,
        aria_label=words,
    )
    do = markup.tag("button", text=view.text("alarms.silence"), type="submit")
    inner = forms.carried(view, who, rule=rule, area=area) + hours + reason + do + forms.error()
    summary = html.Summary(view.text("alarms.silence_open"), title=label)
    return html.Details(
        [summary, forms.form("/alerts/silence", "alarm-form alarm-silence", inner)],
        className="alarm-more",
    )
