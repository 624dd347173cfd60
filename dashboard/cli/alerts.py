"""`board alerts suggest`: bounds for alert rules from the city's own history."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import timedelta

import click

from dashboard import services
from dashboard.cli import options
from dashboard.settings import Loaded
from feeds.alerts import suggestions
from feeds.alerts.suggestions import Overdue, Usual
from feeds.city import periods
from feeds.city.profile import Profile, ProfileError
from feeds.city.words import Lang, Text
from feeds.history import storage
from feeds.kpis import CATALOGUE, dimensions


@click.group("alerts")
def alerts_command() -> None:
    """Find bounds for alert rules."""


@alerts_command.command("suggest")
@click.option("--days", default=730, show_default=True, help="Days of history to look at.")
@options.configured("data", "database", "profile", "lang")
@options.failing_on(ProfileError)
def suggest_command(loaded: Loaded, days: int) -> None:
    """Print rules for overdue cases, as a profile has them, with limits for every town: the number
    at noon of each day, mean + 3.09 standard deviations; and an age that 99.8 % of the cases closed
    late did not reach. How often each rule would have fired stands beside it.
    """
    if not 28 <= days <= 3660:
        said = Text(f"--days {days}：须为 28 至 3660", f"--days {days}: from 28 to 3660")
        raise options.Misuse(said)
    opened = services.open_services(loaded.settings)
    lang = options.lang()
    profile, now_ms = opened.profile, time.time_ns() // 1_000_000
    moments = suggestions.noons(profile, days, now_ms)
    with storage.snapshot(opened.database) as connection:
        cases = suggestions.read(connection, moments[0], now_ms)
    if not cases:
        said = Text(
            "历史里这些日子没有超期案件", "the history holds no overdue cases of these days"
        )
        raise options.Failure(said)
    last = periods.day_of(now_ms, profile.tz) - timedelta(1)
    days_told = Text(
        f"# 到 {last.isoformat()} 的 {len(moments)} 天，每天正午",
        f"# {len(moments)} days to {last.isoformat()}, at noon",
    )
    options.say(days_told)
    for family, kpi in dimensions.overdue_kpis().items():
        mine = [case for case in cases if case.family == family]
        if mine:
            for line in _rule(profile, family, kpi, mine, moments, lang):
                click.echo(line)
    for line in _oldest(cases, moments, lang):
        click.echo(line)


def _rule(
    profile: Profile,
    family: str,
    kpi: str,
    cases: Sequence[Overdue],
    moments: Sequence[int],
    lang: Lang,
) -> Iterator[str]:
    """The rules of one kind of case: for the city, and for its towns."""
    found = suggestions.by_town(profile, cases, moments)
    title = CATALOGUE[kpi].title.of(lang)
    city = found[profile.code]
    slug = family.replace(".", "-").replace("_", "-")
    yield f"\n# {title} · {profile.name_of(profile.code).of(lang)}: {_said(city, lang)}"
    yield from _table(f"{slug}-overdue-city", kpi, "city", city.limit)
    towns = {town: one for town, one in found.items() if town != profile.code}
    for town, one in towns.items():
        yield f"# {title} · {profile.name_of(town).of(lang)}: {_said(one, lang)}"
    yield from _table(
        f"{slug}-overdue-town", kpi, "towns", max(one.limit for one in towns.values())
    )
    bounds = ", ".join(f'"{town}" = {one.limit}' for town, one in towns.items())
    yield f"most_in = {{ {bounds} }}"


def _said(one: Usual, lang: Lang) -> str:
    return Text(
        f"平均 {one.mean:.1f}，最多 {one.most}，界限 {one.limit}；"
        f"超出 {one.days_over} 天，告警 {one.alerts} 次",
        f"mean {one.mean:.1f}, most {one.most}, limit {one.limit}; "
        f"over it on {one.days_over} days, {one.alerts} alerts",
    ).of(lang)


def _table(id: str, kpi: str, areas: str, limit: int) -> Iterator[str]:
    yield "[[alert]]"
    yield f'id = "{id}"'
    yield 'kind = "overdue"'
    yield f'kpi = "{kpi}"'
    yield f'areas = "{areas}"'
    yield f"most = {limit}"
    yield f"clear = {suggestions.CLEAR_PART * limit:g}"


def _oldest(cases: Sequence[Overdue], moments: Sequence[int], lang: Lang) -> Iterator[str]:
    """The rule on the oldest overdue case, over all kinds."""
    found = suggestions.ages(cases, moments[0])
    if found is None:
        return
    said = Text(
        f"超期办结的 {found.closed} 件中，99.8 % 在 {found.days} 天内办结",
        f"of {found.closed} cases closed late, 99.8 % were closed within {found.days} days",
    )
    yield f"\n# {said.of(lang)}"
    yield "[[alert]]"
    yield 'id = "oldest-overdue"'
    yield 'kind = "oldest"'
    yield 'areas = "towns"'
    yield f"days = {found.days}"
