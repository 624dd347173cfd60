"""The entries of the audit log as a table, the choices that narrow it, its root, and its files."""

from __future__ import annotations

from urllib.parse import urlencode

from dash.development.base_component import Component

from feeds.audit_log.entries import ACTS, OUTCOMES, TITLES, Entry
from layouts.audit_log import subjects
from layouts.audit_log.page_values import DAYS, AuditLogPage
from layouts.html import attributes
from layouts.html import elements as html
from layouts.parts import components
from layouts.text import numbers, times
from layouts.view import View

EXPORT = "/audit-log/export"
FILTERS = ("act", "actor", "days")
COLUMNS = ("n", "at", "actor", "address", "act", "subject", "outcome")


def build(view: View, found: AuditLogPage) -> Component:
    count = numbers.text(found.total, "count", view.lang)
    parts: list[Component] = [
        html.H1(view.text("audit_log.sentence", count=count), className="sentence"),
        _facts(view, found),
        *_choices(view, found),
        _table(view, found)
        if found.entries
        else html.P(view.text("audit_log.none"), className="control-empty"),
        *_pages(view, found),
    ]
    return html.Div(parts, className="audit-log")


def forbidden(view: View) -> Component:
    """Instead of the log, for a browser that may not read it."""
    said = [
        html.H1(view.text("audit_log.forbidden"), className="sentence"),
        html.P(view.text("audit_log.forbidden_help"), className="control-empty"),
    ]
    return html.Div(said, className="audit-log")


def root(found: AuditLogPage) -> str:
    """Number and hash of the newest entry, as papers have them."""
    return f"{found.root.n}:{found.root.hash}" if found.root else "—"


def _facts(view: View, found: AuditLogPage) -> Component:
    """The root, and the log as files."""
    code = html.Code(root(found), className="health-code")
    asked = {name: view.filters[name] for name in FILTERS if name in view.filters}
    files = [
        html.A(
            view.text(f"audit_log.{kind}"),
            href=f"{EXPORT}?{urlencode({'as': kind, **asked})}",
            className="pick",
            **attributes.data(whole=""),
        )
        for kind in ("csv", "ndjson")
    ]
    said = html.Span([view.text("audit_log.root"), " ", code], title=view.text("audit_log.why"))
    return html.Div([said, *files], className="cases-facts")


def _choices(view: View, found: AuditLogPage) -> list[Component]:
    """What narrows the list: how many days, which act, by whom."""
    chosen = {name: view.filters.get(name, "") for name in FILTERS}
    days = [("", view.text("audit_log.all_days"))]
    days += [(str(n), view.text("audit_log.days", n=n)) for n in DAYS]
    acts = [("", view.text("audit_log.all_acts"))]
    acts += [(act, TITLES[act].of(view.lang)) for act in ACTS]
    actors = [("", view.text("audit_log.all_actors"))]
    actors += [(name, _actor(view, name)) for name in found.actors if name]
    return [
        _choice(view, "days", days, chosen["days"]),
        _folded(view, "act", acts, chosen["act"]),
        _folded(view, "actor", actors, chosen["actor"]),
    ]


def _choice(view: View, name: str, options: list[tuple[str, str]], chosen: str) -> Component:
    links = [_pick(view, name, value, said, chosen) for value, said in options]
    label = attributes.aria(label=view.text(f"audit_log.{name}_label"))
    return html.Nav(links, className="periods", **label)


def _folded(view: View, name: str, options: list[tuple[str, str]], chosen: str) -> Component:
    """Many options behind the one that is chosen."""
    current = next((said for value, said in options if value == chosen), chosen)
    label = view.text(f"audit_log.{name}_label")
    return html.Details(
        [
            html.Summary(
                view.text("audit_log.chosen", label=label, said=current), className="pick"
            ),
            _choice(view, name, options, chosen),
        ],
        className="audit-log-choice",
    )


def _pick(view: View, name: str, value: str, said: str, chosen: str) -> Component:
    current = attributes.aria(current="true") if value == chosen else {}
    address = components.address(view, **{"before": "", name: value})
    return html.A(said, href=address, className="pick", **current)


def _table(view: View, found: AuditLogPage) -> Component:
    head = html.Tr([html.Th(view.text(f"audit_log.{name}"), scope="col") for name in COLUMNS])
    rows = [_row(view, one) for one in found.entries]
    return html.Div(
        html.Table([html.Thead(head), html.Tbody(rows)], className="table table--audit-log"),
        className="table-scroll",
        tabIndex=0,
    )


def _row(view: View, one: Entry) -> Component:
    tz = view.profile.tz
    at = f"{times.iso_day(one.at, tz)} {times.local(one.at, tz):%H:%M:%S}"
    act = next((TITLES[act].of(view.lang) for act in ACTS if act == one.act), one.act)
    outcome = next(
        (text.of(view.lang) for name, text in OUTCOMES.items() if name == one.outcome), ""
    )
    values = (at, _actor(view, one.actor), one.address or "—", act, subjects.of(view, one), outcome)
    cells = [
        html.Td(value, **attributes.data(name=view.text(f"audit_log.{name}")))
        for name, value in zip(COLUMNS[1:], values, strict=True)
    ]
    hooks = attributes.data(entry=str(one.n), outcome=one.outcome)
    return html.Tr([html.Th(str(one.n), scope="row", title=one.hash), *cells], **hooks)


def _actor(view: View, name: str) -> str:
    if not name:
        return view.text("audit_log.anyone")
    return view.text("audit_log.board") if name == "board" else name


def _pages(view: View, found: AuditLogPage) -> list[Component]:
    ways = [(view.text("audit_log.first"), "")] if "before" in view.filters else []
    ways += [(view.text("audit_log.older"), str(found.before))] if found.before is not None else []
    return components.paging(view, "before", ways, view.text("audit_log.pages"))
