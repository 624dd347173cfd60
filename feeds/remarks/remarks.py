"""What a remark is: a dated note of an office on a KPI (a campaign, a flood, a change of counting),
and which remarks are rejected.

Remarks are the only text that people write on the board, so they are short and are searched for
personal data. feeds/remarks/remark_store.py stores them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple, cast, get_args

from feeds.city.profile import Profile
from feeds.city.words import Lang, Text, Worded
from feeds.events import privacy
from feeds.events.rejects import REASONS
from feeds.kpis import CATALOGUE

Kind = Literal["campaign", "weather", "counting", "system", "rebase", "definition", "other"]
KINDS: tuple[Kind, ...] = get_args(Kind)
TITLES: Mapping[str, Text] = {
    "campaign": Text("专项行动", "Campaign"),
    "weather": Text("天气灾害", "Weather"),
    "counting": Text("统计口径", "Way of counting"),
    "system": Text("系统变动", "System"),
    "rebase": Text("控制限重算", "Limits rebased"),
    "definition": Text("定义变更", "Definition"),
    "other": Text("其他", "Other"),
}
WITHDRAWN = Text("（后已撤回）", "(withdrawn since)")
BREAKS: tuple[Kind, ...] = ("rebase", "definition")  # figures before and after aren't of one kind
EVERY = "*"
FIELDS = ("kpi", "area", "day", "first", "last", "kind", "text", "reason")
LONGEST = {"text": 80, "reason": 200}
OLDEST, AHEAD = date(1990, 1, 1), timedelta(366)

_CHINESE = str.maketrans("〇零○一二三四五六七八九", "000123456789")
_NUMBER = re.compile(r"\d{7,}|(?:\d[-._: ]){6,}\d")


class WrongRemark(Worded):
    """A remark that is rejected: `field` names the field, `said` the reason. Nothing of it is
    repeated.
    """

    def __init__(self, field: str, said: Text) -> None:
        super().__init__(said)
        self.field = field

    def __str__(self) -> str:
        return self.message("en")

    def message(self, lang: Lang) -> str:
        return f"{self.field}: {self.said.of(lang)}"


class NotYours(Worded):
    """The office is one town's, and what it would change is another's or the city's."""


class Draft(NamedTuple):
    """A remark that may be made, from `first` to `last` (both included). `kpi` may be EVERY; `area`
    is the city's or a town's code.
    """

    kpi: str
    area: str
    first: date
    last: date
    kind: Kind
    text: str
    reason: str = ""


class Remark(NamedTuple):
    """A remark, current or withdrawn. `by` is an office, `at` epoch ms."""

    id: str
    kpi: str
    area: str
    first: date
    last: date
    kind: Kind
    text: str
    reason: str
    by: str
    at: int
    withdrawn_by: str = ""
    withdrawn_at: int | None = None

    @property
    def is_break(self) -> bool:
        return self.kind in BREAKS

    def is_on(self, kpi: str) -> bool:
        return self.kpi in (kpi, EVERY)

    def said(self, lang: Lang) -> str:
        """Its text, or that it is withdrawn where the text was taken out."""
        return self.text or WITHDRAWN.of(lang)


def known(found: Iterable[Remark], at_ms: int) -> Iterator[Remark]:
    """The remarks at a moment (epoch ms). One that was withdrawn since is still counted, but
    without its texts.
    """
    for one in found:
        if one.withdrawn_at is None and one.at <= at_ms:
            yield one
        elif one.withdrawn_at is not None and one.at <= at_ms < one.withdrawn_at:
            yield one._replace(text="", reason="")


