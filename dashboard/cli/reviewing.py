"""`board freeze`: freezes a quarter's figures for its review, or checks that the history still
reproduces a freeze.
"""

from __future__ import annotations

from datetime import datetime

import click

from dashboard import services
from dashboard.cli import options
from dashboard.pages import reviews
from dashboard.pages.reviews import Verification
from dashboard.services import Services
from dashboard.settings import Loaded
from feeds import kpis
from feeds.city import quarters
from feeds.city.profile import ProfileError
from feeds.city.quarters import Quarter
from feeds.city.words import Text
from feeds.remarks.remarks import WrongRemark
from feeds.review import freezes
from feeds.review.freezes import NotFrozen
from feeds.review.review_values import Freeze

SHOWN = 20


@click.command("freeze")
@click.argument("quarter", required=False)
@click.option("--by", default="", help="The office that freezes it.")
@click.option("--again", is_flag=True, help="Supersede the freeze that stands.")
@click.option(
    "--verify",
    "code",
    default="",
    help="Reproduce the freeze of this code from the history and compare its hash.",
)
@click.option(
    "--list", "is_list", is_flag=True, help="The freezes of QUARTER, the one that stands first."
)
@options.configured(*options.COMMON, "partitions")
@options.failing_on(WrongRemark, ProfileError, reviews.CannotFreeze, freezes.Superseded)
def freeze_command(
    loaded: Loaded, quarter: str | None, by: str, again: bool, code: str, is_list: bool
) -> None:
    """Fix the figures of QUARTER (2026Q3) as they are known now; they are printed with the code
    from then on.
    """
    opened = services.open_services(loaded.settings)
    if code:
        _verify(opened, code)
        return
    wanted = _quarter(quarter)
    if is_list:
        _list(opened, wanted)
        return
    if not by:
        said = Text("--by：请写明由哪个部门冻结", "--by: say which office freezes the quarter")
        raise options.Misuse(said)
    made = reviews.freeze(opened, wanted, by, again=again, who=options.who())
    click.echo(_line(opened, made))
    options.say(Text(f"已冻结：{made.code}", f"frozen: {made.code}"), err=True)


def _quarter(name: str | None) -> Quarter:
    try:
        return quarters.parse(name or "")
    except ValueError as error:
        said = Text(
            f"季度须如 2026Q3，不能是 {name!r}", f"QUARTER is written as 2026Q3, not {name!r}"
        )
        raise options.Misuse(said) from error


def _verify(opened: Services, code: str) -> None:
    try:
        found = reviews.verify(opened, code)
    except NotFrozen as error:
        raise options.Failure(options.no_such_freeze(code)) from error
    one = found.freeze
    if found.kept is None:
        raise options.Failure(_unkept(code))
    if not found.is_as_recorded:
        said = Text(
            f"{code}：这一行不是冻结时写下的，与审计日志记下的不同；"
            "`board audit --log` 说明是哪一处",
            f"{code}: this row is not the one that was written when the quarter was frozen: the "
            "audit log says otherwise; `board audit --log` names the place",
        )
        raise options.Failure(said)
    if not found.is_reproduced:
        _say_differences(opened, found)
        now, n = opened.settings.build, len(found.differences)
        said = Text(
            f"{code}：{n} 个数值与冻结时不同（由版本 {one.version} 冻结，由 {now} 重算）",
            f"{code}: {n} values are others than were frozen (made by version {one.version}, "
            f"reproduced by {now})",
        )
        raise options.Failure(said)
    options.say(Text(f"{code}：重算一致，{one.hash}", f"{code}: reproduced, {one.hash}"))


def _unkept(code: str) -> Text:
    return Text(
        f"{code}：没有保存冻结内容，无法核对；旧版本的历史请先运行 board upgrade",
        f"{code}: what it fixed is not kept, so it can't be verified; a history of an older "
        "version is upgraded with board upgrade first",
    )


def _say_differences(opened: Services, found: Verification) -> None:
    quarter = quarters.parse(found.freeze.quarter)
    names = (quarter.name, quarter.previous.name, quarter.last_year.name)
    lang = options.lang()
    for one in found.differences[:SHOWN]:
        kpi = kpis.CATALOGUE[one.kpi].title.of(lang) if one.kpi in kpis.CATALOGUE else one.kpi
        area = opened.profile.name_of(one.area).of(lang)
        click.echo(f"  {names[one.quarter]}  {area}  {kpi}: {one.was} → {one.now}")


def _list(opened: Services, quarter: Quarter) -> None:
    with opened.database.connect() as connection:
        found = freezes.of(connection, quarter.name)
    for one in found:
        click.echo(_line(opened, one))
    said = Text(f"{quarter.name} 有 {len(found)} 次冻结", f"{len(found)} freezes of {quarter.name}")
    options.say(said, err=True)


def _line(opened: Services, one: Freeze) -> str:
    at = datetime.fromtimestamp(one.moment_ms / 1000, opened.profile.tz)
    newer = Text(f"  已由 {one.superseded_by} 取代", f"  superseded by {one.superseded_by}")
    instead = newer.of(options.lang()) if one.superseded_by else ""
    return f"{one.code}  {at:%Y-%m-%d %H:%M:%S}  {one.hash}  {one.by}{instead}"
