"""A quarter's review as a file, by command and by address, over a real history: the same numbers in
all of them, and clear refusals.
"""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask
import pytest
import redis as redis_client
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from openpyxl import load_workbook
from pptx import Presentation
from pypdf import PdfReader
from sqlalchemy import delete

from dashboard import cli, services
from dashboard.exports import downloads, printing, report_files
from dashboard.exports.report_files import File
from dashboard.pages import loaders, reviews
from dashboard.pages.views import Views
from dashboard.services import Services
from dashboard.settings import Settings
from feeds.city.quarters import Quarter
from feeds.history import tables
from feeds.review.review_values import Review
from layouts.text import texts

TOWN, OTHER, KPI = "320282001", "320282112", "incidents.closure_rate"
QUARTER = Quarter(2026, 3)


@pytest.fixture
def opened(tmp_path: Path, redis_server: str, redis: redis_client.Redis) -> Iterator[Services]:
    found = services.open_services(Settings(data=tmp_path, redis=redis_server))
    yield found
    found.redis.close()
    found.database.dispose()


@pytest.fixture
def review(opened: Services, tell: Callable[..., None], event: Any) -> Review:
    """Two towns over three quarters, the last one frozen."""
    what = {"category": "order", "severity": 3, "channel": "app"}
    for day, town, count, closed in (
        ("2026-02-03", TOWN, 30, 27),
        ("2026-05-05", OTHER, 40, 39),
        ("2026-08-06", TOWN, 50, 41),
        ("2026-08-07", OTHER, 60, 59),
    ):
        tell(
            *(
                event("incident.reported", f"{day}T10:00:00+08:00", town, case=f"{day}-{n}", **what)
                for n in range(count)
            )
        )
        tell(
            *(
                event(
                    "incident.closed",
                    f"{day}T11:00:00+08:00",
                    town,
                    case=f"{day}-{n}",
                    outcome="done",
                )
                for n in range(closed)
            )
        )
    reviews.freeze(opened, QUARTER, "指挥中心", settle_s=0)
    return reviews.of(opened, QUARTER)


@pytest.fixture
def web(door: Any, opened: Services) -> FlaskClient:
    app: flask.Flask = door.app()
    app.register_blueprint(downloads.blueprint(opened, Views(opened, loaders.LOADERS)))
    return app.test_client()


def run(opened: Services, *arguments: str) -> Result:
    own = opened.settings
    return CliRunner().invoke(
        cli.main, ["report", "--data", str(own.data), "--redis", own.redis, *arguments]
    )


def value(review: Review, town: str) -> float:
    figure = review.figure(KPI)
    reading = figure and figure.of(town)
    assert reading
    assert reading.value is not None
    return reading.value


def test_all_four_kinds_hold_the_review_s_numbers(
    opened: Services, review: Review, tmp_path: Path
) -> None:
    assert review.freeze
    for kind in ("pptx", "xlsx", "csv"):
        done = run(
            opened, "--quarter", QUARTER.name, "--out", str(tmp_path / f"r.{kind}"), "--kpi", KPI
        )
        assert done.exit_code == 0, done.output
        assert f"frozen as {review.freeze.code}" in done.output
    rows = list(csv.reader(io.StringIO((tmp_path / "r.csv").read_text("utf-8-sig"))))
    line = next(row for row in rows if row[:1] == [KPI] and TOWN in row)
    assert str(value(review, TOWN)) in line
    sheet = load_workbook(tmp_path / "r.xlsx")["事件办结率"]
    cells = next(row for row in sheet.iter_rows(values_only=True) if row[0] == TOWN)
    assert value(review, TOWN) in cells
    slides = Presentation(str(tmp_path / "r.pptx")).slides
    drawn = next(slide for slide in slides if slide.name == f"figure:{KPI}")
    chart = next(shape.chart for shape in drawn.shapes if shape.has_chart)
    values = {one for series in chart.plots[0].series for one in series.values}
    assert {value(review, TOWN), value(review, OTHER)} <= values


def test_of_a_freeze_that_does_not_hold_files_are_made_only_on_demand_and_say_so(
    opened: Services, review: Review, web: FlaskClient, tmp_path: Path
) -> None:
    with opened.database.begin() as connection:
        connection.execute(delete(tables.rollups).where(tables.rollups.c.town == TOWN))
    for key in opened.redis.keys("board:review:*"):
        opened.redis.delete(key)
    for kind in ("pptx", "xlsx", "csv"):
        out = tmp_path / f"r.{kind}"
        asked = ("--quarter", QUARTER.name, "--out", str(out))
        refused = run(opened, *asked)
        assert (refused.exit_code, out.exists()) == (1, False)
        assert "are others now than were frozen" in refused.output
        assert run(opened, *asked, "--force").exit_code == 0
    said = "数值与冻结时不同"
    slides = Presentation(str(tmp_path / "r.pptx")).slides
    for slide in slides:
        texts = " ".join(shape.text_frame.text for shape in slide.shapes if shape.has_text_frame)
        assert said in texts, slide.name
    for sheet in load_workbook(tmp_path / "r.xlsx").worksheets:
        assert said in str(sheet["A2"].value), sheet.title
    rows = list(csv.reader(io.StringIO((tmp_path / "r.csv").read_text("utf-8-sig"))))
    assert all(any(said in cell for cell in row) for row in rows[1:])
    for path in ("/report?as=csv&", "/review/present?"):
        address = f"{path}quarter={QUARTER.name}"
        assert web.get(address).status_code == 409
        forced = web.get(f"{address}&force=1")
        assert (forced.status_code, said in forced.text) == (200, True)


