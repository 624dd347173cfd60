"""From the door to the published topic, in one process."""

from __future__ import annotations

import json

import msgspec

from feeds.figures.verdicts import Verdict
from feeds.live import frames

TOWN = "320282112"


def test_counts_of_town_and_city(pipeline, event) -> None:
    p = pipeline()
    receipt = p.send(
        event(
            "incident.reported",
            "2026-09-30T10:00:00+08:00",
            TOWN,
            case="c1",
            category="neighbour",
            severity=3,
            channel="patrol",
        ),
        event(
            "incident.reported",
            "2026-09-30T11:00:00+08:00",
            "320282001",
            case="c2",
            category="order",
            severity=1,
            channel="app",
        ),
        event("incident.closed", "2026-09-30T12:00:00+08:00", TOWN, case="c1", outcome="done"),
        event(
            "incident.reported",
            "2026-09-29T12:00:00+08:00",
            None,
            case="c3",
            category="nonsense",
            severity=1,
            channel="app",
        ),
    )
    assert (receipt.accepted, receipt.duplicates, receipt.rejected) == (4, 0, [])
    assert p.run() == 4
    city, town = p.state("320282", "today"), p.state(TOWN, "today")
    assert city["set"]["incidents.reported"] == 2
    assert city["set"]["incidents.open"] == 2
    assert town["set"]["incidents.reported"] == 1
    assert town["set"]["incidents.open"] == 0
    assert town["parts"]["incidents.closure_rate"] == [0, 0], "nothing has fallen due"
    assert p.state("320282", "week")["series"]["categories:incidents.reported"] == {
        "neighbour": 1,
        "order": 1,
        "unknown": 1,
    }
    assert p.state("320282", "week")["series"]["towns:incidents.reported"]["unknown"] == 1
    assert p.state("320282", "week")["series"]["elsewhere:incidents.reported"] == [1]
    assert city["set"]["disputes.accepted"] is None, (
        "no dispute was ever reported: no data, not zero"
    )


def test_no_town_reports_while_the_whole_city_has_no_data(pipeline, event) -> None:
    """A town may be silent for longer than the city; when nothing comes at all none of them
    reports.
    """
    about = {"category": "order", "severity": 1, "channel": "app"}
    p = pipeline("2026-09-30T10:01:00+08:00")
    towns = p.profile.town_by_code
    p.send(
        *(
            event("incident.reported", "2026-09-30T10:00:00+08:00", town, case=f"c{town}", **about)
            for town in towns
        )
    )
    p.run()
    reporting = {}
    for hour in ("11", "19", "21"):
        p.at(f"2026-09-30T{hour}:00:00+08:00")
        state = p.state(p.profile.code, "today")
        reporting[hour] = state["towns_reporting"][0]
    assert reporting == {"11": 18, "19": 18, "21": 0}
    assert state["towns_silent"] == list(towns)


def test_what_is_said_of_a_figure_comes_with_it(pipeline, event) -> None:
    p = pipeline()
    for n in range(30):
        about = {"case": f"c{n}", "category": "order", "severity": 1, "channel": "app"}
        p.send(event("incident.reported", "2026-09-20T10:00:00+08:00", TOWN, **about))
    at = "2026-09-19T10:00:00+08:00"
    p.send(event("incident.closed", at, TOWN, case="another", outcome="done"))
    p.run()
    before = p.state("320282", "year")
    assert Verdict(*before["verdicts"]["incidents.closure_rate"]).code == "off"
    assert Verdict(*before["verdicts"]["disputes.success_rate"]).empty == "data"
    for n in range(30):
        closed = event(
            "incident.closed", "2026-09-30T10:00:00+08:00", TOWN, case=f"c{n}", outcome="done"
        )
        p.send(closed)
    p.run()
    after = p.state("320282", "year")
    assert Verdict(*after["verdicts"]["incidents.closure_rate"]).code == "usual"
    sent = frames.difference(before, after)["verdicts"]
    assert "incidents.closure_rate" in sent
    assert "disputes.success_rate" not in sent


