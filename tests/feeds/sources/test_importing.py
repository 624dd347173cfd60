"""Importing: the real files with the real intake, log and history; interruptions, waits,
reports.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import redis as redis_client
from sqlalchemy import Engine as Database

from dashboard.processes import core
from feeds.city import profile
from feeds.events import rejects
from feeds.events.decoding import Decoder
from feeds.events.intake import Intake
from feeds.events.log import Log
from feeds.sources import importing, mappings, spreadsheets
from feeds.sources.importing import Checkpoint, Result
from feeds.sources.mappings import Mapping

EXAMPLES = Path(__file__).resolve().parents[3] / "examples"
COLLISIONS = EXAMPLES / "stats19_west_yorkshire_2024.csv"
CASES = EXAMPLES / "nyc_council_constituent_cases_2023.csv"

OFFICE = """
source = "office"
zone = "Asia/Shanghai"
subject = { column = "镇" }
id = { columns = ["编号"] }
[[event]]
type = "dispute.accepted"
time = { column = "日期" }
data = { category = "labour", centre = "town" }
"""


class Board:
    """An intake and an ingest of one city over one Redis and one database."""

    def __init__(self, city: str, client: redis_client.Redis, database: Database) -> None:
        self.profile, self.database = profile.load(city), database
        log = Log(client, self.profile)
        self.intake = Intake(log, Decoder(), name="import")
        self._ingest = core.make_ingest(log, database, self.profile)

    def settle(self) -> pd.DataFrame:
        """The events of the history once the log is read to its end."""
        while self._ingest.step():
            pass
        events = pd.read_sql(
            "SELECT town, source, id, type, area, at, data FROM events", self.database
        )
        return events.assign(data=events["data"].map(json.loads))


@pytest.fixture
def board(redis: redis_client.Redis, database: Database) -> Callable[[str], Board]:
    return lambda city: Board(city, redis, database)


def ignore(_: object) -> None:
    return


def run(
    path: Path,
    mapping: Mapping,
    intake: Intake,
    folder: Path,
    on_progress: Callable[[Result], None] = ignore,
    **more: Any,
) -> Result:
    rows = spreadsheets.read(path, mapping.columns, mapping.sheet).rows
    checkpoint = Checkpoint(folder / "import.json", importing.fingerprint(path))
    return importing.run(
        rows, mapping, intake, checkpoint, on_progress, report=folder / "refused.csv", **more
    )


def office(folder: Path, rows: Iterable[str]) -> Path:
    path = folder / "台账.csv"
    path.write_text("编号,日期,镇\n" + "".join(f"{row}\n" for row in rows), encoding="gb18030")
    return path


def reported(folder: Path) -> list[list[str]]:
    with (folder / "refused.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_the_collisions_give_what_a_plain_count_gives(
    board: Callable[[str], Board], tmp_path: Path
) -> None:
    mapping, here = mappings.load(EXAMPLES / "west_yorkshire.toml"), board("west_yorkshire")
    plain = pd.read_csv(COLLISIONS)
    first = run(COLLISIONS, mapping, here.intake, tmp_path)
    assert first == Result(rows=4060, accepted=4060, duplicates=0, rejected=0, row=4061)
    again = run(COLLISIONS, mapping, here.intake, tmp_path)
    assert again == Result(rows=4060, accepted=4060, duplicates=4060, rejected=0, row=4061)
    events = here.settle()
    data = pd.DataFrame(events["data"].tolist())
    assert len(events) == len(plain) == 4060
    assert (data["severity"] == "fatal").sum() == (plain["collision_severity"] == 1).sum() == 35
    assert data["deaths"].sum() == plain["deaths"].sum() == 40
    assert (
        data["injuries"].sum()
        == (plain["serious_injuries"] + plain["slight_injuries"]).sum()
        == 5200
    )
    assert (
        events.groupby("town").size().to_dict() == plain.groupby("district_code").size().to_dict()
    )
    # Of the hour that comes twice in October, the first one is meant.
    minutes = pd.to_datetime(plain["occurred"]).dt.tz_localize(
        "Europe/London", ambiguous=[True] * 4060
    )
    assert sorted(pd.to_datetime(events["at"], unit="ms", utc=True)) == sorted(
        minutes.dt.tz_convert("UTC")
    )
    assert not (tmp_path / "refused.csv").exists()


def test_the_cases_give_what_a_plain_count_gives(
    board: Callable[[str], Board], tmp_path: Path
) -> None:
    mapping, here = mappings.load(EXAMPLES / "nyc_council.toml"), board("nyc_council")
    plain = pd.read_csv(CASES, dtype=str, keep_default_na=False)
    for _ in range(2):
        done = run(CASES, mapping, here.intake, tmp_path)
        assert (done.rows, done.accepted, done.rejected) == (34_324, 34_324 + 27_742, 0)
    events = here.settle()
    opened, closed = (
        events[events["type"] == f"incident.{step}"] for step in ("reported", "closed")
    )
    assert len(opened) == len(plain) == 34_324
    assert len(closed) == (plain["closed"] != "").sum() == 27_742
    boards = plain["community_board"].map(mapping.tables["boards"]).fillna("unknown")
    assert opened.groupby("town").size().to_dict() == boards.value_counts().to_dict()
    assert boards.value_counts()["unknown"] == 9_572
    no_type = plain["complaint_type"].isin(["", "Please choose an issue..."])
    categories = opened["data"].map(lambda d: d["category"]).value_counts()
    assert categories["unknown"] == no_type.sum() == 887
    assert sorted(categories.drop("unknown")) == sorted(
        plain["complaint_type"][~no_type].value_counts()
    )
    assert set(categories.index) - {"unknown"} <= set(here.profile.categories["incident"])
    days = (pd.to_datetime(plain["closed"]) - pd.to_datetime(plain["opened"])).dropna().dt.days
    both = opened.assign(case=opened["data"].map(lambda d: d["case"])).merge(
        closed.assign(case=closed["data"].map(lambda d: d["case"])),
        on="case",
        suffixes=("_opened", "_closed"),
    )
    zoned = [
        pd.to_datetime(both[f"at_{s}"], unit="ms", utc=True).dt.tz_convert("America/New_York")
        for s in ("opened", "closed")
    ]
    assert sorted(
        (zoned[1].dt.tz_localize(None) - zoned[0].dt.tz_localize(None)).dt.days
    ) == sorted(days)


def test_a_later_export_with_more_cases_closed_adds_closings_only(
    board: Callable[[str], Board], tmp_path: Path
) -> None:
    mapping, here = mappings.load(EXAMPLES / "nyc_council.toml"), board("nyc_council")
    rows = pd.read_csv(CASES, dtype=str, keep_default_na=False).head(3_000)
    for name, closed in (("january.csv", ""), ("december.csv", rows["closed"])):
        rows.assign(closed=closed).to_csv(tmp_path / name, index=False)
        run(tmp_path / name, mapping, here.intake, tmp_path)
    assert here.settle()["type"].value_counts().to_dict() == {
        "incident.reported": 3_000,
        "incident.closed": int((rows["closed"] != "").sum()),
    }


CFPB = """complaint_id,date_received,product,state,date_sent_to_company,company_response
69978,2012-01-13,Credit card,CO,2012-01-14,Closed without relief
69979,2023-01-13,"Credit reporting, credit repair services, or other personal consumer reports",,2023-01-13,Closed with monetary relief
69980,2023-01-13,A product of tomorrow,AE,2023-01-13,In progress
69981,2023-01-13,Mortgage,UNITED STATES MINOR OUTLYING ISLANDS,2023-01-13,Closed with explanation
"""


def test_complaints_in_progress_are_accepted_and_not_closed(
    board: Callable[[str], Board], tmp_path: Path
) -> None:
    path = tmp_path / "complaints.csv"
    path.write_text(CFPB)
    here = board("cfpb")
    assert run(path, mappings.load(EXAMPLES / "cfpb.toml"), here.intake, tmp_path).rejected == 0
    events = here.settle()
    assert {
        (e.id, e.town): e.data.get("category") or e.data["outcome"] for e in events.itertuples()
    } == {
        ("69978:dispute.accepted", "CO"): "credit_card",
        ("69978:dispute.closed", "CO"): "failed",
        ("69979:dispute.accepted", "unknown"): "credit_reporting",
        ("69979:dispute.closed", "unknown"): "settled",
        ("69980:dispute.accepted", "unknown"): "unknown",
        ("69981:dispute.accepted", "unknown"): "mortgage",
        ("69981:dispute.closed", "unknown"): "failed",
    }


def test_refused_rows_are_reported_by_class_and_reason_without_a_value(
    board: Callable[[str], Board], tmp_path: Path
) -> None:
    secrets = ("13800138000", "110101199003070038", "张三")
    path = office(
        tmp_path,
        [
            "A1,2026-01-02,320282112",
            "13800138000,2026-01-02,320282112",
            "A3,,320282112",
            "A4,2099-01-02,320282112",
            "110101199003070038,2026-01-02,320282112",
            "A6,2026-01-02,张三家",
            "张三,2026-01-02,320282112",
            "A8,明天,",
        ],
    )
    done = run(path, mappings.parse(OFFICE), board("yixing").intake, tmp_path)
    assert done == Result(rows=8, accepted=1, duplicates=0, rejected=7, row=9)
    assert reported(tmp_path) == [
        ["row", "event", "column", "value class", "reason"],
        [
            "3",
            "dispute.accepted",
            "编号",
            "11-digit number",
            "looks like a mobile number; personal data is not taken; " + rejects.DECLARE.en,
        ],
        ["4", "dispute.accepted", "日期", "empty", "is empty"],
        [
            "5",
            "dispute.accepted",
            "日期",
            "text of 10 characters",
            "is more than 5 minutes ahead of the server's clock",
        ],
        [
            "6",
            "dispute.accepted",
            "编号",
            "18-digit number",
            "looks like a resident identity number; personal data is not taken",
        ],
        [
            "7",
            "dispute.accepted",
            "镇",
            "text of 3 characters",
            "must be a code: 1 to 64 letters, digits or . _ : -",
        ],
        [
            "8",
            "",
            "编号",
            "text of 2 characters",
            "must be a code: 1 to 64 letters, digits or . _ : -",
        ],
        [
            "9",
            "dispute.accepted",
            "日期",
            "text of 2 characters",
            "is not a time in a format of the mapping",
        ],
    ]
    assert not any(secret in (tmp_path / "refused.csv").read_text("utf-8") for secret in secrets)
    run(
        office(tmp_path, ["A1,2026-01-02,320282112"]),
        mappings.parse(OFFICE),
        board("yixing").intake,
        tmp_path,
    )
    assert not (tmp_path / "refused.csv").exists()


def test_a_report_in_chinese_opens_in_excel(board: Callable[[str], Board], tmp_path: Path) -> None:
    run(
        office(tmp_path, ["A1,,"]),
        mappings.parse(OFFICE),
        board("yixing").intake,
        tmp_path,
        lang="zh",
    )
    assert (
        (tmp_path / "refused.csv")
        .read_bytes()
        .startswith("\ufeff行号,事件,列,值的类别,原因\r\n".encode())
    )


def test_ctrl_c_leaves_a_checkpoint_and_a_second_run_goes_on(
    board: Callable[[str], Board], tmp_path: Path
) -> None:
    here, mapping = board("yixing"), mappings.parse(OFFICE)
    path = office(
        tmp_path, [f"A{n},{'2026-01-02' if n % 10 else ''},320282112" for n in range(10_000)]
    )
    seen: list[Result] = []

    def stop_at_third(result: Result) -> None:
        seen.append(result)
        if len(seen) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(path, mapping, here.intake, tmp_path, stop_at_third)
    with (tmp_path / "refused.csv").open("ab") as file:
        file.write(b"written after the checkpoint")
    later: list[Result] = []
    done = run(path, mapping, here.intake, tmp_path, later.append)
    assert seen[-1].rows == 3 * importing.BATCH
    assert later[0].rows == 4 * importing.BATCH, "the second run began anew"
    assert done == Result(rows=10_000, accepted=9_000, duplicates=0, rejected=1_000, row=10_001)
    assert [row[0] for row in reported(tmp_path)[1:]] == [str(n) for n in range(2, 10_002, 10)]
    assert len(here.settle()) == 9_000
    assert not (tmp_path / "import.json").exists()


def test_equal_rows_are_told_apart_across_interruptions(
    board: Callable[[str], Board], tmp_path: Path
) -> None:
    here, mapping = board("nyc_council"), mappings.load(EXAMPLES / "nyc_council.toml")
    rows = pd.read_csv(CASES, dtype=str, keep_default_na=False).head(8_000)
    rows.to_csv(tmp_path / "cases.csv", index=False)
    assert rows.drop(columns="closed").duplicated().sum() > 500

    def stop(_: Result) -> None:
        raise KeyboardInterrupt

    runs = 0
    while (runs := runs + 1) < 100:
        try:
            run(tmp_path / "cases.csv", mapping, here.intake, tmp_path, stop)
            break
        except KeyboardInterrupt:
            continue
    closed = int((rows["closed"] != "").sum())
    assert runs == 1 + -(-(8_000 + closed) // importing.BATCH)
    assert here.settle()["type"].value_counts().to_dict() == {
        "incident.reported": 8_000,
        "incident.closed": closed,
    }


def test_a_checkpoint_of_another_file_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "import.json"
    Checkpoint(path, "one").save(Result(rows=5, row=6), 0)
    assert Checkpoint(path, "other").load() is None
    saved = Checkpoint(path, "one").load()
    assert saved is not None
    assert saved.result.row == 6
    path.write_bytes(b"{half")
    assert Checkpoint(path, "one").load() is None


def test_the_import_waits_while_the_log_is_away_and_loses_nothing(
    own_redis: Callable[..., Any], database: Database, tmp_path: Path
) -> None:
    server = own_redis()
    client = redis_client.Redis.from_url(server.url)
    here = Board("yixing", client, database)
    server.stop()
    waits: list[float] = []

    def wait(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 8:
            server.start()

    path = office(tmp_path, [f"A{n},2026-01-02,320282112" for n in range(5_000)])
    done = run(path, mappings.parse(OFFICE), here.intake, tmp_path, on_wait=wait)
    assert done.accepted == 5_000
    assert len(here.settle()) == 5_000
    assert waits == [0.5, 1, 2, 4, 8, 16, 30, 30]
    client.close()


def test_ctrl_c_while_waiting_keeps_the_checkpoint(
    own_redis: Callable[..., Any], database: Database, tmp_path: Path
) -> None:
    server = own_redis()
    client = redis_client.Redis.from_url(server.url)
    here, mapping = Board("yixing", client, database), mappings.parse(OFFICE)
    path = office(tmp_path, [f"A{n},2026-01-02,320282112" for n in range(5_000)])

    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(path, mapping, here.intake, tmp_path, lambda _: server.stop(), on_wait=interrupted)
    saved = Checkpoint(tmp_path / "import.json", importing.fingerprint(path)).load()
    assert saved is not None
    assert saved.result.accepted == importing.BATCH
    server.start()
    assert run(path, mapping, here.intake, tmp_path).accepted == 5_000
    client.close()


def test_the_worked_example_of_the_how_to_works_as_printed(
    board: Callable[[str], Board], tmp_path: Path
) -> None:
    text = (EXAMPLES.parent / "docs" / "how-to" / "import-a-spreadsheet.md").read_text("utf-8")
    table, mapping = (
        re.search(rf"```{kind}\n(.*?)```", text, re.DOTALL) for kind in ("csv", "toml")
    )
    assert table
    assert mapping
    path = tmp_path / "台账.csv"
    path.write_text(table[1], encoding="gb18030")
    here = board("yixing")
    areas = dict(profile.load("yixing").area_by_name())
    done = run(path, mappings.parse(mapping[1], areas), here.intake, tmp_path)
    assert done == Result(rows=3, accepted=5, duplicates=0, rejected=0, row=6)
    events = here.settle()
    assert sorted(
        (e.town, e.type, e.data.get("category") or e.data["outcome"]) for e in events.itertuples()
    ) == [
        ("320282104", "dispute.accepted", "marriage"),
        ("320282104", "dispute.accepted", "other"),
        ("320282104", "dispute.closed", "failed"),
        ("320282112", "dispute.accepted", "labour"),
        ("320282112", "dispute.closed", "settled"),
    ]
