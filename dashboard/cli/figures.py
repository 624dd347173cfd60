"""`board kpis`: the figures of an area and period, as a table or as the API's JSON."""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Sequence
from typing import cast

import click
import msgspec
import redis

from dashboard import services
from dashboard.api import answers
from dashboard.api.answers import Figure, Kpis
from dashboard.cli import options
from dashboard.live import snapshots
from dashboard.services import Services
from dashboard.settings import Loaded
from feeds import kpis
from feeds.city import periods, words
from feeds.city.periods import Period
from feeds.city.profile import ProfileError
from feeds.city.words import Lang, Text
from feeds.events import decoding
from feeds.events.rejects import InvalidEvent

HEADINGS = tuple(
    Text(*pair)
    for pair in (
        ("指标", "figure"),
        ("", ""),
        ("数值", "value"),
        ("目标", "target"),
        ("状态", "state"),
        ("更新于", "age"),
    )
)
UNITS = {
    "count": Text("", ""),
    "share": Text("%", "%"),
    "yuan": Text("元", "yuan"),
    "hours": Text("小时", "h"),
    "days": Text("天", "d"),
}
STATES = {
    "live": Text("正常", "live"),
    "late": Text("滞后", "late"),
    "nodata": Text("无数据", "no data"),
}


SPANS = (
    (86_400, Text("天", "d")),
    (3_600, Text("小时", "h")),
    (60, Text("分钟", "min")),
    (1, Text("秒", "s")),
)


@click.command("kpis")
@click.option("--area", default=None, help="The city's or a town's code. [default: the city]")
@click.option(
    "--period",
    type=click.Choice(periods.PERIODS),
    default="today",
    help="To date. [default: today]",
)
@click.option(
    "--at", default=None, help="As of this moment, for instance 2026-09-30T18:00:00+08:00."
)
@click.option(
    "--known", default=None, help="With --at: only what had been recorded by this moment."
)
@click.option("--json", "as_json", is_flag=True, help="The API's answer.")
@options.configured(*options.COMMON, "partitions")
@options.failing_on(ProfileError)
def kpis_command(
    loaded: Loaded,
    area: str | None,
    period: str,
    at: str | None,
    known: str | None,
    as_json: bool,
) -> None:
    """Show the figures of an area and period: now, from the running board, or as of a moment, from
    the history.
    """
    found = services.open_services(loaded.settings)
    area = area or found.profile.code
    if area not in found.profile.areas:
        raise options.Misuse(options.no_such_area(area, found.profile))
    at_ms = _moment(at, "--at") if at else None
    known_ms = _moment(known, "--known") if known else None
    if known_ms and not at_ms:
        said = Text(
            "--known 须与 --at 同用：到一个时刻为止所知的、另一个时刻之前发生的事",
            "--known goes with --at: what was known at one moment of what had happened by another",
        )
        raise options.Misuse(said)
    chosen = cast(Period, period)
    answer = (
        answers.as_of(found.database, found.profile, area, chosen, at_ms, known_ms)
        if at_ms
        else _now(found, area, chosen)
    )
    lang = options.lang()
    click.echo(msgspec.json.encode(answer).decode() if as_json else _table(answer, lang))


def _moment(at: str, name: str) -> int:
    try:
        return decoding.parse_time(at, name)
    except InvalidEvent as error:
        raise options.Misuse(words.both(error)) from error


def _now(found: Services, area: str, period: Period) -> Kpis:
    try:
        raw = snapshots.newest(found.redis, f"{area}/{period}")
    except redis.RedisError as error:
        data = found.settings.data
        said = Text(
            f"Redis 没有应答（{error}）；{data} 上的 `board run` 在运行吗？",
            f"Redis does not answer ({error}); is `board run` up on {data}?",
        )
        raise options.Failure(said) from error
    if raw is None:
        said = Text(
            "引擎没有给出数字；`board run` 在运行吗？",
            "the engine gave no figures; is `board run` up?",
        )
        raise options.Failure(said)
    return answers.from_snapshot(
        msgspec.json.decode(raw), found.profile, time.time_ns() // 1_000_000
    )


def _table(answer: Kpis, lang: Lang) -> str:
    rows = [
        [heading.of(lang) for heading in HEADINGS],
        *(_row(row, lang) for row in answer.kpis),
    ]
    widths = [max(_width(row[i]) for row in rows) for i in range(len(HEADINGS))]
    return "\n".join(_line(row, widths) for row in rows)


def _row(row: Figure, lang: Lang) -> Sequence[str]:
    age = "" if row.age_s is None else _span(row.age_s, lang)
    unit, state = UNITS[row.unit].of(lang), STATES[row.state].of(lang)
    title = kpis.CATALOGUE[row.id].title.of(lang)
    return (
        row.id,
        title,
        _number(row.value, row.unit, unit),
        _number(row.target, row.unit, unit),
        state,
        age,
    )


def _span(seconds: int, lang: Lang) -> str:
    """In its largest unit: 40 s, 12 min, 5 h, 3 d."""
    found = next(((size, unit) for size, unit in SPANS if seconds >= size), SPANS[-1])
    return f"{seconds // found[0]} {found[1].of(lang)}"


def _number(value: float | None, kind: str, unit: str) -> str:
    if value is None:
        return "–"
    shown = value * 100 if kind == "share" else value
    return f"{shown:,.0f}{unit}" if kind in ("count", "yuan") else f"{shown:,.1f}{unit}"


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    """Names to the left, numbers to the right."""
    blanks = [" " * (width - _width(text)) for text, width in zip(row, widths, strict=True)]
    return "  ".join(
        [*(row[i] + blanks[i] for i in (0, 1)), *(blanks[i] + row[i] for i in range(2, len(row)))]
    ).rstrip()


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
