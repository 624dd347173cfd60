"""Which remarks are taken, and the book that keeps every version of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine as Database
from sqlalchemy import func, select

from feeds.city.profile import Profile
from feeds.remarks import remark_store, remark_tables, remarks
from feeds.remarks.remarks import WrongRemark

CITY, TOWN, OTHER = "320282", "320282112", "320282001"
TODAY = date(2026, 9, 30)
GIVEN = {
    "kpi": "incidents.reported",
    "kind": "campaign",
    "day": "2026-09-14",
    "text": "秋季专项行动开始",
}


def made(city: Profile, **changes: Any) -> remarks.Draft:
    return remarks.draft(GIVEN | changes, city, TODAY)


def test_a_remark_says_what_when_and_where(yixing: Profile) -> None:
    assert made(yixing) == (
        "incidents.reported",
        CITY,
        date(2026, 9, 14),
        date(2026, 9, 14),
        "campaign",
        "秋季专项行动开始",
        "",
    )
    stretch = {k: v for k, v in GIVEN.items() if k != "day"} | {
        "first": "2026-07-01",
        "last": "2026-07-09",
        "kpi": "*",
        "area": TOWN,
    }
    assert remarks.draft(stretch, yixing, TODAY)[:4] == (
        "*",
        TOWN,
        date(2026, 7, 1),
        date(2026, 7, 9),
    )


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("负责人 13800138000", "mobile"),
        ("电话１３８００１３８０００", "mobile"),
        ("一三八零零一三八零零零", "mobile"),
        ("身份证 320282199003071236 核查", "resident_id"),
        ("见 320282 19900307 1236", "resident_id"),
        ("0510-87990000 值班", "landline"),
        ("卡号 6222 0200 0000 1234 566", "bank_card"),
        ("请联系 a@yixing.gov.cn", "email"),
        ("苏B·12345 肇事", "plate"),
        ("案件 2026093 号", "number"),
        ("1 2 3 4 5 6 7 号", "number"),
        ("110 119", "number"),
        ("2026-09-30", "number"),
    ],
)
@pytest.mark.parametrize("field", ["text", "reason"])
def test_personal_data_is_refused_and_named(
    yixing: Profile, text: str, kind: str, field: str
) -> None:
    with pytest.raises(WrongRemark) as refused:
        made(yixing, **{field: text})
    assert refused.value.field == field
    said = refused.value.message("zh") + refused.value.message("en")
    assert (
        remarks._NUMBERS if kind == "number" else remarks.REASONS[f"personal:{kind}"]
    ).zh in said
    assert text not in said, "what is refused is not repeated"


@pytest.mark.parametrize(
    "text",
    [
        "台风“贝碧嘉”过境，17 至 19 日",
        "2026年9月起按新口径",
        "损失 1,800 万元以上",
        "Hotline 12345 joined",
        "第 96110 号",
    ],
)
def test_ordinary_texts_are_taken(yixing: Profile, text: str) -> None:
    assert made(yixing, text=text).text == text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "长" * 81}, "text"),
        ({"text": "一行\n两行"}, "text"),
        ({"text": "a\u202eb"}, "text"),
        ({"reason": "长" * 201}, "reason"),
        ({"kind": "party"}, "kind"),
        ({"kpi": "x"}, "kpi"),
        ({"area": "x"}, "area"),
        ({"day": "30.9.2026"}, "day"),
        ({"day": ""}, "day"),
        ({"day": "1989-12-31"}, "day"),
        ({"day": "2028-01-01"}, "day"),
        ({"last": "2026-09-15"}, "day"),
        ({"day": "", "first": "2026-09-15", "last": "2026-09-14"}, "last"),
        ({"author": "x"}, "author"),
        ({"text": 7}, "text"),
        ({"kind": "rebase"}, "reason"),
        ({"kind": "rebase", "reason": "新口径", "kpi": "*"}, "kpi"),
        (
            {
                "kind": "rebase",
                "reason": "新口径",
                "day": "",
                "first": "2026-09-01",
                "last": "2026-09-02",
            },
            "last",
        ),
    ],
)
def test_a_wrong_field_is_named(yixing: Profile, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(WrongRemark) as refused:
        made(yixing, **changes)
    assert refused.value.field == field


def test_a_remark_is_read_where_it_holds(database: Database, yixing: Profile) -> None:
    drafts = [
        made(yixing),
        made(yixing, kpi="*", text="全部指标"),
        made(yixing, area=TOWN, text="一镇"),
        made(yixing, day="2026-01-05", text="年初"),
        made(yixing, day="", first="2026-08-20", last="2026-09-02", text="跨月"),
    ]
    with database.begin() as connection:
        for draft in drafts:
            remark_store.add(connection, draft, "指挥中心", 1_000)

    def texts(kpi: str | None, *areas: str) -> list[str]:
        with database.connect() as connection:
            return sorted(
                r.text
                for r in remark_store.read(
                    connection, kpi, areas, date(2026, 9, 1), date(2026, 9, 30)
                )
            )

    assert texts("incidents.reported", CITY) == sorted(["秋季专项行动开始", "全部指标", "跨月"])
    assert texts("disputes.accepted", CITY) == ["全部指标"]
    assert texts("incidents.reported", TOWN, CITY) == sorted(
        ["秋季专项行动开始", "全部指标", "跨月", "一镇"]
    )
    assert "一镇" not in texts(None, OTHER, CITY)


def test_withdrawing_adds_a_version_and_takes_nothing_away(
    database: Database, yixing: Profile
) -> None:
    with database.begin() as connection:
        one = remark_store.add(connection, made(yixing), "指挥中心", 1_000)
        assert remark_store.versions(connection) == 1
    with database.begin() as connection:
        gone = remark_store.withdraw(connection, one.id, "审计局", 2_000)
    assert gone == one._replace(withdrawn_by="审计局", withdrawn_at=2_000)
    with database.connect() as connection:
        whole = (None, [CITY], date(2026, 1, 1), TODAY)
        assert remark_store.read(connection, *whole) == []
        assert remark_store.read(connection, *whole, withdrawn=True) == [gone]
        assert remark_store.versions(connection) == 2
        kept = connection.execute(
            select(
                remark_tables.remarks.c.version,
                remark_tables.remarks.c.by,
                remark_tables.remarks.c.text,
            )
        ).all()
    assert [tuple(row) for row in kept] == [
        (1, "指挥中心", GIVEN["text"]),
        (2, "审计局", GIVEN["text"]),
    ]


def test_a_remark_is_withdrawn_once(database: Database, yixing: Profile) -> None:
    with database.begin() as connection:
        one = remark_store.add(connection, made(yixing), "指挥中心", 1_000)
        remark_store.withdraw(connection, one.id, "指挥中心", 2_000)
    with pytest.raises(remark_store.Withdrawn), database.begin() as connection:
        remark_store.withdraw(connection, one.id, "指挥中心", 3_000)
    with pytest.raises(remark_store.NotThere), database.begin() as connection:
        remark_store.withdraw(connection, "nothing", "指挥中心", 3_000)
    with database.connect() as connection:
        assert (
            connection.execute(select(func.count()).select_from(remark_tables.remarks)).scalar()
            == 2
        )


def test_an_office_that_is_a_telephone_makes_no_remark(database: Database, yixing: Profile) -> None:
    with pytest.raises(WrongRemark, match="by"), database.begin() as connection:
        remark_store.add(connection, made(yixing), "王 13800138000", 1_000)


def test_rebases_are_those_that_stand(database: Database, yixing: Profile) -> None:
    rebase = {"kind": "rebase", "reason": "口径自九月起变更"}
    days = (
        {"day": "2026-09-01"},
        {"day": "2026-03-01"},
        {"day": "2026-06-01", "area": TOWN},
        {"day": "2026-05-01"},
    )
    with database.begin() as connection:
        for n, changes in enumerate(days):
            last = remark_store.add(connection, made(yixing, **rebase, **changes), "指挥中心", n)
        remark_store.add(connection, made(yixing), "指挥中心", 9)
        remark_store.withdraw(connection, last.id, "指挥中心", 10)
        found = remark_store.rebases(connection)
    assert found == {
        "incidents.reported": [
            (CITY, date(2026, 3, 1)),
            (TOWN, date(2026, 6, 1)),
            (CITY, date(2026, 9, 1)),
        ]
    }