def test_a_folder_whose_board_is_not_running_is_reported_without_a_warning(
    opened: Services, review: Review, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    out = tmp_path / "r.csv"
    arguments = [
        "report",
        "--data",
        str(opened.settings.data),
        "--redis",
        "redis://127.0.0.1:1",
        "--out",
        str(out),
    ]
    done = CliRunner().invoke(cli.main, [*arguments, "--quarter", QUARTER.name])
    assert done.exit_code == 0, done.output
    assert str(value(review, TOWN)) in out.read_text("utf-8-sig")
    assert [one.getMessage() for one in caplog.records if one.levelname == "WARNING"] == []


def test_a_paper_that_was_made_is_not_made_again(
    web: FlaskClient, review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[str] = []
    draw = report_files.draw

    def counted(*asked: Any) -> File:
        made = draw(*asked)
        drawn.append(made.name)
        return made

    monkeypatch.setattr(report_files, "draw", counted)
    address = f"/report?quarter={QUARTER.name}&as=pptx"
    first, again = web.get(address), web.get(address)
    assert (first.status_code, again.status_code, len(drawn)) == (200, 200, 1)
    assert first.data == again.data
    assert web.get(f"{address}&lang=en").status_code == 200
    assert len(drawn) == 2


@pytest.mark.browser
def test_a_pdf_is_tagged_and_says_of_which_freeze(
    opened: Services, review: Review, tmp_path: Path
) -> None:
    assert review.freeze
    for paper, size in (("a4", (595, 842)), ("wide", (960, 540))):
        done = run(
            opened, "--quarter", QUARTER.name, "--out", str(tmp_path / "r.pdf"), "--paper", paper
        )
        assert done.exit_code == 0, done.output
        found = PdfReader(tmp_path / "r.pdf")
        assert found.trailer["/Root"]["/MarkInfo"]["/Marked"]  # type: ignore[index]
        assert tuple(round(float(v)) for v in found.pages[0].mediabox[2:]) == size
        assert all(review.freeze.code in page.extract_text() for page in found.pages)


def test_without_a_browser_it_is_said_what_to_do(
    opened: Services, review: Review, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which(printing.BROWSERS[0]) is None
    done = run(opened, "--quarter", QUARTER.name, "--out", str(tmp_path / "r.pdf"))
    assert done.exit_code == 1
    assert "Chromium" in done.output
    assert not (tmp_path / "r.pdf").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--out", "r.doc"], 2, "--out r.doc"),
        (["--out", "r.csv", "--quarter", "2026Q5"], 2, "2026Q5"),
        (["--out", "r.csv", "--kpi", "x"], 2, "--kpi x"),
        (["--out", "r.csv", "--code", "2026Q3-00000"], 1, "2026Q3-00000"),
    ],
)
def test_wrong_wishes_are_refused(
    arguments: list[str], code: int, said: str, opened: Services, review: Review
) -> None:
    done = run(opened, *arguments)
    assert done.exit_code == code
    assert said in done.output


def test_a_file_comes_from_the_web_too(web: FlaskClient, review: Review) -> None:
    answer = web.get(f"/report?quarter={QUARTER.name}&as=csv")
    assert answer.status_code == 200
    assert str(value(review, TOWN)) in answer.text
    assert review.freeze
    assert review.freeze.code in answer.headers["Content-Disposition"]
    assert web.get(f"/report?code={review.freeze.code}&as=xlsx&lang=en").data[:2] == b"PK"


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("as=doc", 400),
        ("as=csv&quarter=1999Q1", 400),
        ("as=csv&code=x", 404),
        ("as=pdf&paper=b5", 400),
        ("as=csv&kpis=x", 400),
    ],
)
def test_a_wrong_address_is_a_problem(
    query: str, status: int, web: FlaskClient, review: Review
) -> None:
    answer = web.get(f"/report?{query}")
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")


@pytest.mark.parametrize(
    ("path", "back"),
    [("/review/present?quarter=1999Q1", "/review"), ("/report?as=csv&code=x", "/review")],
)
def test_a_browser_is_told_in_words_and_led_back(
    path: str, back: str, web: FlaskClient, review: Review
) -> None:
    answer = web.get(f"{path}&lang=en&theme=light", headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.status_code in (400, 404)
    assert answer.content_type.startswith("text/html")
    assert texts.get("en", "refusal.title") in answer.text
    assert f'href="{back}?lang=en&amp;theme=light"' in answer.text


def test_the_slides_for_presenting_load_nothing(web: FlaskClient, review: Review) -> None:
    text = web.get(f"/review/present?quarter={QUARTER.name}&lang=en").text
    assert review.freeze
    assert review.freeze.code in text
    assert "present" in text
    assert "src=" not in text
    assert "http" not in text


def test_a_brief_is_one_tagged_sheet_of_the_same_figures(web: FlaskClient, review: Review) -> None:
    refused = web.get("/brief.pdf?day=2099-01-01")
    assert (refused.status_code, refused.get_json(force=True)["reason"]) == (422, "over")
    if not any(map(shutil.which, printing.BROWSERS)):
        pytest.skip("no browser to print with")
    made = web.get("/brief.pdf?day=2026-08-06&lang=en")
    assert made.mimetype == "application/pdf"
    found = PdfReader(io.BytesIO(made.data))
    assert found.trailer["/Root"]["/StructTreeRoot"]
    (sheet,) = found.pages
    assert sheet.mediabox.width == pytest.approx(595, abs=1)
    assert "Daily brief" in sheet.extract_text()
    assert "Incidents reported" in sheet.extract_text()
