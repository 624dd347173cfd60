"""From a row to its events: identities, values, conditions, and refusals that name the column and
never the value.
"""

from __future__ import annotations

from typing import Any

import pytest

from feeds.events import privacy
from feeds.events import rejects as reasons
from feeds.sources import mappings
from feeds.sources.cell_values import Cell
from feeds.sources.row_events import MAX_LABELS, RejectedValue, Translator
from feeds.sources.spreadsheets import Row

HEAD = 'source = "s"\nzone = "Asia/Shanghai"\n'
DISPUTE = """
[[event]]
type = "dispute.accepted"
time = { column = "at" }
data = { category = { column = "kind", slug = true, default = "unknown" }, centre = "town" }
"""
CLOSED = """
[[event]]
type = "dispute.closed"
when = { column = "state", not = ["办理中"] }
time = { column = "closed" }
data = { outcome = { column = "state", table = { "成功" = "settled", "未成" = "failed" } } }
"""
BY_CODE, BY_DIGEST = 'id = { columns = ["no"] }\n', 'id = { columns = ["no"], form = "digest" }\n'
MORE = 'id = { columns = ["no"], form = "digest", repeats = "more" }\n'
MOBILE = reasons.REASONS["personal:mobile"]
FULL: dict[str, Cell] = {
    "no": "7",
    "at": "2026-01-02",
    "kind": "Labour",
    "state": "",
    "closed": "",
    "town": "",
}


def translator(*parts: str) -> Translator:
    return Translator(mappings.parse(HEAD + "".join(parts)))


def only(made: tuple[list[Any], list[RejectedValue]]) -> dict[str, Any]:
    events, rejected = made
    assert not rejected
    assert len(events) == 1
    event: dict[str, Any] = events[0].event
    return event


def rejects_of(made: tuple[list[Any], list[RejectedValue]]) -> list[tuple[int, str, str, str, str]]:
    return [(*r[:3], r.value.en, r.reason.en) for r in made[1]]


def row(number: int = 2, **cells: Cell) -> Row:
    return Row(number, FULL | cells)


def test_a_row_makes_an_event() -> None:
    assert only(translator(BY_CODE, DISPUTE).events(row())) == {
        "specversion": "1.0",
        "id": "7:dispute.accepted",
        "source": "s",
        "type": "dispute.accepted",
        "time": "2026-01-02T00:00:00+08:00",
        "data": {"case": "7", "category": "labour", "centre": "town"},
    }


def test_a_row_makes_a_second_event_when_its_condition_holds() -> None:
    both = translator(BY_CODE, DISPUTE, CLOSED)
    assert [m.event["type"] for m in both.events(row(state="", closed="2026-01-05"))[0]] == [
        "dispute.accepted"
    ]
    assert [m.event["type"] for m in both.events(row(state="办理中", closed="2026-01-05"))[0]] == [
        "dispute.accepted"
    ]
    made, _ = both.events(row(state="成功", closed="2026-01-05"))
    assert [m.event["data"] for m in made][1] == {"case": "7", "outcome": "settled"}


def test_a_bad_cell_costs_only_its_own_event_and_is_named_by_class() -> None:
    made = translator(BY_CODE, DISPUTE, CLOSED).events(
        row(9, state="等张三答复", closed="2026-01-05")
    )
    assert [m.event["type"] for m in made[0]] == ["dispute.accepted"]
    assert rejects_of(made) == [
        (9, "dispute.closed", "state", "text of 5 characters", "is not in the table of the mapping")
    ]
    made = translator(BY_CODE, DISPUTE, CLOSED).events(row(9, at="soon", state="成功", closed=""))
    assert rejects_of(made) == [
        (
            9,
            "dispute.accepted",
            "at",
            "text of 4 characters",
            "is not a time in a format of the mapping",
        ),
        (9, "dispute.closed", "closed", "empty", "is empty"),
    ]


def test_a_row_without_its_identity_makes_nothing() -> None:
    for form in (BY_CODE, BY_DIGEST):
        assert rejects_of(translator(form, DISPUTE).events(row(no=""))) == [
            (2, "", "no", "empty", "is empty")
        ]
    made = translator(BY_CODE, DISPUTE).events(row(no="宜调(2026)12号"))
    assert rejects_of(made) == [
        (2, "", "no", "text of 11 characters", "must be a code: 1 to 64 letters, digits or . _ : -")
    ]


