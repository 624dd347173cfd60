"""`board report`: a quarter's review as slides, workbook, PDF or CSV."""

from __future__ import annotations

import os
from pathlib import Path

import click

from dashboard import audit_trail, services
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
from feeds.city.words import Text
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
@click.option(
    "--force",
    "is_forced",
    is_flag=True,
    help="Also of a freeze that is not reproduced: every page says so.",
)
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
    is_forced: bool,
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
        said = Text(
            f"--out {out}：文件名须以 .{'、.'.join(report_files.KINDS)} 结尾",
            f"--out {out}: the name ends with .{', .'.join(report_files.KINDS)}",
        )
        raise options.Misuse(said)
    if unknown := [kpi for kpi in chosen if kpi not in kpis.CATALOGUE]:
        said = Text(
            f"--kpi {unknown[0]}：没有这项指标；board kpis 列出全部",
            f"--kpi {unknown[0]}: no such figure; board kpis lists them",
        )
        raise options.Misuse(said)
    progress, opened = Progress(), services.open_services(loaded.settings)
    progress.show(0, Text("正在读取评议", "reading the review"))
    found = _review(opened, quarter, code)
    if not found.is_reproduced and not is_forced:
        raise options.Failure(_not_held(found))
    frozen = found.freeze.code if found.freeze else "draft"
    about = audit_trail.subject(kind, found.quarter, frozen)
    root = opened.trail.note(options.who(), "export", about).root
    progress.show(0, Text(f"正在生成 {out.name}", f"making {out.name}"))
    made = report_files.make(
        found,
        opened.profile,
        Wish(kind, loaded.settings.lang, paper, chosen, template, audit_trail.printed(root)),
    )
    _write(out, made.body)
    progress.end()
    options.say(_closing(out, found, made, progress.took_s))


def _not_held(found: Review) -> Text:
    code = found.freeze.code if found.freeze else ""
    return Text(
        f"{code} 现在的数值与冻结时不同，不出文件；请用 board freeze --verify {code} 查明，"
        "或加 --force，每一页会注明",
        f"the figures of {code} are others now than were frozen, and no file is made; find out "
        f"why with board freeze --verify {code}, or add --force: every page says so",
    )


def _review(opened: Services, quarter: str, code: str) -> Review:
    if code:
        try:
            return reviews.by_code(opened, code)
        except NotFrozen as error:
            raise options.Failure(options.no_such_freeze(code)) from error
    over = {one.name: one for one in reviews.over(opened)}
    if not over:
        said = Text(
            "还没有结束的、历史数据完整的季度",
            "no quarter is over yet that the history holds whole",
        )
        raise options.Failure(said)
    begun = reviews.running(opened)
    if begun is not None and begun.name == quarter:
        return reviews.draft(opened, begun)
    if quarter and quarter not in over:
        said = Text(
            f"--quarter {quarter}：有 {'、'.join(over)}",
            f"--quarter {quarter}: there are {', '.join(over)}",
        )
        raise options.Misuse(said)
    return reviews.of(opened, quarters.parse(quarter or next(iter(over))))


def _write(out: Path, body: bytes) -> None:
    """All of it or nothing: what was there stays until the new file is whole."""
    beside = out.with_name(f".{out.name}.{os.getpid()}")
    try:
        beside.write_bytes(body)
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)


PARTS = {
    "pptx": Text("页", "slides"),
    "pdf": Text("页", "slides"),
    "xlsx": Text("张表", "sheets"),
    "csv": Text("行", "rows"),
}


def _closing(out: Path, found: Review, made: File, took_s: float) -> Text:
    code = Text("未冻结", "not frozen")
    if found.freeze:
        code = Text(f"冻结码 {found.freeze.code}", f"frozen as {found.freeze.code}")
    if found.through:
        code = Text(f"草稿，到 {found.through}", f"a draft through {found.through}")
    parts = PARTS[out.suffix.removeprefix(".").lower()]
    size = f"{len(made.body) / 1000:,.0f} kB"
    return Text(
        f"{out}：{found.quarter}，{code.zh}，{made.parts} {parts.zh}，{size}，用时 {took_s:.1f} 秒",
        f"{out}: {found.quarter}, {code.en}, {made.parts} {parts.en}, {size} in {took_s:.1f} s",
    )
