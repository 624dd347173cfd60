"""Alert rules as a profile declares them: what is watched, where, when, and how serious it is. This
module reads no figures.

A rule says when an alert begins (breach) and when it may end (clear); between the two nothing
changes. The life of an alert is in feeds/alerts/lifecycle.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar, Literal, get_args

import msgspec

from feeds.cases import query
from feeds.city import words
from feeds.city.profile import Profile, Section
from feeds.city.words import Text, Worded, Words
from feeds.kpis import CATALOGUE, targets

Severity = Literal["critical", "warning", "notice"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
TITLES: Mapping[Severity, Text] = {
    "critical": Text("紧急", "Critical"),
    "warning": Text("重要", "Warning"),
    "notice": Text("提示", "Notice"),
}
Period = Literal["today", "week", "month", "quarter", "year"]
MINUTE_MS, DAY_MINUTES = 60_000, 1440
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,47}")


class WrongRule(Worded):
    """A rule that can't be used; the message names the rule and the key."""


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"):
    """The fields of every rule. `areas`: the city, each town, or named codes. `hours`: when an
    alert may begin ("07:30-19:00", also over midnight; "" is always). `for_min`: how long the
    breach lasts before the alert fires. `clear_min`: how long it is clear before the alert is
    resolved. `scene`: the wall's scene that is shown while the alert fires and is not acknowledged.
    """

    says: ClassVar[Text] = Text("", "")
    id: str
    title: Words
    severity: Severity = "warning"
    areas: Literal["city", "towns"] | tuple[str, ...] = "city"
    hours: str = ""
    for_min: float = 0
    clear_min: float = 0
    scene: str = ""

    @property
    def figure(self) -> str:
        """The KPI that it watches; "" of one that watches none."""
        return str(getattr(self, "kpi", ""))


class Threshold(Rule, frozen=True, tag="threshold"):
    """Above `above` or below `below`; ends at `clear`, which is on the good side of the bound (the
    bound itself where absent). The rule ignores a share of fewer than `least` cases.
    """

    says: ClassVar[Text] = Text("阈值", "Threshold")
    kpi: str
    period: Period = "today"
    above: float | None = None
    below: float | None = None
    clear: float | None = None
    target: bool = False
    least: float = 0


class Change(Rule, frozen=True, tag="change"):
    """A rise by more than `rise`, or a fall by more than `fall`, against the same part of the
    previous period or of the year before. Shares differ by points, everything else by its ratio.
    The rule ignores less than `least` in the period.
    """

    says: ClassVar[Text] = Text("变化率", "Rate of change")
    kpi: str
    period: Period = "week"
    against: Literal["previous", "year"] = "previous"
    rise: float | None = None
    fall: float | None = None
    clear: float | None = None
    least: float = 0


class Signal(Rule, frozen=True, tag="signal"):
    """The last completed week or month of the control chart is a special cause for the worse (or of
    the named kinds).
    """

    says: ClassVar[Text] = Text("控制图信号", "Control chart signal")
    kpi: str
    when: tuple[Literal["improvement", "concern", "neutral_high", "neutral_low"], ...] = (
        "concern",
    )


class NoData(Rule, frozen=True, tag="no_data"):
    """The sources of a figure are late, or without data (`state`). What never spoke is not
    missed.
    """

    says: ClassVar[Text] = Text("数据中断", "No data")
    kpi: str
    state: Literal["late", "nodata"] = "nodata"


class Overdue(Rule, frozen=True, tag="overdue"):
    """More than `most` cases are overdue; with `open` (a KPI of open cases) `most` is a share of
    those. `most_in` has bounds of single areas, where the alert ends at the same part of the bound
    as elsewhere.
    """

    says: ClassVar[Text] = Text("超期", "Overdue cases")
    kpi: str
    most: float
    clear: float | None = None
    open: str = ""
    most_in: Mapping[str, float] = msgspec.field(default_factory=dict)


class Oldest(Rule, frozen=True, tag="oldest"):
    """The oldest overdue case is over for more than `days`; ends at `clear`. Of every kind of case,
    or of one (`family`).
    """

    says: ClassVar[Text] = Text("最久超期", "Oldest overdue case")
    days: float
    clear: float | None = None
    family: str = ""


class Completeness(Rule, frozen=True, tag="completeness"):
    """Less than `least` of the towns report; ends at `clear`. Of the city alone."""

    says: ClassVar[Text] = Text("完整性", "Completeness")
    least: float
    clear: float | None = None


class Wall(Rule, frozen=True, tag="wall"):
    """A wall paints nothing, or was last seen without a goodbye, for `still_s` seconds. Only for
    the city.
    """

    says: ClassVar[Text] = Text("大屏", "Wall")
    still_s: float = 60


AnyRule = Threshold | Change | Signal | NoData | Overdue | Oldest | Completeness | Wall


def places(rule: Rule, city: str, towns: Iterable[str]) -> tuple[str, ...]:
    """The areas that a rule watches, each with an alert of its own."""
    if rule.areas == "city":
        return (city,)
    return tuple(towns) if rule.areas == "towns" else tuple(rule.areas)


def on_duty(rule: Rule, minute: int) -> bool:
    """Whether a minute of the day (0 to 1439, in the city's zone) is within the
    rule's duty hours.
    """
    if not rule.hours:
        return True
    first, last = _minutes(rule.hours)
    return first <= minute < last if first < last else minute >= first or minute < last