def test_a_digest_is_stable_and_holds_no_digits_that_could_be_a_number_of_someone() -> None:
    ids = [
        only(translator(BY_DIGEST, DISPUTE).events(row(no=f"宜调(2026){n}号")))["data"]["case"]
        for n in range(2_000)
    ]
    assert (
        ids[12]
        == only(translator(BY_DIGEST, DISPUTE).events(row(no="宜调(2026)12号")))["data"]["case"]
    )
    assert len(set(ids)) == 2_000
    assert all(i.isalpha() and len(i) == 24 and privacy.personal(i) is None for i in ids)


def test_no_digest_is_made_of_personal_data() -> None:
    made = translator(BY_DIGEST, DISPUTE).events(row(no="13800138000"))
    assert rejects_of(made) == [
        (2, "", "no", "11-digit number", "looks like a mobile number; personal data is not taken")
    ]


def test_equal_rows_are_the_same_case_or_one_more() -> None:
    same, more = translator(BY_DIGEST, DISPUTE), translator(MORE, DISPUTE)
    assert len({only(same.events(row(n)))["id"] for n in range(3)}) == 1
    first, second, third = (only(more.events(row(n)))["data"]["case"] for n in range(3))
    assert (second, third) == (f"{first}-2", f"{first}-3")


def test_rows_passed_over_count_as_met() -> None:
    whole, resumed = translator(MORE, DISPUTE), translator(MORE, DISPUTE)
    whole.events(row(2))
    resumed.pass_over(row(2))
    resumed.pass_over(row(3, no=""))
    assert only(resumed.events(row(4))) == only(whole.events(row(4)))


def test_a_long_case_number_makes_a_shorter_event_id() -> None:
    event = only(translator(BY_CODE, DISPUTE).events(row(no="n" * 60)))
    assert event["data"]["case"] == "n" * 60
    assert len(event["id"]) <= 64


def test_subjects_come_straight_or_by_a_table() -> None:
    straight = translator('subject = { column = "town" }\n', BY_CODE, DISPUTE)
    assert only(straight.events(row(town=320282112.0)))["subject"] == "320282112"
    empty = rejects_of(straight.events(row(town="")))[0]
    assert (empty[2], "the town is not known" in empty[4]) == ("town", True)
    table = 'subject = { column = "town", table = { "丁蜀（镇）" = "320282112" }%s }\n'
    assert (
        only(translator(table % "", BY_CODE, DISPUTE).events(row(town="丁蜀(镇)")))["subject"]
        == "320282112"
    )
    assert rejects_of(translator(table % "", BY_CODE, DISPUTE).events(row(town="x")))[0][2:4] == (
        "town",
        "text of 1 characters",
    )
    assert "subject" not in only(
        translator(table % ', default = ""', BY_CODE, DISPUTE).events(row(town="x"))
    )
    assert (
        only(translator(table % ", keep = true", BY_CODE, DISPUTE).events(row(town="x")))["subject"]
        == "x"
    )


def test_a_column_of_free_text_is_no_category() -> None:
    made = translator(BY_CODE, DISPUTE)
    for n in range(MAX_LABELS):
        only(made.events(row(kind=f"label {n}")))
    assert only(made.events(row(kind="label 0")))["data"]["category"] == "label_0"
    assert "free text" in rejects_of(made.events(row(kind="one more")))[0][4]
    assert (
        "longer than 64"
        in rejects_of(translator(BY_CODE, DISPUTE).events(row(kind="word " * 14)))[0][4]
    )


NUMBERS = """
id = { columns = ["no"] }
[[event]]
type = "traffic.accident"
time = { column = "at" }
data = { severity = "slight", deaths = { column = "dead", default = 0 }, injuries = { sum = ["serious", "slight"] } }
[[event]]
type = "fraud.loss_averted"
time = { column = "at" }
data = { category = "loan", amount = { column = "wan", scale = 10000 } }
"""


