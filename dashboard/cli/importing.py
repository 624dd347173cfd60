"""`board import`: a spreadsheet through a mapping. feeds/sources/row_events.py decides what a row
becomes.
"""

from __future__ import annotations

import time
from pathlib import Path

import click

from dashboard import city
from dashboard.cli import options
from dashboard.cli.options import Progress
from dashboard.cli.sending import opened
from dashboard.host import data_folder, embedded_redis
from dashboard.settings import Loaded
from feeds.city.profile import ProfileError
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
                found.intake("import", checks_history=True),
                checkpoint,
                lambda r: progress.show(r.row, _said(r)),
                report=report,
                on_wait=_wait,
                lang="zh" if loaded.settings.lang == "zh" else "en",
            )
        except KeyboardInterrupt:
            progress.end()
            raise options.interrupted(
                "stopped; nothing is lost, run the same command again to go on"
            ) from None
    progress.end()
    refused = f"; the refused ones are in {report}" if result.rejected else ""
    click.echo(f"{file.name} in {progress.took_s:.1f} s: {_said(result)}{refused}")


def _said(result: Result) -> str:
    return (
        f"{result.rows:,} rows, {result.accepted:,} events accepted ({result.duplicates:,} "
        f"known already), {result.rejected:,} values refused"
    )


def _wait(seconds: float) -> None:
    click.echo(f"the log is away; trying again in {seconds:.1f} s", err=True)
    time.sleep(seconds)
