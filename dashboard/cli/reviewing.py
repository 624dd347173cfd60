"""`board freeze`: freezes a quarter's figures for its review, or checks that the history still
reproduces a freeze.
"""

from __future__ import annotations

from datetime import datetime

import click

from dashboard import services
from dashboard.cli import options
from dashboard.pages import reviews
from dashboard.services import Services
from dashboard.settings import Loaded
from feeds.city import quarters
from feeds.city.profile import ProfileError
from feeds.city.quarters import Quarter
from feeds.remarks.remarks import WrongRemark
from feeds.review import freezes
from feeds.review.freezes import NotFrozen
from feeds.review.review_values import Freeze


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
        raise click.UsageError("--by: say which office freezes the quarter")
    made = reviews.freeze(opened, wanted, by, again=again)
    click.echo(_line(opened, made))
    click.echo(f"frozen: {made.code}", err=True)


def _quarter(name: str | None) -> Quarter:
    try:
        return quarters.parse(name or "")
    except ValueError as error:
        raise click.UsageError(f"QUARTER: {error}") from error


def _verify(opened: Services, code: str) -> None:
    try:
        one, found = reviews.verify(opened, code)
    except NotFrozen as error:
        raise click.ClickException(f"there is no freeze {code}") from error
    except ValueError as error:
        raise click.ClickException(str(error)) from error
    if found != one.hash:
        made = f"made by version {one.version}, reproduced by {opened.settings.build}"
        raise click.ClickException(
            f"{code}: the figures are others now: {found} and not {one.hash} ({made})"
        )
    click.echo(f"{code}: reproduced, {one.hash}")


def _list(opened: Services, quarter: Quarter) -> None:
    with opened.database.connect() as connection:
        found = freezes.of(connection, quarter.name)
    for one in found:
        click.echo(_line(opened, one))
    click.echo(f"{len(found)} freezes of {quarter.name}", err=True)


def _line(opened: Services, one: Freeze) -> str:
    at = datetime.fromtimestamp(one.moment_ms / 1000, opened.profile.tz)
    instead = f"  superseded by {one.superseded_by}" if one.superseded_by else ""
    return f"{one.code}  {at:%Y-%m-%d %H:%M:%S}  {one.hash}  {one.by}{instead}"