def draft(asked: Mapping[str, Any], profile: Profile, today: date) -> Draft:
    """A draft from the fields of a request, a form or a command, all of them texts. Raises
    WrongRemark.
    """
    for field, value in asked.items():
        _must(
            field in FIELDS,
            field,
            Text(
                f"没有这个字段；可用 {'、'.join(FIELDS)}",
                f"is not a field; allowed: {', '.join(FIELDS)}",
            ),
        )
        _must(isinstance(value, str), field, REASONS["text"])
    given = {field: value.strip() for field, value in asked.items() if value.strip()}
    kind = cast(Kind, _choice(given, "kind", KINDS, None))
    kpi = _choice(given, "kpi", (*CATALOGUE, EVERY), None)
    area = _choice(given, "area", profile.areas, profile.code)
    first, last = _days(given, today)
    found = Draft(
        kpi,
        area,
        first,
        last,
        kind,
        words(given, "text"),
        words(given, "reason", needed=kind == "rebase"),
    )
    if kind == "rebase":
        _must(
            kpi != EVERY,
            "kpi",
            Text("重算控制限须指定一项指标", "limits are rebased for one KPI, not for all"),
        )
        _must(
            first == last,
            "last",
            Text("重算控制限只有起始一天", "limits are rebased from one day on"),
        )
    return found


def words(given: Mapping[str, str], field: str, *, needed: bool | None = None) -> str:
    """A text of a remark without what a line must not hold. Raises WrongRemark."""
    value, most = given.get(field, ""), LONGEST.get(field, LONGEST["text"])
    _must(
        bool(value) or needed is False or (needed is None and field == "reason"),
        field,
        REASONS["missing"],
    )
    _must(
        len(value) <= most,
        field,
        Text(f"最多 {most} 个字符", f"may have {most} characters at most"),
    )
    _must(
        not any(unicodedata.category(c)[0] == "C" for c in value),
        field,
        Text("只能是一行文字", "must be one line of plain text"),
    )
    kind = personal(value)
    _must(
        kind is None, field, REASONS[f"personal:{kind}"] if kind and kind != "number" else _NUMBERS
    )
    return value


def personal(value: str) -> str | None:
    """What kind of personal data a text holds, as feeds/events/privacy.py names it, or `number`:
    seven digits in a row are no remark.

    Full-width and Chinese digits are read as what they stand for.
    """
    plain = unicodedata.normalize("NFKC", value)
    if found := privacy.personal(plain) or privacy.personal(plain.translate(_CHINESE)):
        return found
    return (
        "number"
        if _NUMBER.search(plain.translate(_CHINESE))
        or (plain and not any(c.isalpha() for c in plain))
        else None
    )


_NUMBERS = Text(
    "不收号码：不能有七位以上连续数字，也不能只有数字",
    "no numbers of anything: not seven digits in a row, nor digits alone",
)


def _days(given: Mapping[str, str], today: date) -> tuple[date, date]:
    """`day`, or `first` with `last` (one day where absent)."""
    stretch = Text("写 day，或 first 与 last，不能都写", "say day, or first and last, not both")
    _must(not ("day" in given and given.keys() & {"first", "last"}), "day", stretch)
    name = "day" if "day" in given else "first"
    first = _day(given, name, today)
    last = _day(given, "last", today) if "last" in given else first
    _must(first <= last, "last", Text("早于第一天", "is before the first day"))
    return first, last


def _day(given: Mapping[str, str], field: str, today: date) -> date:
    _must(field in given, "day" if field == "first" else field, REASONS["missing"])
    try:
        day = date.fromisoformat(given[field])
    except ValueError as error:
        raise WrongRemark(
            field, Text("须为日期，如 2026-09-30", "must be a date such as 2026-09-30")
        ) from error
    limits = f"{OLDEST} – {today + AHEAD}"
    _must(
        OLDEST <= day <= today + AHEAD,
        field,
        Text(f"须在 {limits} 之内", f"must lie within {limits}"),
    )
    return day


def _choice(
    given: Mapping[str, str], field: str, allowed: tuple[str, ...], default: str | None
) -> str:
    value = given.get(field, default)
    _must(value is not None, field, REASONS["missing"])
    few = f": {', '.join(allowed)}" if len(allowed) < 10 else ""
    _must(value in allowed, field, Text(f"没有这个选项{few}", f"is none of what is allowed{few}"))
    return cast(str, value)


def _must(holds: bool, field: str, said: Text) -> None:
    if not holds:
        raise WrongRemark(field, said)