def test_many_events_of_long_ago_are_a_history_that_is_being_filled(pipeline, event) -> None:
    """Until none comes any more, or what comes is of now."""
    p = pipeline("2026-09-30T15:00:00+08:00")

    def visited(count: int, at: str) -> None:
        sent = [event("patrol.completed", at, TOWN, visits=1) for _ in range(count)]
        assert p.send(*sent).rejected == []
        p.run()

    visited(20, "2026-09-20T09:00:00+08:00")
    assert p.state("320282", "today")["behind"] is False
    visited(600, "2026-09-21T09:00:00+08:00")
    assert p.state("320282", "today")["behind"] is True
    p.at("2026-09-30T15:00:15+08:00")
    assert p.state("320282", "today")["behind"] is False
    visited(600, "2026-09-30T15:00:10+08:00")
    assert p.state("320282", "today")["behind"] is False


def test_no_single_event_leaves_with_a_topic(pipeline, event) -> None:
    p = pipeline()
    at = "2026-09-30T10:00:00.123+08:00"
    p.send(event("fraud.warning", at, f"{TOWN}-g001", channel="phone", category="loan"))
    p.run()
    for area in ("320282", TOWN):
        state = p.state(area, "today")
        assert state["set"]["fraud.warnings"] == 1
        assert "events" not in state
        assert "-g001" not in json.dumps(state)


def test_repeats_count_once_and_the_door_says_so(pipeline, event) -> None:
    p = pipeline()
    one = event(
        "fraud.warning", "2026-09-30T10:00:00+08:00", TOWN, channel="phone", category="loan"
    )
    assert p.send(one, one).duplicates == 1
    assert p.send(one).duplicates == 1
    p.run()
    p.log.append([p.intake._decoder.decode(one)])
    assert p.run() == 0
    assert p.value("fraud.warnings") == 1


def test_what_is_beyond_the_towns_is_of_the_towns_moment(pipeline, event) -> None:
    """The city's value is newer than the map; their difference is nobody's report."""
    p = pipeline()
    for n in range(3):
        p.send(
            event(
                "traffic.accident",
                f"2026-09-30T1{n}:00:00+08:00",
                TOWN,
                severity="slight",
                deaths=0,
                injuries=0,
            )
        )
        p.run()
        p.now_ms += 1_000
        if n:
            p.engine.publish()
        else:
            p.state("320282", "today")
    state = msgspec.json.decode(p.redis.get(frames.snapshot_key("320282/today")))
    assert state["set"]["traffic.accidents"] > sum(
        v or 0 for v in state["series"]["towns:traffic.accidents"].values()
    )
    assert state["series"]["elsewhere:traffic.accidents"] == [0]


def test_frames_lead_to_the_snapshot(pipeline, event) -> None:
    p = pipeline()
    before = p.state("320282", "today")
    for n in range(5):
        p.send(
            event(
                "traffic.accident",
                f"2026-09-30T1{n}:00:00+08:00",
                TOWN,
                severity="slight",
                deaths=0,
                injuries=n,
            )
        )
        p.run()
        p.now_ms += 3_000
        p.engine.publish()
    after = p.state("320282", "today")
    ring = [msgspec.json.decode(f) for f in p.redis.lrange(frames.ring_key("320282/today"), 0, -1)]
    assert [f["seq"] for f in ring] == list(range(before["seq"] + 1, after["seq"] + 1))
    state = before
    for frame in ring:
        state = frames.apply(state, frame)
    for alone in (after, state):  # the snapshot's alone: no browser needs them
        del alone["positions"], alone["as_of"]
    assert state == after
    assert state["set"]["traffic.injuries"] == 10
    assert frames.state_hash(state) == frames.state_hash(after)


def test_a_restart_reads_the_same(pipeline, event) -> None:
    p = pipeline()
    p.send(
        event(
            "dispute.accepted",
            "2025-10-01T09:00:00+08:00",
            TOWN,
            case="d1",
            category="labour",
            centre="town",
        ),
        event(
            "dispute.accepted",
            "2026-08-20T09:00:00+08:00",
            TOWN,
            case="d2",
            category="labour",
            centre="town",
        ),
        event("dispute.closed", "2026-09-30T09:00:00+08:00", TOWN, case="d2", outcome="settled"),
        event(
            "indicator.reported",
            "2026-09-01T09:00:00+08:00",
            TOWN,
            indicator="disputes.village_rooms",
            value=44,
            total=46,
        ),
    )
    p.run()
    live = {period: p.state(TOWN, period) for period in ("today", "month", "year")}
    p.restart()
    p.redis.delete(*[frames.snapshot_key(f"{TOWN}/{period}") for period in live])
    for period, before in live.items():
        after = p.state(TOWN, period)
        apart = ("seq", "now", "positions", "as_of")
        assert {k: v for k, v in after.items() if k not in apart} == {
            k: v for k, v in before.items() if k not in apart
        }
    assert live["today"]["set"]["disputes.open"] == 1
    assert live["today"]["set"]["disputes.overdue"] == 1
    assert live["month"]["set"]["disputes.settled"] == 1
    assert live["today"]["set"]["disputes.village_rooms"] == 44 / 46


