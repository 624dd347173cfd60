"""Real files of other cities on a real board: every page in both languages, with the file's own
totals and no word of another city.
"""

from __future__ import annotations

import re
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

from feeds.city import profile
from layouts import pages
from layouts.text import texts

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
RELIEF = Path(__file__).resolve().parents[1] / "feeds" / "data" / "cfpb_relief_by_state_2023q3.csv"
Totals = Mapping[str, int]
CALM_S = 3.0


class City(NamedTuple):
    """A file, its first day, and what a plain count of it gives to the end of that year, and for
    the third quarter.
    """

    path: Path
    first: str
    totals: Totals
    quarter: Totals


def collisions(folder: Path) -> City:
    plain = pd.read_csv(EXAMPLES / "stats19_west_yorkshire_2024.csv", parse_dates=["occurred"])

    def count(rows: pd.DataFrame) -> Totals:
        hurt = int((rows["serious_injuries"] + rows["slight_injuries"]).sum())
        return {
            "traffic.accidents": len(rows),
            "traffic.deaths": int(rows["deaths"].sum()),
            "traffic.injuries": hurt,
        }

    return City(
        _copied(folder, "stats19_west_yorkshire_2024.csv"),
        "2024-01-01",
        count(plain),
        count(plain[plain["occurred"].dt.quarter == 3]),
    )


def cases(folder: Path) -> City:
    """Of the whole year tests/feeds/sources/test_importing.py has every row; here are those of a
    quarter.
    """
    year = pd.read_csv(
        EXAMPLES / "nyc_council_constituent_cases_2023.csv", dtype=str, keep_default_na=False
    )
    plain = year[year["opened"].between("2023-07-01", "2023-09-30")]
    plain.to_csv(folder / "cases.csv", index=False)
    totals = {
        last: int(plain["closed"].between("2023-07-01", last).sum())
        for last in ("2023-12-31", "2023-09-30")
    }
    whole, quarter = (
        {"incidents.reported": len(plain), "incidents.closed": n} for n in totals.values()
    )
    return City(folder / "cases.csv", "2023-07-01", whole, quarter)


def complaints(folder: Path) -> City:
    """The bureau's file is no part of the project; its counts by state of a quarter are, as rows of
    the file's form.
    """
    states = pd.read_csv(RELIEF)
    told = {
        "Closed with monetary relief": states["settled"],
        "Closed with explanation": states["closed"] - states["settled"],
    }
    rows = [
        (state, said)
        for said, counts in told.items()
        for state, n in zip(states["state"], counts, strict=True)
        for _ in range(n)
    ]
    made = pd.DataFrame(rows, columns=["state", "company_response"]).assign(
        complaint_id=range(len(rows)),
        product="Mortgage",
        date_received="2023-07-01",
        date_sent_to_company="2023-07-02",
    )
    made.to_csv(folder / "complaints.csv", index=False)
    totals = {
        "disputes.accepted": int(states["closed"].sum()),
        "disputes.settled": int(states["settled"].sum()),
    }
    return City(folder / "complaints.csv", "2023-07-01", totals, totals)


@pytest.mark.parametrize(
    ("name", "counted"),
    [("west_yorkshire", collisions), ("nyc_council", cases), ("cfpb", complaints)],
)
def test_another_city_s_file_is_on_every_page_as_it_is(
    board_of: Callable[[str], Any], tmp_path: Path, name: str, counted: Callable[[Path], City]
) -> None:
    city, board = counted(tmp_path), board_of(name)
    done = board.command("import", str(city.path), "--mapping", str(EXAMPLES / f"{name}.toml"))
    assert done.returncode == 0, done.stderr
    assert "0 values refused" in done.stdout
    first = next(iter(city.totals))
    domain = f"/{first.split('.')[0]}"
    year = city.first[:4]
    asked = f"from={city.first}&to={year}-12-31&quarter={year}Q3&day={year}-08-15&kpi={first}"
    _until_in(f"{board.url}{domain}?{asked}", city.totals)
    _until_filled(board.url)
    shown: dict[str, set[str]] = {kpi: set() for kpi in city.totals}
    for page in pages.PAGES:
        for lang in texts.LANGS:
            said = _read(f"{board.url}{page.path}?{asked}&lang={lang}")
            assert _foreign(said) == [], (page.path, lang)
            for kpi, value in _tiles(said):
                if kpi in city.totals and 'data-period="range"' in said:
                    assert value == city.totals[kpi], (page.path, kpi)
                    shown[kpi].add(page.path)
    assert all(paths >= {"/", domain} for paths in shown.values()), shown
    assert "/kpi" in shown[first]
    review = dict(_cards(_read(f"{board.url}/review?quarter={year}Q3")))
    assert (
        {kpi: review[kpi] for kpi in city.quarter if kpi in review}
        == {kpi: n for kpi, n in city.quarter.items() if kpi in review}
        != {}
    )


def _copied(folder: Path, name: str) -> Path:
    """The import leaves its report beside the file."""
    (folder / name).write_bytes((EXAMPLES / name).read_bytes())
    return folder / name


def _read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=60) as answer:
        assert answer.status == 200
        return str(answer.read().decode())


def _until_in(address: str, totals: Totals) -> None:
    """Until the page has what was imported, which is taken in beside the board's other work."""
    deadline = time.monotonic() + 120
    while (found := dict(_tiles(_read(address)))) | totals != found:
        assert time.monotonic() < deadline, found
        time.sleep(0.2)


def _until_filled(url: str) -> None:
    """Until the overview has not called the history unfinished for some seconds: a file of old
    events is a history that is being filled.
    """
    deadline, calm_since = time.monotonic() + 120, time.monotonic()
    while time.monotonic() - calm_since < CALM_S:
        assert time.monotonic() < deadline
        if texts.get("zh", "overview.filling") in _read(f"{url}/?lang=zh"):
            calm_since = time.monotonic()
        time.sleep(0.2)


def _foreign(said: str) -> list[str]:
    """Words that have no business in a document of another city: Yixing's, a demo's, what a page
    left unfilled.
    """
    yixing = profile.load("yixing")
    names = {
        word
        for area in (yixing.title, *(town.name for town in yixing.towns))
        for word in (area.zh, area.en)
    }
    seen = re.sub(r"<[^>]+>", " ", re.sub(r"<(script|style).*?</\1>", "", said, flags=re.S))
    words = {
        *names,
        "宜兴",
        "Traceback",
        yixing.town_word.zh,
        *(texts.get(lang, "top.demo") for lang in texts.LANGS),
    }
    return [word for word in sorted(words) if word in said] + re.findall(r"\{[a-z_]*\}", seen)


def _tiles(said: str) -> Iterator[tuple[str, float]]:
    """(KPI, value) of each tile that has one."""
    for part in said.split('class="tile tile--')[1:]:
        kpi, value = (
            re.search(r'data-kpi="([^"]+)"', part),
            re.search(r'data-value="([^"]+)"', part),
        )
        if kpi and value:
            yield kpi[1], float(value[1])


def _cards(said: str) -> Iterator[tuple[str, float]]:
    for kpi, value in re.findall(r'data-figure="([^"]+)".*?data-value="([^"]*)"', said, flags=re.S):
        yield kpi, float(value)
