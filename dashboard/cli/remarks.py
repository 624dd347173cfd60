"""`board remarks`: lists, adds and withdraws remarks on the board's machine."""

from __future__ import annotations

from datetime import date, timedelta

import click

from dashboard import services
from dashboard.access.principal import Principal
from dashboard.cli import options
from dashboard.pages import remark_service
from dashboard.services import Services
from dashboard.settings import Loaded
from feeds.accounts import account_store
from feeds.city.profile import ProfileError
from feeds.city.words import Lang, Text
from feeds.remarks import remark_store, remarks
from feeds.remarks.remarks import NotYours, Remark, WrongRemark

_BY = click.option(
    "--by", required=True, help="Who: the name of an account or a token that may make remarks."
)


@click.group("remarks")
def remarks_command() -> None:
    """List, make and withdraw remarks on figures; a remark of kind rebase has control limits made
    anew from its day on.
    """


@remarks_command.command("list")
@click.option("--kpi", default=None, help="Remarks on this KPI and on all. [default: every KPI]")
@click.option("--area", default=None, help="The city's or a town's code. [default: the city]")
@click.option("--withdrawn", is_flag=True, help="Withdrawn ones too.")
@options.configured("data", "database", "profile", "lang")
@options.failing_on(ProfileError)
def list_command(loaded: Loaded, kpi: str | None, area: str | None, withdrawn: bool) -> None:
    """Show the remarks of an area and its city, oldest first, each with its id."""
    opened = services.open_services(loaded.settings)
    last = remark_service.today(opened) + remarks.AHEAD
    found = remark_service.read(
        opened,
        kpi,
        area or opened.profile.code,
        last - timedelta(4 * 366),
        last,
        withdrawn=withdrawn,
    )
    for one in found:
        click.echo(_line(one, options.lang()))
    options.say(Text(f"{len(found)} 条批注", f"{len(found)} remarks"), err=True)


@remarks_command.command("add")
@click.argument("text")
@click.option("--kpi", required=True, help="A KPI's id, or * for all.")
@click.option("--kind", type=click.Choice(remarks.KINDS), required=True, help="What it is about.")
@click.option("--area", default="", help="The city's or a town's code. [default: the city]")
@click.option("--day", default="", help="The day, such as 2026-09-30. [default: today]")
@click.option("--to", "last", default="", help="The last day, of a stretch that begins on --day.")
@click.option("--reason", default="", help="Why limits are rebased.")
@_BY
@options.configured("data", "database", "profile", "lang")
@options.failing_on(WrongRemark, NotYours, ProfileError)
def add_command(loaded: Loaded, by: str, day: str, last: str, **asked: str) -> None:
    """Make the remark TEXT on a figure: 80 characters at most, about work, never about people."""
    opened = services.open_services(loaded.settings)
    first = day or date.isoformat(remark_service.today(opened))
    days = {"first": first, "last": last} if last else {"day": first}
    made = remark_service.add(
        opened,
        {k: v for k, v in asked.items() if v} | days,
        _office(opened, by),
        options.who(),
    )
    click.echo(_line(made, options.lang()))


@remarks_command.command("withdraw")
@click.argument("id")
@_BY
@options.configured("data", "database", "profile", "lang")
@options.failing_on(WrongRemark, NotYours, ProfileError)
def withdraw_command(loaded: Loaded, id: str, by: str) -> None:
    """Withdraw the remark ID; it stays in the book, with who withdrew it and when."""
    opened = services.open_services(loaded.settings)
    try:
        gone = remark_service.withdraw(opened, id, _office(opened, by), options.who())
    except remark_store.NotThere as error:
        said = Text(
            f"没有批注 {id}；`board remarks list` 列出全部",
            f"there is no remark {id}; `board remarks list` shows what there is",
        )
        raise options.Failure(said) from error
    except remark_store.Withdrawn as error:
        said = Text(f"批注 {id} 先前已撤回", f"the remark {id} was withdrawn before")
        raise options.Failure(said) from error
    click.echo(_line(gone, options.lang()))


def _office(opened: Services, name: str) -> Principal:
    with opened.database.connect() as connection:
        accounts = account_store.all(connection)
    people = [
        Principal("account", one.name, one.rights) for one in accounts if one.disabled is None
    ]
    offices = [Principal("token", one.name, one.rights) for one in opened.tokens.all()]
    found = [one for one in (*people, *offices) if one.rights.may_somewhere("remark")]
    for one in found:
        if one.name == name:
            return one
    names = [one.name for one in found]
    command = "`board tokens add NAME --kind edit`"
    there = Text(
        "、".join(names) or f"还一个也没有，用 {command} 生成",
        ", ".join(names) or f"none yet; {command} makes one",
    )
    said = Text(
        f"--by {name}：没有叫这个名称、可以批注的账号或令牌；有 {there.zh}",
        f"--by {name}: no account or token of this name may make remarks; there are {there.en}",
    )
    raise options.Misuse(said)


def _line(one: Remark, lang: Lang) -> str:
    days = f"{one.first}" if one.first == one.last else f"{one.first}/{one.last}"
    by = Text(f"  [由 {one.withdrawn_by} 撤回]", f"  [withdrawn by {one.withdrawn_by}]")
    gone = by.of(lang) if one.withdrawn_at else ""
    reason = f" ({one.reason})" if one.reason else ""
    return (
        f"{one.id}  {days}  {one.area}  {one.kpi}  {remarks.TITLES[one.kind].of(lang)}: "
        f"{one.text}{reason}  — {one.by}{gone}"
    )
