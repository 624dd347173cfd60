"""`board import`: a spreadsheet through a mapping. feeds/sources/row_events.py decides what a row
becomes.
"""

from __future__ import annotations

import time
from pathlib import Path

import click

from dashboard import city
from dashboard.cli import options, sending
from dashboard.cli.options import Progress
from dashboard.cli.sending import opened
from dashboard.host import data_folder, embedded_redis
from dashboard.settings import Loaded
from feeds.city.profile import ProfileError
from feeds.city.words import Text
from feeds.sources import importing, mappings, spreadsheets
from feeds.sources.importing import Checkpoint, Result

FAILURES = (
    embedded_redis.RedisFailed,
    data_folder.Held,
    ProfileError,
    OSError,
    mappings.MappingError,
    spreadsheets.SheetError,
)


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The mapping (TOML).",
)
@options.configured(*options.COMMON, "partitions")
@options.failing_on(*FAILURES)
def import_command(loaded: Loaded, file: Path, mapping: Path) -> None:
    """Import a spreadsheet FILE (CSV or XLSX) through a mapping; a second time it counts once.

    Refused rows go to FILE.refused.csv. Ctrl-C loses nothing: the next run goes on.
    """
    rules = mappings.load(mapping, dict(city.load(loaded.settings.profile).area_by_name()))
    sheet = spreadsheets.read(file, rules.columns, rules.sheet)
    progress = Progress(sheet.last)
    report = importing.report_path(file)
    with opened(loaded, "import") as found:
        of = importing.fingerprint(file, mapping)
        checkpoint = Checkpoint(loaded.settings.data / "imports" / f"{of}.json", of)
        try:
            result = importing.run(
                sheet.rows,
                rules,
                found.intake("import", checks_history=True, lang=options.lang()),
                checkpoint,
                lambda r: progress.show(r.row, _said(r)),
                report=report,
                on_wait=_wait,
                lang=options.lang(),
                headings=sheet.headings,
            )
        except KeyboardInterrupt:
            progress.end()
            stopped = Text(
                "已停止；没有丢失，再运行同一命令即可接着导入",
                "stopped; nothing is lost, run the same command again to go on",
            )
            raise options.interrupted(stopped) from None
    progress.end()
    refused = Text("", "")
    if result.rejected:
        refused = Text(f"；拒收的见 {report}", f"; the refused ones are in {report}")
    said = _said(result)
    closing = Text(
        f"{file.name}，用时 {progress.took_s:.1f} 秒：{said.zh}{refused.zh}",
        f"{file.name} in {progress.took_s:.1f} s: {said.en}{refused.en}",
    )
    options.say(closing)


def _said(result: Result) -> Text:
    return Text(
        f"{result.rows:,} 行，接收 {result.accepted:,} 件事件"
        f"（其中 {result.duplicates:,} 件此前已有），拒收 {result.rejected:,} 个值",
        f"{result.rows:,} rows, {result.accepted:,} events accepted ({result.duplicates:,} "
        f"known already), {result.rejected:,} values refused",
    )


def _wait(seconds: float) -> None:
    options.say(sending.log_away(seconds), err=True)
    time.sleep(seconds)