def check(rules: Sequence[AnyRule], profile: Profile) -> None:
    """Raises WrongRule where a rule names what there is not, or its bounds contradict each
    other.
    """
    seen = set[str]()
    for rule in rules:
        _must(
            bool(_ID.fullmatch(rule.id)),
            rule,
            "id",
            Text(
                "须为小写字母、数字、点和短横，最多 48 个",
                "small letters, digits, points and dashes, at most 48",
            ),
        )
        _must(rule.id not in seen, rule, "id", Text("出现了两次", "stands twice"))
        seen.add(rule.id)
        _must(
            not rule.hours or bool(_HOURS.fullmatch(rule.hours)),
            rule,
            "hours",
            Text('须如 "07:30-19:00"', 'must be like "07:30-19:00"'),
        )
        _must(
            rule.for_min >= 0 and rule.clear_min >= 0,
            rule,
            "for_min",
            Text(
                "为分钟数，clear_min 也是；都不能为负",
                "minutes, and so are those of clear_min; neither is negative",
            ),
        )
        unknown = (
            []
            if isinstance(rule.areas, str)
            else [code for code in rule.areas if code not in profile.areas]
        )
        _must(not unknown, rule, "areas", _no_areas(unknown))
        _check_figures(rule)
        _check_bounds(rule, profile)


def _check_figures(rule: AnyRule) -> None:
    for key in ("kpi", "open"):
        name = getattr(rule, key, "")
        said = Text(f"没有这项指标：{name}", f"no such KPI: {name}")
        _must(not name or name in CATALOGUE, rule, key, said)
    if isinstance(rule, Oldest):
        is_known = rule.family in ("", *query.FAMILIES)
        said = Text(f"没有这种案件：{rule.family}", f"no such kind of case: {rule.family}")
        _must(is_known, rule, "family", said)
    if isinstance(rule, Completeness | Wall):
        said = Text("数据完整性和大屏只有全市的", "completeness and walls are of the city")
        _must(rule.areas == "city", rule, "areas", said)
    if isinstance(rule, Wall):
        _must(
            rule.still_s >= 60,
            rule,
            "still_s",
            Text(
                "大屏每 20 秒报一次状态；至少 60",
                "a wall says how it stands every 20 seconds; 60 at least",
            ),
        )


def _check_bounds(rule: AnyRule, profile: Profile) -> None:
    if isinstance(rule, Threshold):
        given = [rule.above is not None, rule.below is not None, rule.target]
        said = Text(
            "above、below、target = true 只写一个", "say one of above, below and target = true"
        )
        _must(sum(given) == 1, rule, "above", said)
        kpi = CATALOGUE[rule.kpi]
        _must(
            not rule.target or _target(rule, profile) is not None,
            rule,
            "target",
            Text(f"{kpi.id} 在这个时段没有目标", f"{kpi.id} has no target over this period"),
        )
    if isinstance(rule, Change):
        is_one = (rule.rise is None) != (rule.fall is None)
        _must(is_one, rule, "rise", Text("rise 或 fall 写一个", "say rise or fall"))
        said = Text("须大于 0，fall 也是", "must be more than 0, and so must fall")
        _must((rule.rise or rule.fall or 0) > 0, rule, "rise", said)
    if isinstance(rule, Overdue):
        unknown = [code for code in rule.most_in if code not in profile.areas]
        _must(not unknown, rule, "most_in", _no_areas(unknown))
    bound, clear, up = bounds(rule, profile)
    _must(
        clear is None or bound is None or (clear <= bound if up else clear >= bound),
        rule,
        "clear",
        Text("超出了界限", "lies beyond the bound"),
    )


def _no_areas(codes: Sequence[str]) -> Text:
    return Text(f"没有这个区域：{'、'.join(codes)}", f"no such area: {', '.join(codes)}")


def bounds(
    rule: AnyRule, profile: Profile, area: str = ""
) -> tuple[float | None, float | None, bool]:
    """(where it begins, where it ends, whether more is worse); None of a rule without numbers. In
    an area with a bound of its own that one.
    """
    if isinstance(rule, Overdue) and area in rule.most_in:
        own = rule.most_in[area]
        part = 1.0 if rule.clear is None or not rule.most else rule.clear / rule.most
        return own, own * part, True
    match rule:
        case Threshold(above=float() | int()):
            bound, up = rule.above, True
        case Threshold(target=True):
            bound, up = _target(rule, profile), CATALOGUE[rule.kpi].better == "down"
        case Threshold():
            bound, up = rule.below, False
        case Change():
            bound, up = (rule.rise, True) if rule.rise is not None else (-(rule.fall or 0), False)
        case Overdue():
            bound, up = rule.most, True
        case Oldest():
            bound, up = rule.days, True
        case Completeness():
            bound, up = rule.least, False
        case _:
            return None, None, True
    return bound, bound if rule.clear is None else rule.clear, up


def _target(rule: Threshold, profile: Profile) -> float | None:
    """The target that a tile of the same figure and period shows."""
    return targets.within(profile, rule.kpi, is_short=rule.period in targets.SHORT)


def _minutes(hours: str) -> tuple[int, int]:
    first, last = ([int(part) for part in end.split(":")] for end in hours.split("-"))
    return first[0] * 60 + first[1], last[0] * 60 + last[1]


def _must(holds: bool, rule: Rule, key: str, said: Text) -> None:
    if not holds:
        raise WrongRule(words.at(f"alert {rule.id!r}: {key}", said))


RULES: Section[tuple[AnyRule, ...]] = Section("alert", tuple[AnyRule, ...], (), check)


def of(profile: Profile) -> tuple[AnyRule, ...]:
    """The alert rules of a city."""
    return profile.section(RULES)
