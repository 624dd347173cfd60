"""`board tokens`: which offices and programs may send events, look, or make remarks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import click

from dashboard import city, history
from dashboard.access import tokens
from dashboard.access.tokens import Tokens
from dashboard.audit_trail import now_ms
from dashboard.cli import options
from dashboard.host import data_folder
from dashboard.settings import Loaded
from feeds.accounts.roles import KINDS, Kind
from feeds.accounts.token_store import DAY_MS, Scope, Token, TokenError
from feeds.city.profile import Profile, ProfileError
from feeds.city.words import Lang, Text
from feeds.events import eventtypes

HOUR_MS = 3_600_000
_SPANS = {"h": HOUR_MS, "d": DAY_MS, "w": 7 * DAY_MS}
_SPAN = re.compile(r"([1-9][0-9]{0,3})([hdw])")
MOST_MS = 10 * 366 * DAY_MS
SOON_MS = 14 * DAY_MS


@click.group("tokens")
def tokens_command() -> None:
    """Give, renew and revoke the tokens of offices and programs that send events, look, or make
    remarks. Only hashes are kept.
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
    "areas",
    multiple=True,
    help="A town's code. To look: its small counts and case numbers too. To send: events of this "
    "area alone; may be given several times.",
)
@click.option(
    "--type",
    "types",
    multiple=True,
    help="To send: events of this type alone; may be given several times.",
)
@click.option(
    "--source",
    "sources",
    multiple=True,
    help="To send: events with this `source` alone; may be given several times.",
)
@click.option("--expires", default="", help="When it ends: 12h, 90d, 52w. [default: never]")
@options.configured("data", "database", "database_file", "profile", "lang")
@options.failing_on(TokenError, ProfileError, OSError)
def add_command(
    loaded: Loaded,
    name: str,
    kind: Kind,
    areas: tuple[str, ...],
    types: tuple[str, ...],
    sources: tuple[str, ...],
    expires: str,
) -> None:
    """Make a token for NAME and print it, once. NAME is an office or a program, never a person: it
    stands beside what the token is used for.
    """
    profile = city.load(loaded.settings.profile)
    _check_areas(profile, areas, is_sending=kind == "ingest")
    _check_types(types)
    ends = None if not expires else now_ms() + _span("--expires", expires)
    is_sending = kind == "ingest"
    area = "" if is_sending or not areas else areas[0]
    scope = Scope(
        frozenset(types), frozenset(areas) if is_sending else frozenset(), frozenset(sources)
    )
    with _opened(loaded) as known:
        secret = known.add(name, kind, area, who=options.who(), scope=scope, expires=ends)
    click.echo(secret)
    note = Text(
        f"{name} 的令牌：请现在记下，以后不再显示",
        f"token of {name}: note it now, it can't be shown again",
    )
    options.say(note, err=True)


@tokens_command.command("rotate")
@click.argument("name")
@click.option(
    "--overlap",
    default="24h",
    help="How long the old secret still works: 12h, 7d; 0 ends it at once. [default: 24h]",
)
@options.configured("data", "database", "database_file", "lang")
@options.failing_on(TokenError, OSError)
def rotate_command(loaded: Loaded, name: str, overlap: str) -> None:
    """Give the token of NAME a new secret and print it, once. The old one still works for a while,
    so that a program can be changed without a gap.
    """
    overlap_ms = 0 if overlap == "0" else _span("--overlap", overlap)
    with _opened(loaded) as known:
        secret = known.rotate(name, who=options.who(), overlap_ms=overlap_ms)
    click.echo(secret)
    note = Text(
        f"{name} 的新令牌：请现在记下，以后不再显示；旧令牌 {overlap} 后失效",
        f"new token of {name}: note it now, it can't be shown again; the old one ends in {overlap}",
    )
    if not overlap_ms:
        note = Text(
            f"{name} 的新令牌：请现在记下，以后不再显示；旧令牌已失效",
            f"new token of {name}: note it now, it can't be shown again; the old one has ended",
        )
    options.say(note, err=True)


@tokens_command.command("list")
@options.configured("data", "database", "database_file", "lang")
@options.failing_on(OSError)
def list_command(loaded: Loaded) -> None:
    """Show whose tokens there are, what they are for, when they were used last and when they
    end.
    """
    with _opened(loaded) as known:
        found = known.all()
    for token in found:
        click.echo(_line(token, options.lang()))
    options.say(Text(f"{len(found)} 个令牌", f"{len(found)} tokens"), err=True)


