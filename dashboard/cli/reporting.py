"""`board report`: a quarter's review as slides, workbook, PDF or CSV."""

from __future__ import annotations

import os
from pathlib import Path

import click

from dashboard import services
from dashboard.cli import options
from dashboard.cli.options import Progress
from dashboard.exports import printing, report_files
from dashboard.exports.report_files import File, Wish
from dashboard.pages import reviews
from dashboard.services import Services
from dashboard.settings import Loaded
from feeds import kpis
from feeds.city import quarters
from feeds.city.profile import ProfileError
from feeds.review.freezes import NotFrozen
from feeds.review.review_values import Review
from layouts.papers.slide_master import WrongTemplate

OUT = click.Path(dir_okay=False, path_type=Path)
TEMPLATE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("report")
@click.option(
    "--quarter",
    default="",
    help="Which one, as 2026Q3; of the one that runs a draft. [default: the newest that is over]",
)
@click.option("--code", default="", help="Of this freeze, also of one that is superseded.")
@click.option("--out", type=OUT, required=True, help="FILE.pptx, FILE.xlsx, FILE.pdf or FILE.csv.")
@click.option(
    "--kpi",
    "chosen",
    multiple=True,
    help="A figure with a slide besides those on the agenda, several times for several.",
)
@click.option(
    "--paper",
    type=click.Choice(report_files.PAPERS),
    default="a4",
    help="Of a PDF: A4 upright or 16:9. [default: a4]",
)
@click.option(
    "--template",
    type=TEMPLATE,
    help="The city's own PowerPoint file (.pptx), whose master slide is taken.",
)
@options.configured(*options.COMMON, "partitions")
@options.failing_on(ProfileError, printing.CannotPrint, WrongTemplate, OSError)
def report_command(
    loaded: Loaded,
    quarter: str,
    code: str,
    out: Path,
    chosen: tuple[str, ...],
    paper: str,
    template: Path | None,
) -> None:
    """Write a quarter's review into a file; its kind is that of the file's name. All kinds hold the
    same numbers.
    """
    kind = out.suffix.removeprefix(".").lower()
    if kind not in report_files.KINDS:
        raise click.UsageError(f"--out {out}: the name ends with .{', .'.join(report_files.KINDS)}")
    if unknown := [kpi for kpi in chosen if kpi not in kpis.CATALOGUE]:
        raise click.UsageError(f"--kpi {unknown[0]}: no such figure; board kpis lists them")
    progress, opened = Progress(), services.open_services(loaded.settings)
    progress.show(0, "reading the review")
    found = _review(opened, quarter, code)
    progress.show(0, f"making {out.name}")
    made = report_files.make(
        found,
        opened.profile,
        Wish(kind, "en" if loaded.settings.lang == "en" else "zh", paper, chosen, template),
    )
    _write(out, made.body)
    progress.end()
    click.echo(_closing(out, found, made, progress.took_s))


def _review(opened: Services, quarter: str, code: str) -> Review:
    if code:
        try:
            return reviews.by_code(opened, code)
        except NotFrozen as error:
            raise click.ClickException(f"there is no freeze {code}") from error
    over = {one.name: one for one in reviews.over(opened)}
    if not over:
        raise click.ClickException("no quarter is over yet that the history holds whole")
    begun = reviews.running(opened)
    if begun is not None and begun.name == quarter:
        return reviews.draft(opened, begun)
    if quarter and quarter not in over:
        raise click.UsageError(f"--quarter {quarter}: there are {', '.join(over)}")
    return reviews.of(opened, quarters.parse(quarter or next(iter(over))))


def _write(out: Path, body: bytes) -> None:
    """All of it or nothing: what was there stays until the new file is whole."""
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        beside.write_bytes(body)
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)


def _closing(out: Path, found: Review, made: File, took_s: float) -> str:
    code = f"frozen as {found.freeze.code}" if found.freeze else "not frozen"
    code = f"a draft through {found.through}" if found.through else code
    parts = {"pptx": "slides", "pdf": "slides", "xlsx": "sheets", "csv": "rows"}[
        out.suffix.removeprefix(".").lower()
    ]
    return (
        f"{out}: {found.quarter}, {code}, {made.parts} {parts}, "
        f"{len(made.body) / 1000:,.0f} kB in {took_s:.1f} s"
    )
