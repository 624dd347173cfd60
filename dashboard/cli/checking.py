"""The commands that check: audit and doctor."""

from __future__ import annotations

import sys
import urllib.error
from pathlib import Path

import click
import redis
from sqlalchemy import Engine

from dashboard import audit_trail, history, services
from dashboard.audit_trail import Trail
from dashboard.cli import options
from dashboard.cli.options import Progress
from dashboard.processes import supervisor
from dashboard.settings import Loaded
from feeds.audit_log import entries, log_store, verification
from feeds.city.profile import ProfileError
from feeds.city.words import Text
from feeds.events.log import LogUnavailable
from feeds.history import recounting, storage

SHOWN = 200


@click.command("doctor")
@options.configured(*options.COMMON, "host", "port", "partitions")
@options.failing_on(ProfileError, OSError)
def doctor_command(loaded: Loaded) -> None:
    """Say what is configured, reachable, behind, full, and what to do. Exit code 1 where something
    has failed.
    """
    from dashboard.processes import doctor

    findings = doctor.examine(loaded, options.lang())
    click.echo(doctor.report(findings, options.lang()))
    sys.exit(0 if doctor.is_well(findings) else 1)


@click.command("audit")
@click.option(
    "--area",
    "areas",
    multiple=True,
    help="A city's or town's code, several times for several. [default: all]",
)
@click.option(
    "--api/--no-api", "with_api", default=True, help="Compare the API's answers too. [default: yes]"
)
@click.option(
    "--ledger",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="NDJSON of events that must be there.",
)
@click.option(
    "--keep",
    type=click.Path(dir_okay=False, path_type=Path),
    help="New SQLite file for the events and what facts.sql makes of them, to look into.",
)
@click.option(
    "--log",
    "is_log",
    is_flag=True,
    help="Verify the audit log instead, and the freezes, commitments and remarks against it.",
)
@click.option(
    "--root",
    default="",
    help="With --log: the root that is printed on a deck, NUMBER:HASH, must be in the log.",
)
@click.option(
    "--export",
    "export",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With --log: write the entries into this file too, as NDJSON.",
)
@options.configured(*options.COMMON, "host", "port", "partitions")
@options.failing_on(ProfileError, LogUnavailable, redis.RedisError, OSError)
def audit_command(
    loaded: Loaded,
    areas: tuple[str, ...],
    with_api: bool,
    ledger: Path | None,
    keep: Path | None,
    is_log: bool,
    root: str,
    export: Path | None,
) -> None:
    """Count every figure again from the raw events, in SQL (feeds/audit/facts.sql), and compare it
    with what the engine publishes, what the API answers of now and of past moments, and what is
    stored.

    Ends with "N values, 0 differ" and exit code 0, or lists what differs and exits with 1.
    """
    if is_log or root or export:
        _verify_log(loaded, root, export)
        return
    from feeds.audit import audit, facts, sources  # numpy, which the doctor doesn't need

    found, progress = services.open_services(loaded.settings), Progress(1)
    if unknown := set(areas) - set(found.profile.areas):
        raise options.Misuse(options.no_such_area(min(unknown), found.profile))
    if keep and keep.exists():
        said = Text(
            f"--keep {keep}：已有这个文件，请另取名称",
            f"--keep {keep}: there is such a file; name a new one",
        )
        raise options.Misuse(said)
    _refuse_what_is_not_counted(found.database)
    ask = sources.api(supervisor.local_address(loaded.settings)) if with_api else None
    board = audit.Board(
        found.database,
        sources.Snapshots(found.redis),
        found.profile,
        found.log,
        ask,
        keep=str(keep or ""),
    )
    try:
        report = audit.audit(board, areas or None, progress.show)
    except urllib.error.HTTPError as error:
        body = error.read(500).decode(errors="replace")
        said = Text(f"网页进程答复 {error.code}：{body}", f"the web answers {error.code}: {body}")
        raise options.Failure(said) from error
    except urllib.error.URLError as error:
        said = Text(
            f"网页进程没有应答（{error.reason}）；请启动它，或用 --no-api 略过",
            f"the web does not answer ({error.reason}); start it, or leave it out with --no-api",
        )
        raise options.Failure(said) from error
    except facts.UnsaidMeasure as error:
        raise options.Failure(error.said) from error
    if ledger:
        with ledger.open("rb") as lines:
            report += audit.against_ledger(found.database, found.profile, lines)
    progress.end()
    _conclude(report.closing, [one.said.of(options.lang()) for one in report.differences])


def _verify_log(loaded: Loaded, root: str, export: Path | None) -> None:
    """Exit code 1 with a sentence on the first thing that is not what was written."""
    database = history.open_database(loaded.settings.database_url)
    try:
        printed = verification.parse_root(root) if root else None
    except verification.WrongRoot as error:
        said = Text(
            f"--root {root}：须为 条目号:校验值，如演示稿最后一页所印",
            f"--root {root}: must be NUMBER:HASH, as the last slide of a deck has it",
        )
        raise options.Misuse(said) from error
    if export:
        Trail(database).note(options.who(), "export", "audit_log ndjson")
        with storage.snapshot(database) as connection, export.open("w", encoding="utf-8") as file:
            for one in log_store.every(connection):
                file.write(f"{entries.canonical(one._asdict())}\n")
    with storage.snapshot(database) as connection:
        found = verification.verify(connection, history.VOUCHED, printed)
    database.dispose()
    if found.broken is not None:
        raise options.Failure(found.broken)
    newest = audit_trail.printed(found.root)
    said = Text(
        f"审计日志 {found.entries} 条，连同 {found.rows} 条冻结、表态和批注，"
        f"均与当时写下的一致；根 {newest}",
        f"the {found.entries} entries of the audit log and the {found.rows} freezes, commitments "
        f"and remarks are as they were written; root {newest}",
    )
    options.say(said)


def _refuse_what_is_not_counted(database: Engine) -> None:
    """Of a history that an older build filled, what is new is first counted by the board."""
    with database.connect() as connection:
        lacking = recounting.missing(connection)
    if lacking:
        said = Text(
            f"历史里还没有 {lacking.names}：看板启动时会补算并显示进度；请之后再核对",
            f"the history does not hold {lacking.names} yet: the board counts that when it starts "
            "and says how far it is; audit the history afterwards",
        )
        raise options.Failure(said)


def _conclude(closing: Text, differences: list[str]) -> None:
    """The differences, then the one line that counts."""
    for line in differences[:SHOWN]:
        click.echo(line)
    if len(differences) > SHOWN:
        more = len(differences) - SHOWN
        options.say(Text(f"……另有 {more} 处", f"… and {more} more"))
    options.say(closing)
    sys.exit(1 if differences else 0)
