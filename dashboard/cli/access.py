"""`board tokens`: who may send events, look, or make remarks."""

from __future__ import annotations

import click
from sqlalchemy.exc import SQLAlchemyError

from dashboard import city, history
from dashboard.access.tokens import KINDS, Kind, TokenError, Tokens
from dashboard.audit_trail import Trail
from dashboard.cli import options
from dashboard.host import data_folder
from dashboard.settings import Loaded
from feeds.city.profile import ProfileError
from feeds.city.words import Text
from feeds.remarks import remarks


@click.group("tokens")
def tokens_command() -> None:
    """Give and revoke the tokens of those who send events, look, or make remarks. Only hashes are
    kept.
    """


@tokens_command.command("add")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="ingest",
    help="To send events, look, make remarks; or a wall's. [default: ingest]",
)
@click.option(
    "--area",
    default="",
    help="A town's code: the token also lets see the small counts of its grids.",
)
@options.configured("data", "database", "profile", "lang")
@options.failing_on(TokenError, ProfileError, OSError)
def add_command(loaded: Loaded, name: str, kind: Kind, area: str) -> None:
    """Make a token for NAME and print it, once. NAME is an office, never a person: it stands beside
    every remark.
    """
    towns = city.load(loaded.settings.profile).town_by_code
    if area and area not in towns:
        said = Text(
            f"--area {area}：令牌的区域须为镇（街道）；有 {'、'.join(towns)}",
            f"--area {area}: a token's area is a town; there are {', '.join(towns)}",
        )
        raise options.Misuse(said)
    click.echo(Tokens(data_folder.make(loaded.settings.data)).add(name, kind, area))
    _note(loaded, f"added {kind} {area}".strip(), name)
    note = Text(
        f"{name} 的令牌：请现在记下，以后不再显示",
        f"token of {name}: note it now, it can't be shown again",
    )
    options.say(note, err=True)


@tokens_command.command("list")
@options.configured("data", "lang")
@options.failing_on(OSError)
def list_command(loaded: Loaded) -> None:
    """Show whose tokens there are, and since when."""
    known = Tokens(loaded.settings.data).all()
    for token in known:
        by = Text(f"  （由 {token.by} 配对）", f"  (paired by {token.by})")
        paired = by.of(options.lang()) if token.by else ""
        click.echo(f"{token.created}  {token.kind:6}  {token.area or '-':12}  {token.name}{paired}")
    options.say(Text(f"{len(known)} 个令牌", f"{len(known)} tokens"), err=True)


@tokens_command.command("revoke")
@click.argument("name")
@options.configured("data", "database", "lang")
@options.failing_on(TokenError, OSError)
def revoke_command(loaded: Loaded, name: str) -> None:
    """Refuse the token of NAME from now on."""
    Tokens(loaded.settings.data).revoke(name)
    _note(loaded, "revoked", name)
    options.say(Text(f"已撤销：{name}", f"revoked: {name}"), err=True)


def _note(loaded: Loaded, what: str, name: str) -> None:
    """Write the change of a token into the audit log. It is made by then, because a token must be
    revoked also while the database is away.
    """
    shown = "…" if remarks.personal(name) else name
    try:
        database = history.open_database(loaded.settings.database_url)
        Trail(database).note(options.who(), "token", f"{what} {shown}")
        database.dispose()
    except SQLAlchemyError as error:
        first = str(error).splitlines()[0]
        said = Text(
            f"{name}：令牌已变更，但没有写入审计日志，数据库无法使用：{first}",
            f"{name}: the token is changed, but the audit log does not say so, because the "
            f"database can't be used: {first}",
        )
        raise options.Failure(said) from error