@tokens_command.command("revoke")
@click.argument("name")
@options.configured("data", "database", "database_file", "lang")
@options.failing_on(TokenError, OSError)
def revoke_command(loaded: Loaded, name: str) -> None:
    """Refuse the token of NAME from now on; a running board knows within two seconds."""
    with _opened(loaded) as known:
        known.revoke(name, who=options.who())
    options.say(Text(f"已撤销：{name}", f"revoked: {name}"), err=True)


@contextmanager
def _opened(loaded: Loaded) -> Iterator[Tokens]:
    """The tokens of the board's database, with those that an older board kept in a file."""
    data_folder.make(loaded.settings.data)
    database = history.open_database(loaded.settings.database_url)
    try:
        tokens.take_over(loaded.settings.data, database)
        yield Tokens(database)
    finally:
        database.dispose()


def _check_areas(profile: Profile, areas: tuple[str, ...], *, is_sending: bool) -> None:
    known = profile.areas if is_sending else tuple(profile.town_by_code)
    if unknown := [area for area in areas if area not in known]:
        raise options.Misuse(
            Text(
                f"--area {unknown[0]}：没有这个区域；有 {'、'.join(known)}",
                f"--area {unknown[0]}: no such area; there are {', '.join(known)}",
            )
            if is_sending
            else Text(
                f"--area {unknown[0]}：令牌的区域须为镇（街道）；有 {'、'.join(known)}",
                f"--area {unknown[0]}: a token's area is a town; there are {', '.join(known)}",
            )
        )
    if len(areas) > 1 and not is_sending:
        raise options.Misuse(
            Text(
                "--area：查看、编辑和大屏的令牌只有一个区域",
                "--area: a token that looks or edits, or a wall's, has one area",
            )
        )


def _check_types(types: tuple[str, ...]) -> None:
    for name in types:
        if name not in eventtypes.TYPES:
            raise options.Misuse(
                Text(
                    f"--type {name}：没有这种事件；有 {'、'.join(eventtypes.TYPES)}",
                    f"--type {name}: no such type; there are {', '.join(eventtypes.TYPES)}",
                )
            )


def _span(option: str, text: str) -> int:
    """A length of time, ms."""
    found = _SPAN.fullmatch(text)
    length = int(found[1]) * _SPANS[found[2]] if found else 0
    if not 0 < length <= MOST_MS:
        said = Text(
            f"{option} {text}：须如 12h（小时）、90d（天）、52w（周），最长十年",
            f"{option} {text}: such as 12h (hours), 90d (days), 52w (weeks), ten years at most",
        )
        raise options.Misuse(said)
    return length


def _line(token: Token, lang: Lang) -> str:
    parts = [f"{_moment(token.created)}  {token.kind:6}  {token.area or '-':12}  {token.name}"]
    scope = " ".join(sorted(value for values in token.scope for value in values))
    facts = [
        Text(f"只收 {scope}", f"sends {scope} alone") if scope else None,
        Text(f"由 {token.by} 建立", f"made by {token.by}") if token.by else None,
        _used(token),
        _ends(token),
        Text("旧令牌仍有效", "the old secret still works") if _overlaps(token) else None,
    ]
    said = [fact.of(lang) for fact in facts if fact]
    return "  ".join([*parts, f"（{'；'.join(said)}）" if lang == "zh" else f"({'; '.join(said)})"])


def _used(token: Token) -> Text:
    if token.seen is None:
        return Text("还没有用过", "not used yet")
    at = _moment(token.seen)
    return Text(f"{at} 用过", f"used {at}")


def _ends(token: Token) -> Text | None:
    if token.expires is None:
        return None
    at, left_ms = _moment(token.expires), token.expires - now_ms()
    if left_ms <= 0:
        return Text(f"已于 {at} 过期", f"expired {at}")
    if left_ms < SOON_MS:
        days = left_ms // DAY_MS
        return Text(f"{at} 过期，还有 {days} 天", f"expires {at}, days left: {days}")
    return Text(f"{at} 过期", f"expires {at}")


def _overlaps(token: Token) -> bool:
    return len(token.digests(now_ms())) > 1


def _moment(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000).astimezone().isoformat(timespec="seconds")