def test_numbers_sums_and_scales() -> None:
    made, rejected = translator(NUMBERS).events(row(dead="", serious="1,200", slight="", wan=1.23))
    assert not rejected
    assert made[0].event["data"] == {"severity": "slight", "deaths": 0, "injuries": 1200}
    assert made[1].event["data"] == {"category": "loan", "amount": 12300}
    empty = rejects_of(translator(NUMBERS).events(row(dead=1, serious="", slight="", wan="12.5万")))
    assert empty[0][2:] == ("serious, slight", "empty, empty", "is empty")
    assert empty[1][2:] == ("wan", "text of 5 characters", "is not a number")


FLAGS = """
id = { columns = ["no"] }
[[event]]
type = "incident.dispatched"
time = { column = "at" }
data = { to = "police", joint = { column = "joint" } }
[[event]]
type = "task.set"
when = "due"
time = { column = "at" }
data = { category = "goal-03", department = "justice", due = { column = "due", formats = ["%d.%m.%Y"] } }
"""


@pytest.mark.parametrize(("cell", "expected"), [("是", True), ("否", False), (True, True)])
def test_flags_and_due_times(cell: Cell, expected: bool) -> None:
    made, rejected = translator(FLAGS).events(row(joint=cell, due="31.12.2026"))
    assert not rejected
    assert made[0].event["data"] == {"case": "7", "to": "police", "joint": expected}
    assert made[1].event["data"]["due"] == "2026-12-31T00:00:00+08:00"  # type: ignore[index]


def test_a_refusal_of_the_intake_is_told_by_the_column() -> None:
    maker = translator(BY_CODE, DISPUTE)
    made = maker.events(row(5, no="13800138000"))[0][0]
    told = maker.reject(made, "data.case", MOBILE)
    assert (*told[:3], told.value.en) == (5, "dispute.accepted", "no", "11-digit number")
    identity, moment = (maker.reject(made, name, MOBILE) for name in ("id", "time"))
    assert (identity.column, identity.value.en) == ("no", "11-digit number")
    assert (moment.column, moment.value.zh) == ("at", "10 个字的文本")


WIDE = """
source = "office"
zone = "Asia/Shanghai"
subject = { column = "镇" }
id = { columns = ["镇", "期"], form = "digest" }
wide = { headings = ["2026年一季度", "2026年二季度"], period = "期", cells = ["数量", "总数"] }
"""
REPORT = """
[[event]]
type = "indicator.reported"
time = { column = "期", ends = true }
data = { indicator = "%s", value = { column = "数量" }, total = { column = "总数" }, period = { column = "期" } }
"""


def test_a_table_with_columns_for_quarters_makes_an_event_a_quarter_that_has_anything() -> None:
    mapping = mappings.parse(WIDE + REPORT % "devices.online")
    assert mapping.columns == {
        "镇",
        *(f"2026年{q}季度/{name}" for q in "一二" for name in ("数量", "总数")),
    }
    row = {
        "镇": "320282112",
        "2026年一季度/数量": 3,
        "2026年一季度/总数": 4,
        "2026年二季度/数量": "",
        "2026年二季度/总数": "",
    }
    made, rejected = Translator(mapping).events(Row(4, row))
    assert rejected == []
    [event] = [one.event for one in made]
    assert event["time"] == "2026-03-31T23:59:59+08:00"
    assert event["data"] == {
        "indicator": "devices.online",
        "value": 3,
        "total": 4,
        "period": "2026Q1",
    }


def test_the_quarters_of_a_row_are_events_of_their_own_and_so_are_two_indicators_of_one() -> None:
    mapping = mappings.parse(WIDE + REPORT % "devices.online" + REPORT % "devices.known")
    row = {
        "镇": "320282112",
        "2026年一季度/数量": 3,
        "2026年一季度/总数": 4,
        "2026年二季度/数量": 5,
        "2026年二季度/总数": "many",
    }
    made, rejected = Translator(mapping).events(Row(4, row))
    assert len({one.event["id"] for one in made}) == len(made) == 2
    assert [(one.row, one.column) for one in rejected] == [(4, "总数")] * 2


def test_wide_says_what_it_needs() -> None:
    with pytest.raises(mappings.MappingError, match="wide: expected either cells or value"):
        mappings.parse(WIDE.replace(', cells = ["数量", "总数"]', "") + REPORT % "devices.online")
