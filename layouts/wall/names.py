"""The names of cases, kinds and shares on the wall."""

from __future__ import annotations

from feeds.alerts import alert_wording
from feeds.cases import query
from feeds.events import eventtypes
from feeds.events.event import Shape
from feeds.statistics.changes import FEW
from feeds.wall.on_time import Share
from layouts.parts import labels
from layouts.text import numbers
from layouts.view import View


def case(view: View, family: str, category: str) -> str:
    """What a case is about, in one phrase: its category with the word for its kind."""
    kind = view.text(f"room.case_{family.replace('.', '_')}")
    opening = _opening(family)
    if not category or not opening:
        return kind
    known = labels.of_type(view, opening)
    name = known.get(category)
    if name is None or category == "other":
        return kind
    return _chinese(name, kind) if view.lang == "zh" else _english(name, kind.lower())


def of_case(view: View, family: str, category: str) -> list[str]:
    """The same, and then shorter: its kind alone."""
    kind = view.text(f"room.case_{family.replace('.', '_')}")
    return list(dict.fromkeys([case(view, family, category), kind]))


def _chinese(name: str, kind: str) -> str:
    """安全生产, 安全隐患: 安全生产隐患."""
    if name.endswith(kind):
        return name
    return f"{name}{kind[2:] if kind[:2] == name[:2] else kind}"


def _english(name: str, kind: str) -> str:
    """Work safety, safety hazard: a work safety hazard."""
    last = name.rpartition(" ")[2]
    return f"{name} {kind.removeprefix(f'{last} ')}"


def alert(view: View, rule: str, bound: float | None) -> str:
    """What an alert of a rule says, with its own bound."""
    return alert_wording.title(rule, view.profile, {}, bound).of(view.lang)


def category(view: View, kind: str, code: str) -> str:
    """A category by its name, of a case family or of an event type; "" where it has none."""
    type_name = _opening(kind) or kind
    return labels.of_type(view, type_name).get(code, "") if code else ""


def shares(view: View, kpi: str) -> str:
    """What a map compares the towns by."""
    return view.title(kpi) if kpi else view.text("room.on_time")


def percent(share: Share) -> str:
    if share.value is None:
        return "—"
    return f"{numbers.figure(share.value, 'share', 'zh').digits}{numbers.SPACE}%"


def with_cases(view: View, share: Share) -> str:
    """A share with the cases that it is of; of fewer than ten its cases alone."""
    if share.value is None:
        return percent(share)
    if share.due < FEW:
        return cases(view, share)
    return view.text("compare.strip_value", value=percent(share), cases=cases(view, share))


def cases(view: View, share: Share) -> str:
    """The cases of a share alone."""
    return numbers.cases(share.done, share.due, view.lang)


def _opening(family: str) -> str:
    """The event type that opens a case of a family; "" of what is no family."""
    if family not in query.FAMILIES:
        return ""
    return next(
        (
            kind.name
            for kind in eventtypes.TYPES.values()
            if kind.shape is Shape.CASE and kind.family == family and kind.step == "opened"
        ),
        "",
    )
