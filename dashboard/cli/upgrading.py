"""The command that upgrades a history which an older version of the board made."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.engine import make_url

from dashboard import city, history
from dashboard.cli import options
from dashboard.cli.options import Progress
from dashboard.host import backup, data_folder
from dashboard.settings import Loaded, Settings
from feeds.audit_log import log_store
from feeds.city.profile import Profile, ProfileError
from feeds.city.words import Text
from feeds.history import recounting, schema, storage
from feeds.history.counting import Counting
from feeds.migrations import sealing, upgrading
from feeds.migrations.upgrading import Step

BACKUPS = "backups"


@click.command("upgrade")
@click.option("--show", "is_shown", is_flag=True, help="Say what it will do, and do nothing.")
@click.option(
    "--no-backup", is_flag=True, help="Make no backup before: there is one that can be restored."
)
@options.configured(*options.COMMON)
@options.failing_on(ProfileError, data_folder.Held, schema.OtherRevision, OSError)
def upgrade_command(loaded: Loaded, is_shown: bool, no_backup: bool) -> None:
    """Bring the history of an older version of the board to this one: tables, then what is counted
    anew, then what freezes fixed. A backup is made first. When it is killed, run it again: it goes
    on from where it was.
    """
    chosen = loaded.settings
    profile = city.load(chosen.profile)
    with _held(chosen, is_shown):
        database = storage.connect(chosen.database_url)
        try:
            _upgrade(database, profile, chosen, is_shown=is_shown, is_backed_up=no_backup)
        finally:
            database.dispose()


@contextlib.contextmanager
def _held(chosen: Settings, is_shown: bool) -> Iterator[None]:
    """The folder, so that no board runs on it meanwhile."""
    if is_shown:
        yield
        return
    with data_folder.hold(chosen.data, "upgrade"):
        yield


def _upgrade(
    database: Engine, profile: Profile, chosen: Settings, *, is_shown: bool, is_backed_up: bool
) -> None:
    with database.connect() as connection:
        revision = schema.found(connection)
        if revision is None:
            raise options.Failure(_nothing(chosen))
        if revision > schema.REVISION:
            schema.check(revision)
        lacking = upgrading.steps(revision)
        uncounted = recounting.missing(connection)
        unsealed = sealing.unsealed(connection) if not lacking else []
    _say_plan(revision, lacking, uncounted)
    if not (lacking or uncounted or unsealed):
        options.say(Text("历史已是最新，没有要做的", "the history is up to date: nothing to do"))
        return
    if is_shown:
        return
    if not is_backed_up:
        _back_up(database, chosen, revision)
    upgrading.upgrade(database, _say_step)
    history.begin(database)
    _count(database, profile)
    _seal(database, profile)
    with database.begin() as connection:
        about = f"{revision} {schema.REVISION}"
        log_store.write(connection, _now_ms(), options.who(), "upgrade", about)
    options.say(Text("升级完成", "upgraded"))


def _nothing(chosen: Settings) -> Text:
    place = make_url(chosen.database_url).render_as_string()
    return Text(f"{place} 里没有历史，不用升级", f"there is no history in {place} to upgrade")


def _say_plan(revision: str, lacking: list[Step], uncounted: recounting.Missing) -> None:
    now = Text(f"表结构 {revision}", f"tables {revision}")
    options.say(now)
    for step in lacking:
        options.say(
            Text(f"  {step.revision}  {step.title.zh}", f"  {step.revision}  {step.title.en}")
        )
    if uncounted:
        names = uncounted.names
        options.say(Text(f"  补算：{names}", f"  counted anew: {names}"))


def _say_step(step: Step) -> None:
    options.say(
        Text(f"{step.revision} 完成：{step.title.zh}", f"{step.revision} done: {step.title.en}")
    )


def _back_up(database: Engine, chosen: Settings, revision: str) -> None:
    """A copy of the file; other databases are backed up by their own tools."""
    path = make_url(chosen.database_url).database
    if database.dialect.name != "sqlite" or not path:
        raise options.Failure(
            Text(
                "这个数据库请先用它自己的工具备份（PostgreSQL：pg_dump），再加 --no-backup 运行",
                "back this database up with its own tool first (PostgreSQL: pg_dump), then run "
                "with --no-backup",
            )
        )
    folder = chosen.data / BACKUPS
    folder.mkdir(mode=0o700, exist_ok=True)
    made = folder / f"{Path(path).stem}-{revision}-{time.strftime('%Y%m%d-%H%M%S')}.db"
    progress = Progress(1)

    said = Text(f"备份到 {made}", f"backing up to {made}")
    part = made.with_suffix(".part")
    backup.copy(Path(path), part, lambda share: progress.show(share, said))
    part.rename(made)
    progress.end()
    options.say(Text(f"备份：{made}", f"backup: {made}"))


def _count(database: Engine, profile: Profile) -> None:
    """What this version counts and the history does not hold yet; all of it or nothing."""
    progress = Progress(1)

    def show(names: str, share: float) -> None:
        progress.show(share, Text(f"补算 {names}", f"counting {names}"))

    with schema.alone(database) as connection:
        recounting.fill(connection, Counting(profile), show)
    progress.end()


def _seal(database: Engine, profile: Profile) -> None:
    """Each freeze for itself, so that one that can't be reproduced holds no other up."""
    from feeds.review.review_assembly import OtherAreas

    with database.connect() as connection:
        codes = sealing.unsealed(connection)
    for code in codes:
        try:
            with schema.alone(database) as connection:
                is_kept = sealing.seal(connection, profile, code, _now_ms(), options.who())
        except OtherAreas as error:
            options.say(Text(f"{code}：{error}", f"{code}: {error}"))
            continue
        said = (
            Text(f"{code}：重算一致，内容已保存", f"{code}: reproduced, its content is kept")
            if is_kept
            else Text(
                f"{code}：重算与冻结时不同，仍在，但无法核对",
                f"{code}: not reproduced; it stays, and can't be verified",
            )
        )
        options.say(said)


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
