"""What a cell means: text, number, time, slug, and its class for a report."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from feeds.city.words import Text
from feeds.sources import cell_values
from feeds.sources.cell_values import Cell, Unusable

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("1,234", "1234"),
        ("１，２３４．５", "1234.5"),
        ("1 234", "1234"),
        (7.0, "7"),
        (0.0000001, "1e-7"),
        (12, "12"),
        ("-3.50", "-3.50"),
        ("1,234,567", "1234567"),
    ],
)
def test_numbers_as_offices_write_them(cell: Cell, expected: str) -> None:
    assert cell_values.number(cell_values.tidy(cell) if isinstance(cell, str) else cell) == Decimal(
        expected
    )


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "1,23",
        "12,3456",
        "3人",
        "1.234,5",
        "twelve",
        True,
        dt.date(2026, 1, 2),
        "nan",
        "1e5",
        float("nan"),
    ],
)
def test_what_is_not_a_number_is_refused(cell: Cell) -> None:
    with pytest.raises(Unusable, match="is not a number"):
        cell_values.plain(cell_values.number(cell))


@pytest.mark.parametrize(
    "cell",
    [
        "2026-01-02 09:05",
        "2026/1/2 9:05",
        "2026.1.2 09:05",
        "2026年1月2日 9时05分",
        "2026年1月2日9:05",
        "20260102 09:05",
        "2026-01-02T09:05:00+08:00",
        "2026-01-02T01:05:00Z",
        dt.datetime(2026, 1, 2, 9, 5),
    ],
)
def test_times_as_offices_write_them(cell: Cell) -> None:
    assert cell_values.Moments(SHANGHAI).read(cell) == "2026-01-02T09:05:00+08:00"


def test_a_day_is_its_first_moment_in_the_zone() -> None:
    assert cell_values.Moments(NEW_YORK).read("2023-07-04") == "2023-07-04T00:00:00-04:00"
    assert cell_values.Moments(NEW_YORK).read(dt.date(2023, 12, 4)) == "2023-12-04T00:00:00-05:00"


def test_a_time_that_summer_time_leaves_out_becomes_one_that_exists() -> None:
    assert cell_values.Moments(NEW_YORK).read("2023-03-12 02:30") == "2023-03-12T03:30:00-04:00"


def test_day_and_time_of_day_in_two_cells() -> None:
    moments = cell_values.Moments(SHANGHAI)
    for clock in ("9:05", "9时05分", dt.time(9, 5), (9 * 60 + 5) / 1440):
        assert moments.read(dt.date(2026, 1, 2), clock) == "2026-01-02T09:05:00+08:00"
    assert moments.read("2026/1/2", "") == "2026-01-02T00:00:00+08:00"
    with pytest.raises(Unusable):
        moments.read("2026/1/2", "in the morning")


def test_only_the_formats_named_are_read() -> None:
    moments = cell_values.Moments(SHANGHAI, ["%d/%m/%Y"])
    assert moments.read("03/04/2026") == "2026-04-03T00:00:00+08:00"
    with pytest.raises(Unusable, match="not a time in a format"):
        moments.read("2026-04-03")


def test_a_bare_excel_number_is_a_day_only_where_the_mapping_says_so() -> None:
    assert cell_values.Moments(SHANGHAI, ["excel"]).read(46024.5) == "2026-01-02T12:00:00+08:00"
    with pytest.raises(Unusable):
        cell_values.Moments(SHANGHAI).read(46024.5)


@pytest.mark.parametrize(
    "cell", ["", "01/02/2026", "2026-13-01", "2026-02-30", "yesterday", "0001-01-01", True]
)
def test_what_is_not_a_time_is_refused(cell: Cell) -> None:
    with pytest.raises(Unusable):
        cell_values.Moments(SHANGHAI).read(cell)


def test_slugs() -> None:
    assert cell_values.slug("Housing and Buildings") == "housing_and_buildings"
    assert cell_values.slug("MENTAL HEALTH-DISABILITY-") == "mental_health_disability"
    assert cell_values.slug("Café (outdoor)") == "cafe_outdoor"
    for label in ("环境卫生", "A类", "—", "x" * 65):
        with pytest.raises(Unusable):
            cell_values.slug(label)


def test_the_class_of_a_value_never_holds_the_value() -> None:
    row: list[Cell] = [
        "110101199003070018",
        "张三丰 丁蜀镇解放路",
        "",
        13800138000.0,
        1.5,
        dt.date(2026, 1, 2),
        dt.time(9),
        True,
    ]
    assert cell_values.kind(row) == Text(
        "18 位数字、10 个字的文本、空、11 位数字、数、日期、时刻、是或否",
        "18-digit number, text of 10 characters, empty, 11-digit number, number, date, time, "
        "true or false",
    )


def test_yes_and_no() -> None:
    assert [cell_values.flag(c) for c in ("是", "否", "Yes", "0", True)] == [
        True,
        False,
        True,
        False,
        True,
    ]
    with pytest.raises(Unusable):
        cell_values.flag("也许")
