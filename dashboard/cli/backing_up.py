"""The commands that make a backup of a board, and restore one."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import click

from dashboard import history
from dashboard.cli import options
from dashboard.cli.options import Progress
from dashboard.host import backup
from dashboard.settings import Loaded
from feeds.audit_log import log_store
from feeds.audit_log.entries import Act
from feeds.city.words import Text
from feeds.history import schema

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("backup")
@click.argument("out", metavar="FILE", type=FILE)
@options.configured(*options.COMMON)
@options.failing_on(OSError)
def backup_command(loaded: Loaded, out: Path) -> None:
    """Write everything that a board can't do without into FILE (.tar.gz), while it runs: history,
    accounts, tokens, freezes, settings, sources and its own profile.
    """
    chosen, progress = loaded.settings, Progress(1)
    said = Text(f"备份到 {out}", f"backing up to {out}")
    _note(chosen.database_url, "backup", out.name)
    made = backup.make(chosen, out, lambda share: progress.show(share, said))
    progress.end()
    size = f"{out.stat().st_size / 1e6:,.1f} MB"
    options.say(
        Text(
            f"{out}：{len(made.files)} 个文件，{size}，已核对，用时 {progress.took_s:.1f} 秒",
            f"{out}: {len(made.files)} files, {size}, checked, in {progress.took_s:.1f} s",
        )
    )


@click.command("restore")
@click.argument("packed", metavar="FILE", type=click.Path(exists=True, path_type=Path))
@options.configured("data", "lang")
@options.failing_on(OSError)
def restore_command(loaded: Loaded, packed: Path) -> None:
    """Make the data folder that the backup FILE holds. The folder must be empty, or not there."""
    data = loaded.settings.data
    made = backup.restore(packed, data)
    url = f"sqlite:///{data / backup.HISTORY}"
    with contextlib.suppress(schema.Outdated):  # `board upgrade` is next, which notes itself
        _note(url, "restore", packed.name)
    at = time.strftime("%Y-%m-%d %H:%M", time.localtime(made.made_ms / 1000))
    options.say(
        Text(
            f"已恢复到 {data}：{at} 的备份，版本 {made.build}；用 board audit --log 与 "
            "board freeze --verify 核对",
            f"restored into {data}: the backup of {at} by version {made.build}; verify it with "
            "board audit --log and board freeze --verify",
        )
    )


def _note(url: str, act: Act, about: str) -> None:
    database = history.open_database(url)
    try:
        with database.begin() as connection:
            now_ms = time.time_ns() // 1_000_000
            log_store.write(connection, now_ms, options.who(), act, about)
    finally:
        database.dispose()
