"""What follows the open alerts: silences, the last 30 days, the rules, and the messages that
webhooks have not accepted.
"""

from __future__ import annotations

from dash.development.base_component import Component

from feeds.alerts import alert_rules, alert_wording
from feeds.alerts.lifecycle import Silence
from feeds.city import periods
from feeds.wall import wall_profile
from layouts.alerts import pieces
from layouts.alerts.page_values import Alarms, Life, Undelivered
from layouts.health import pieces as tables
from layouts.html import elements as html
from layouts.parts import components, forms
from layouts.view import View

MOST = 200


def silences(view: View, known: Alarms) -> list[Component]:
    """The active silences, each with its form to end it; nothing where there are none."""
    if not known.silences:
        return []
    return [
        _section(
            view,
            "silences",
            html.Ul([_silence(view, one) for one in known.silences], className="alarms-pending"),
        )
    ]


def _silence(view: View, one: Silence) -> Component:
    name = view.text("alarms.every_rule") if one.rule == "*" else pieces.title(view, one.rule)
    who = forms.editor(view, "act", one.area)
    end = (
        [forms.button(view, who, f"/alerts/silences/{one.id}/end", "alarms.end", name)]
        if who
        else []
    )
    until = view.text("alarms.until", moment=pieces.moment(view, one.until))
    return html.Li(
        [
            html.Span(until, className="alarm-tag"),
            pieces.place(view, one.area),
            html.Span(name),
            html.Span(one.reason),
            html.Span(one.by, className="remark-by"),
            *end,
        ]
    )


def history(view: View, known: Alarms) -> Component:
    """Every alert of the last 30 days, newest first."""
    if not known.history:
        return _section(
            view, "history", html.P(view.text("alarms.history_none"), className="health-note")
        )
    head = [
        view.text(f"alarms.{name}")
        for name in (
            "fired",
            "severity",
            "state",
            "area",
            "rule",
            "value",
            "lasted",
            "acknowledged_by",
        )
    ]
    return _section(
        view,
        "history",
        tables.table(head, [_life(view, life) for life in known.history[:MOST]], "table--words"),
    )


def _life(view: View, life: Life) -> list[tables.Content]:
    alert, over = life.alert, life.alert.since if life.alert.is_over else None
    state = alert_wording.STATES[alert.state].of(view.lang)
    seen = (
        f"{life.acknowledged_by} {pieces.moment(view, life.acknowledged_at)}"
        if life.acknowledged_by
        else "—"
    )
    return [
        pieces.moment(view, alert.fired),
        pieces.severity(view, alert.severity),
        state,
        pieces.place(view, alert.area),
        pieces.title(view, alert.rule, alert.bound),
        pieces.value_of(view, life) or "—",
        pieces.lasting(view, alert.fired, over),
        seen,
    ]


def rules(view: View) -> Component:
    """What is watched, when it begins and ends, where, and at what hours."""
    declared = alert_rules.of(view.profile)
    if not declared:
        return _section(
            view, "rules", html.P(view.text("alarms.rules_none"), className="health-note")
        )
    names = ["rule", "severity", "kind", "condition", "lasting", "area", "duty"]
    rows = [_rule(view, rule) for rule in declared]
    scenes = [_scene(view, rule) for rule in declared]
    if any(scenes):
        names.append("scene")
        rows = [[*row, scene] for row, scene in zip(rows, scenes, strict=True)]
    head = [view.text(f"alarms.{name}") for name in names]
    heading = html.H2(view.text("alarms.rules"), className="section-title")
    table = tables.table(head, rows, "table--words")
    return html.Section(components.fold("rules", heading, table), className="section alarms-rules")


def _rule(view: View, rule: alert_rules.AnyRule) -> list[tables.Content]:
    words: tables.Content = alert_wording.titled(rule, view.profile).of(view.lang)
    if rule.figure:
        words = html.A(
            words, href=components.address(view, "/kpi", kpi=rule.figure), className="alarm-link"
        )
    return [
        words,
        pieces.severity(view, rule.severity),
        rule.says.of(view.lang),
        alert_wording.condition(rule, view.profile).of(view.lang),
        view.text("alarms.minutes", n=f"{rule.for_min:g}")
        if rule.for_min
        else view.text("alarms.at_once"),
        _scope(view, rule),
        rule.hours.replace("-", "–") if rule.hours else view.text("alarms.always"),
    ]


def _scene(view: View, rule: alert_rules.AnyRule) -> str:
    """The wall's scene that it holds; nothing where it holds none."""
    found = wall_profile.of(view.profile).scene(rule.scene)
    return found.title.text.of(view.lang) if found else ""


def _scope(view: View, rule: alert_rules.AnyRule) -> str:
    if isinstance(rule.areas, str):
        return view.text(f"alarms.scope_{rule.areas}")
    return tables.listed(view, [view.area_name(code) for code in rule.areas])


def webhooks(view: View, known: Alarms) -> Component:
    """The webhooks, and the messages that they have not accepted, from the first failure on."""
    if not known.hooks and not known.failing:
        return _section(
            view, "webhooks", html.P(view.text("alarms.hooks_none"), className="health-note")
        )
    text = html.P(
        view.text("alarms.hooks", names=tables.listed(view, known.hooks)), className="health-note"
    )
    if not known.failing:
        none = html.P(view.text("alarms.failing_none"), className="health-note")
        return _section(view, "webhooks", text, none)
    names = ("tried", "hook", "rule", "area", "why", "then")
    head = [view.text(f"alarms.{name}") for name in names]
    rows = [_undelivered(view, known, one) for one in known.failing]
    said = html.P(view.text("alarms.failing", n=len(rows)), className="alarm-unknown")
    return _section(view, "webhooks", text, said, tables.table(head, rows, "table--words"))


def _undelivered(view: View, known: Alarms, one: Undelivered) -> list[tables.Content]:
    title = pieces.title(view, one.rule) if one.rule else view.text("alarms.brief")
    return [
        pieces.moment(view, one.at),
        one.hook,
        title,
        pieces.place(view, one.area) if one.area else "—",
        one.said,
        html.Div([html.Span(_then(view, one)), *_again(view, known, one)], className="alarm-then"),
    ]


def _then(view: View, one: Undelivered) -> str:
    """How often it was tried, and what comes next."""
    if one.due is None:
        return view.text("alarms.given_up", n=one.tries)
    if one.due <= view.now_ms:
        return view.text("alarms.trying", n=one.tries)
    return view.text("alarms.retry", n=one.tries, moment=pieces.moment(view, one.due))


def _again(view: View, known: Alarms, one: Undelivered) -> list[Component]:
    """For an office the button that sends it at once; of a hook that is gone, or a brief of another
    morning, none.
    """
    tz = view.profile.tz
    is_due = one.rule or periods.day_of(one.at, tz) == periods.day_of(view.now_ms, tz)
    who = forms.editor(view, "act", one.area) if is_due else None
    if who is None or one.hook not in known.hooks:
        return []
    about = {"alert": one.alert, "version": str(one.version), "hook": one.hook}
    return [forms.button(view, who, "/alerts/again", "alarms.again", one.hook, **about)]


def _section(view: View, name: str, *content: Component) -> Component:
    heading = html.H2(view.text(f"alarms.{name}"), className="section-title")
    return html.Section(
        components.fold(name, heading, *content),
        className=f"section alarms-{name}",
    )