def test_change_compares_the_same_elapsed_part(pipeline, event) -> None:
    p = pipeline("2026-09-30T15:00:00+08:00")
    for moment in (
        "2024-12-01T10:00",  # the source spoke before all that is compared
        "2026-02-01T10:00",
        "2026-09-30T14:00",
        "2025-02-01T10:00",
        "2025-09-30T14:59",
        "2025-09-30T15:01",
        "2025-12-01T10:00",
    ):
        p.send(
            event(
                "traffic.accident",
                f"{moment}:00+08:00",
                TOWN,
                severity="slight",
                deaths=0,
                injuries=1,
            )
        )
    p.send(
        event(
            "traffic.accident",
            "2026-03-01T10:00:00+08:00",
            TOWN,
            severity="slight",
            deaths=0,
            injuries=1,
        )
    )
    p.run()
    assert p.state("320282", "year")["change"]["traffic.accidents"] == [0.5, 0.5]
    p.at("2026-09-30T15:02:00+08:00")
    assert p.state("320282", "year")["set"]["traffic.accidents"] == 3
    p.restart()
    p.redis.flushall()
    assert p.state("320282", "year")["change"]["traffic.accidents"] == [0.0, 0.0]


def test_midnight_takes_the_categories_away(pipeline, event) -> None:
    p = pipeline("2026-09-30T23:59:50+08:00")
    p.send(
        event(
            "incident.reported",
            "2026-09-30T10:00:00+08:00",
            TOWN,
            case="c1",
            category="order",
            severity=1,
            channel="app",
        )
    )
    p.run()
    state = p.state("320282", "today")
    p.at("2026-10-01T00:00:05+08:00")
    after = p.state("320282", "today")
    assert (state["set"]["incidents.reported"], after["set"]["incidents.reported"]) == (1, None), (
        "silent since 10:00: no data, not zero"
    )
    for body in p.redis.lrange(frames.ring_key("320282/today"), 0, -1):
        frame = msgspec.json.decode(body)
        state = frames.apply(state, frame) if frame["seq"] > state["seq"] else state
    assert state["series"] == after["series"]
    assert state["series"]["categories:incidents.reported"] == {}


def test_a_reference_cut_at_its_end_takes_no_later_indicator(pipeline, event) -> None:
    p = pipeline("2026-03-31T00:00:07+08:00")
    for moment, value in (
        ("2026-02-20T00:00", 100),
        ("2026-03-01T05:00", 200),
        ("2026-03-30T00:00", 300),
    ):
        p.send(
            event(
                "indicator.reported",
                f"{moment}:00+08:00",
                TOWN,
                indicator="safety.key_units",
                value=value,
            )
        )
    p.run()
    p.at("2026-03-31T10:00:00+08:00")
    assert p.state(TOWN, "month")["change"]["safety.key_units"][1] == 2.0


def test_what_is_dated_ahead_of_the_clock_changes_no_earlier_day(pipeline, event) -> None:
    p = pipeline("2026-09-30T15:00:00+08:00")
    for n, moment in enumerate(("09-28T10:00", "09-30T15:02", "09-30T15:03")):
        p.send(
            event(
                "incident.reported",
                f"2026-{moment}:00+08:00",
                TOWN,
                case=f"c{n}",
                category="order",
                severity=1,
                channel="app",
            )
        )
    p.run()
    for _ in range(2):
        assert p.state(TOWN, "today")["series"]["days:incidents.open"][-4:] == [None, 1, 1, 1]
        p.restart()
    p.at("2026-09-30T15:05:00+08:00")
    assert p.state(TOWN, "today")["series"]["days:incidents.open"][-4:] == [None, 1, 1, 3]
