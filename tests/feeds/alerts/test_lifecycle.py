"""How an alert lives: rules as declared, the state machine, and what a rule sees of the figures.
The watch is tried in test_alerting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.city import SECTIONS
from feeds.alerts import alert_rules, alert_wording, lifecycle, rule_evaluation
from feeds.alerts.alert_rules import Change, Completeness, NoData, Overdue, Threshold, Wall
from feeds.alerts.lifecycle import Alert, Evaluation, Silence
from feeds.alerts.rule_evaluation import Inputs
from feeds.city import periods, profile
from feeds.city.profile import Profile, ProfileError
from feeds.city.words import Words
from feeds.health.completeness import LastSeen
from feeds.kpis import CATALOGUE, targets
from feeds.screens.heartbeats import Screen

CITY, TOWN = "320282", "320282001"
MINUTE, HOUR = 60_000, 3_600_000
NAMED = Words("名", "name")
RULE = Threshold(
    id="r", title=NAMED, kpi="incidents.overdue", above=40, clear=30, for_min=10, clear_min=5
)


def lived(
    *seen: tuple[int, Evaluation],
    rule: alert_rules.Rule = RULE,
    on_duty: bool = True,
    start: Alert | None = None,
) -> list[Alert | None]:
    """The alert after each (minute, what is seen)."""
    found: list[Alert | None] = [start]
    for minute, one in seen:
        found.append(
            lifecycle.step(found[-1], rule, CITY, one, minute * MINUTE, on_duty=on_duty, id="a")
        )
    return found[1:]


def breach(at: int, value: float = 50, lost: int = 0) -> Evaluation:
    return Evaluation("breach", value, 40, at * MINUTE, lost * MINUTE)


def clear(at: int, value: float = 20, lost: int = 0) -> Evaluation:
    return Evaluation("clear", value, 40, at * MINUTE, lost * MINUTE)


def states(*seen: tuple[int, Evaluation], **kwargs: Any) -> list[str]:
    return [a.state if a else "-" for a in lived(*seen, **kwargs)]


# The state machine


def test_an_alert_waits_fires_and_is_resolved_after_its_times() -> None:
    told = states(
        (0, breach(0)),
        (9, breach(9)),
        (10, breach(10)),
        (20, clear(19)),
        (24, clear(23)),
        (25, clear(24)),
        (26, breach(26)),
    )
    assert told == ["pending", "pending", "firing", "firing", "firing", "resolved", "resolved"]


def test_what_is_over_before_its_time_was_no_alert() -> None:
    between = Evaluation("between", 35, 40, 5 * MINUTE)
    assert states(
        (0, breach(0)), (5, between), (6, breach(6)), (15, breach(15)), (16, breach(16))
    ) == [
        "pending",
        "-",
        "pending",
        "pending",
        "firing",
    ]


def test_between_the_bounds_nothing_changes() -> None:
    between = Evaluation("between", 35, 40, 12 * MINUTE)
    assert states((0, breach(0)), (10, breach(10)), (12, between), (90, between)) == [
        "pending",
        "firing",
        "firing",
        "firing",
    ]


def test_a_relapse_while_it_clears_begins_the_clearing_anew() -> None:
    told = states(
        (0, breach(0)),
        (10, breach(10)),
        (11, clear(11)),
        (13, breach(13)),
        (14, clear(14)),
        (17, clear(17)),
        (19, clear(18)),
    )
    assert told[-3:] == ["firing", "firing", "resolved"]


def test_silence_is_no_recovery_and_is_said() -> None:
    found = lived(
        (0, breach(0)), (10, breach(10)), (11, lifecycle.UNKNOWN), (5000, lifecycle.UNKNOWN)
    )
    assert [a and a.state for a in found[2:]] == ["firing", "firing"]
    assert found[-1]
    assert (found[-1].silent_since, found[-1].value) == (11 * MINUTE, 50), (
        "since when nothing is known, and the last value"
    )


def test_a_value_that_fell_without_a_newer_event_is_no_recovery() -> None:
    """At midnight a day's count is zero, whoever speaks."""
    assert states((0, breach(9)), (10, breach(9)), (11, clear(9)), (60, clear(9)))[-2:] == [
        "firing",
        "firing",
    ]
    assert (
        states((0, breach(9)), (10, breach(9)), (11, clear(10)), (60, clear(10)))[-1] == "resolved"
    )


def test_a_source_that_fell_silent_since_it_began_holds_it_up_and_one_silent_before_does_not() -> (
    None
):
    assert (
        states(
            (5, breach(5)), (15, breach(15)), (30, clear(29, lost=20)), (60, clear(59, lost=20))
        )[-1]
        == "firing"
    )
    assert (
        states((5, breach(5)), (15, breach(15)), (30, clear(29, lost=4)), (60, clear(59, lost=4)))[
            -1
        ]
        == "resolved"
    )


def test_a_pending_alert_waits_anew_after_nothing_was_known() -> None:
    """`for_min` is a time without a break: an hour of silence between two looks is one."""
    told = states(
        (0, breach(0)),
        (9, lifecycle.UNKNOWN),
        (61, breach(61)),
        (70, breach(70)),
        (71, breach(71)),
    )
    assert told == ["pending", "pending", "pending", "pending", "firing"]


def test_a_pending_alert_ends_with_its_breach_whether_or_not_an_event_brought_that() -> None:
    told = states((0, breach(0)), (5, clear(0)), (6, breach(6)), (15, breach(15)), (16, breach(16)))
    assert told == ["pending", "-", "pending", "pending", "firing"]


def test_outside_its_hours_a_pending_alert_ends_also_while_nothing_is_known() -> None:
    pending = lived((0, breach(0)))[-1]
    assert states((5, lifecycle.UNKNOWN), on_duty=False, start=pending) == ["-"]


def test_outside_duty_hours_nothing_begins_and_what_fires_goes_on() -> None:
    firing = lived((0, breach(0)), (10, breach(10)))[-1]
    assert states(
        (11, breach(11)), (20, clear(20)), (25, clear(21)), on_duty=False, start=firing
    ) == ["firing", "firing", "resolved"]
    assert states((0, breach(0)), on_duty=False) == ["-"]
    assert states((5, breach(5)), on_duty=False, start=lived((0, breach(0)))[-1]) == ["-"]


def test_acknowledged_it_goes_on_until_it_is_over() -> None:
    firing = lived((0, breach(0)), (10, breach(10)))[-1]
    assert firing
    seen = lifecycle.acknowledged(firing, "centre", 11 * MINUTE)
    assert (seen.state, seen.by, seen.fired) == ("acknowledged", "centre", 10 * MINUTE)
    assert lifecycle.acknowledged(seen, "other", 12 * MINUTE) == seen
    assert states((12, breach(12)), (20, clear(20)), (26, clear(25)), start=seen) == [
        "acknowledged",
        "acknowledged",
        "resolved",
    ]


_seen = st.builds(
    Evaluation,
    st.sampled_from(("breach", "between", "clear", "unknown")),
    st.just(1.0),
    st.just(1.0),
    st.integers(0, 50).map(lambda m: m * MINUTE),
    st.integers(0, 50).map(lambda m: m * MINUTE),
)


@given(
    st.lists(st.tuples(st.integers(0, 5), _seen), max_size=60),
    st.integers(0, 3),
    st.integers(0, 3),
    st.booleans(),
)
def test_nothing_but_newer_events_from_sources_that_all_speak_resolves(
    given_: list[tuple[int, Evaluation]], for_min: int, clear_min: int, is_acknowledged: bool
) -> None:
    rule = msgspec.structs.replace(RULE, for_min=for_min, clear_min=clear_min)
    now, alert, breach_at = 0, None, 0
    for minutes, seen in given_:
        now += minutes * MINUTE
        before = alert
        alert = lifecycle.step(before, rule, CITY, seen, now, on_duty=True, id="a")
        if before and not before.is_over and alert and alert.state == "resolved":
            assert seen.verdict == "clear"
            assert seen.at > breach_at
            assert seen.lost <= before.began
        if before and before.is_burning and seen.verdict == "unknown":
            assert alert == msgspec.structs.replace(
                before, silent_since=before.silent_since or now, clear_since=0
            )
        if alert and not alert.is_over and seen.verdict == "breach":
            breach_at = max(breach_at, seen.at)
        alert = lifecycle.acknowledged(alert, "x", now) if alert and is_acknowledged else alert
        if alert is None or alert.is_over:
            alert, breach_at = None, 0


def test_a_silence_covers_what_it_names_until_it_ends() -> None:
    alert = lived((0, breach(0)), (10, breach(10)))[-1]
    assert alert
    one = Silence("s", "r", lifecycle.EVERY, 60 * MINUTE, "drill", "centre", 5 * MINUTE)
    assert lifecycle.silenced(alert, [one], 10 * MINUTE) == one
    assert lifecycle.silenced(alert, [one], 60 * MINUTE) is None
    assert (
        lifecycle.silenced(alert, [msgspec.structs.replace(one, ended_at=9 * MINUTE)], 10 * MINUTE)
        is None
    )
    assert (
        lifecycle.silenced(alert, [msgspec.structs.replace(one, rule="other")], 10 * MINUTE) is None
    )
    assert lifecycle.silenced(alert, [msgspec.structs.replace(one, area=TOWN)], 10 * MINUTE) is None


# Rules as declared


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('kind = "threshold"\nkpi = "nothing"\nabove = 1', "no such KPI"),
        ('kind = "threshold"\nkpi = "incidents.open"', "one of above"),
        ('kind = "threshold"\nkpi = "incidents.open"\nabove = 1\nclear = 2', "beyond the bound"),
        ('kind = "threshold"\nkpi = "incidents.open"\nbelow = 1\nclear = 0.5', "beyond the bound"),
        ('kind = "threshold"\nkpi = "incidents.open"\ntarget = true', "no target"),
        ('kind = "change"\nkpi = "incidents.open"', "rise or fall"),
        ('kind = "completeness"\nleast = 0.9\nareas = "towns"', "of the city"),
        ('kind = "no_data"\nkpi = "incidents.open"\nareas = ["1"]', "no such area"),
        ('kind = "no_data"\nkpi = "incidents.open"\nhours = "8-12"', "07:30"),
        ('kind = "wish"', "wish"),
        ('kind = "no_data"\nkpi = "incidents.open"\nabove = 3', "above"),
        ('kind = "no_data"\nkpi = "incidents.open"\nscene = "none"', "no scene"),
    ],
)
def test_a_wrong_rule_stops_the_start_and_is_named(lines: str, said: str) -> None:
    text = f'code = "1"\nzone = "Asia/Shanghai"\ntitle = {{zh="市", en="c"}}\n[[alert]]\nid = "x"\ntitle = {{zh="a", en="a"}}\n{lines}\n'
    towns = '[[town]]\ncode = "2"\nname = {zh="镇", en="t"}\n'
    with pytest.raises(ProfileError, match=said):
        profile.parse(
            (text.replace('areas = ["1"]', 'areas = ["9"]') + towns).encode(), "test", SECTIONS
        )


def test_duty_hours_may_go_over_midnight() -> None:
    day, night = (
        msgspec.structs.replace(RULE, hours=hours) for hours in ("07:30-19:00", "22:00-06:00")
    )
    assert [
        alert_rules.on_duty(day, h * 60 + m) for h, m in ((7, 29), (7, 30), (18, 59), (19, 0))
    ] == [False, True, True, False]
    assert [alert_rules.on_duty(night, h * 60) for h in (21, 22, 0, 5, 6)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert alert_rules.on_duty(RULE, 0)


def test_yixing_s_rules_are_of_every_kind(yixing: Profile) -> None:
    assert {type(rule) for rule in alert_rules.of(yixing)} == {
        Threshold,
        Change,
        alert_rules.Signal,
        NoData,
        Overdue,
        alert_rules.Oldest,
        Completeness,
        Wall,
    }
    assert all(rule.title.zh and rule.title.en for rule in alert_rules.of(yixing))


def test_the_title_of_a_rule_with_a_bound_says_it(yixing: Profile) -> None:
    """Whoever reads an alert knows what it is measured against; a title never has another bound
    than its rule.
    """
    for rule in alert_rules.of(yixing):
        areas = alert_rules.places(rule, yixing.code, yixing.town_by_code)
        for area in areas:
            bound, _, _ = alert_rules.bounds(rule, yixing, area)
            said = alert_wording.titled(rule, yixing, bound)
            for lang in ("zh", "en"):
                own = (
                    ""
                    if bound is None
                    else alert_wording.number(bound, alert_wording.unit(rule), lang)
                )
                assert own in said.of(lang), rule.id
                assert "{" not in said.of(lang)
    own = next(rule for rule in alert_rules.of(yixing) if rule.id == "incidents-overdue-town")
    assert alert_wording.titled(own, yixing).zh == "网格事件超期多于 4 至 31 件（各地界限不同）"
    assert alert_wording.titled(own, yixing, 31).zh == "网格事件超期多于 31 件"


def test_a_value_carries_its_unit_and_its_limit(yixing: Profile) -> None:
    """Where the title says the limit, a short line does not repeat it."""
    town = next(one for one in alert_rules.of(yixing) if one.id == "incidents-overdue-town")
    alert = Alert("a", town.id, TOWN, "warning", "firing", 9, 1, 9, 18, 10)
    assert alert_wording.value(town, alert) == ("18 件（界限 10 件）", "18 cases (limit 10 cases)")
    assert alert_wording.short(town, alert) == ("18 件", "18 cases")
    silent = next(one for one in alert_rules.of(yixing) if one.id == "incidents-silent")
    alert = Alert("b", silent.id, CITY, "critical", "firing", 9, 1, 9, 10.1, 10)
    assert alert_wording.short(silent, alert).en == "10.1 h (limit 10.0 h)"
    one = msgspec.structs.replace(alert, rule=town.id, value=1.0, bound=1.0)
    assert alert_wording.value(town, one).en == "1 case (limit 1 case)"
    assert alert_wording.condition(town, yixing).en.startswith(
        "above the area's own limit (4 to 31 cases)"
    )


def test_what_is_over_says_what_it_fired_with_and_its_end_as_an_end(yixing: Profile) -> None:
    rule = next(one for one in alert_rules.of(yixing) if one.id == "incidents-silent")
    fired = Alert("b", rule.id, CITY, "critical", "firing", 9, 1, 9, 10.1, 10)
    over = msgspec.structs.replace(fired, state="resolved", since=20, value=0.3)
    assert alert_wording.ended(rule, fired, over) == (
        "10.1 小时（界限 10.0 小时）；恢复时 0.3 小时",
        "10.1 h (limit 10.0 h); ended at 0.3 h",
    )
    withdrawn = msgspec.structs.replace(fired, state="retired", since=20)
    assert alert_wording.ended(rule, fired, withdrawn).en == "10.1 h (limit 10.0 h)"
    told = alert_wording.lines(rule, over, yixing.tz, "en")
    assert told[0] == "Value at the end: 0.3 h (limit 10.0 h)"
    assert alert_wording.lines(rule, fired, yixing.tz, "en")[0] == "Value: 10.1 h (limit 10.0 h)"


def test_every_screen_has_one_order_what_nobody_acknowledged_first_then_the_worst() -> None:
    """The strip of the wall, the badge and /alerts are made of the same order."""

    def one(id: str, severity: Any, state: Any, fired: int) -> Alert:
        return Alert(id, "r", CITY, severity, state, 9, 1, fired)

    alerts = [
        one("pending", "critical", "pending", 0),
        one("seen", "critical", "acknowledged", 1),
        one("notice", "notice", "firing", 1),
        one("later", "warning", "firing", 3),
        msgspec.structs.replace(one("silent", "warning", "firing", 2), silent_since=5),
    ]
    ordered = [alert.id for alert in alert_wording.ordered(alerts)]
    assert ordered == ["silent", "later", "notice", "seen", "pending"]


def test_a_share_of_few_cases_begins_no_alert(yixing: Profile) -> None:
    rule = Threshold(
        id="t", title=NAMED, kpi="disputes.success_rate", below=0.98, clear=0.985, least=500
    )
    for cases, verdict in ((30, "unknown"), (800, "breach")):
        topic = {"set": {rule.kpi: 0.9}, "parts": {rule.kpi: [0.9 * cases, cases]}}
        inputs = known(yixing, all_speak(rule.kpi), **topic)
        assert rule_evaluation.evaluate(rule, CITY, inputs).verdict == verdict


# What a rule sees

NOW = 1_790_000_000_000


def known(city: Profile, last_seen: Mapping[tuple[str, str], int], **topic: Any) -> Inputs:
    """The city's topic of today, and (town, need) → how many hours ago; one source a town. The
    published figures reflect all of it.
    """
    newest: dict[str, dict[str, int]] = {CITY: {}}
    for (town, need), hours in last_seen.items():
        for area in {town, CITY}:
            mine = newest.setdefault(area, {})
            mine[need] = max(NOW - hours * HOUR, mine.get(need, 0))
    state = {
        "now": NOW,
        "at": NOW,
        "set": {},
        "series": {},
        "change": {},
        "trends": {},
        "behind": False,
        "newest": newest[CITY],
        "as_of": {"change": {"newest": newest[CITY]}, "trends": {"newest": newest[CITY]}},
    } | topic
    towns = {"now": NOW, "behind": False, "values": topic.get("by_town", {}), "newest": newest}
    said = [
        LastSeen(town, need, f"urn:{town}", NOW - hours * HOUR)
        for (town, need), hours in last_seen.items()
    ]
    return Inputs(city, NOW, {f"{CITY}/today": state}, said, towns={"today": towns})


def all_speak(kpi: str, hours: int = 0) -> dict[tuple[str, str], int]:
    return {(CITY, need): hours for need in CATALOGUE[kpi].needs}


@pytest.mark.parametrize(
    ("value", "verdict"),
    [(41, "breach"), (40, "between"), (31, "between"), (30, "clear"), (None, "unknown")],
)
def test_a_threshold_with_hysteresis(yixing: Profile, value: float | None, verdict: str) -> None:
    found = rule_evaluation.evaluate(
        RULE, CITY, known(yixing, all_speak(RULE.kpi), set={RULE.kpi: value})
    )
    assert found.verdict == verdict


@pytest.mark.parametrize("topic", [{"behind": True}, {"now": NOW - 200_000}])
def test_of_an_engine_that_is_behind_or_silent_nothing_is_known(
    yixing: Profile, topic: dict[str, Any]
) -> None:
    assert (
        rule_evaluation.evaluate(
            RULE, CITY, known(yixing, all_speak(RULE.kpi), set={RULE.kpi: 0}, **topic)
        )
        == lifecycle.UNKNOWN
    )


def test_of_a_late_source_nothing_is_known(yixing: Profile) -> None:
    late = all_speak(RULE.kpi, hours=24 * 30)
    assert (
        rule_evaluation.evaluate(RULE, CITY, known(yixing, late, set={RULE.kpi: 0}))
        == lifecycle.UNKNOWN
    )


def test_the_city_s_figure_meets_the_city_s_cadence_whatever_its_sources_may_take(
    yixing: Profile,
) -> None:
    """A source of one town may be quiet for eighteen times as long; the city's figure may not."""
    cadence_h = CATALOGUE[RULE.kpi].cadence_s / 3600
    rows = {(TOWN, need): round(3 * cadence_h) for need in CATALOGUE[RULE.kpi].needs}
    late = known(yixing, rows, set={RULE.kpi: 50}, by_town={RULE.kpi: {TOWN: 50}})
    assert rule_evaluation.evaluate(RULE, CITY, late) == lifecycle.UNKNOWN
    assert rule_evaluation.evaluate(RULE, TOWN, late).verdict == "breach"


def test_one_town_s_silence_is_told_to_a_rule_of_the_city(yixing: Profile) -> None:
    last_seen = all_speak(RULE.kpi) | {(TOWN, "incident.closed"): 24 * 365}
    found = rule_evaluation.evaluate(RULE, CITY, known(yixing, last_seen, set={RULE.kpi: 20}))
    assert found.verdict == "clear"
    assert 0 < found.lost < NOW
    assert (
        rule_evaluation.evaluate(
            RULE, CITY, known(yixing, all_speak(RULE.kpi), set={RULE.kpi: 20})
        ).lost
        == 0
    )


def test_a_town_s_figure_is_read_from_the_figures_of_all_towns(yixing: Profile) -> None:
    last_seen = {(TOWN, need): 0 for need in CATALOGUE[RULE.kpi].needs}
    found = rule_evaluation.evaluate(
        RULE, TOWN, known(yixing, last_seen, by_town={RULE.kpi: {TOWN: 77}})
    )
    assert (found.verdict, found.value) == ("breach", 77)


def test_the_evidence_of_a_figure_is_of_the_same_snapshot(yixing: Profile) -> None:
    """An event that the history has and the published figure does not yet is no evidence for it:
    the alert that it clears would never end.
    """
    inputs = known(yixing, all_speak(RULE.kpi, hours=1), set={RULE.kpi: 50})
    later = [one._replace(at=NOW) for one in inputs.last_seen]
    found = rule_evaluation.evaluate(RULE, CITY, replace(inputs, last_seen=later))
    assert (found.verdict, found.at) == ("breach", NOW - HOUR)


def test_the_count_of_yesterday_is_none_of_today(yixing: Profile) -> None:
    midnight = periods.day_start_ms(periods.day_of(NOW, yixing.tz), yixing.tz)
    inputs = known(yixing, all_speak(RULE.kpi), set={RULE.kpi: 50}, now=midnight - 1000)
    late = replace(inputs, now_ms=midnight + 1000)
    assert rule_evaluation.evaluate(RULE, CITY, late) == lifecycle.UNKNOWN


@pytest.mark.parametrize(
    ("hours", "verdict"), [(0, "breach"), (12, "unknown"), (24 * 60, "breach")]
)
def test_a_source_that_died_lately_lets_no_breach_begin(
    yixing: Profile, hours: int, verdict: str
) -> None:
    """While those who report closings are silent, open and overdue cases only grow. A source that
    has been gone for long was withdrawn.
    """
    inputs = known(yixing, all_speak(RULE.kpi), set={RULE.kpi: 50})
    closings = LastSeen(CITY, "incident.closed", "urn:other", NOW - hours * HOUR)
    both = replace(inputs, last_seen=[*inputs.last_seen, closings])
    assert rule_evaluation.evaluate(RULE, CITY, both).verdict == verdict


def test_a_town_where_nothing_happened_is_not_silent(yixing: Profile) -> None:
    """One source speaks for all towns; in this one nothing of the kind happened for a month."""
    rule = NoData(id="n", title=NAMED, kpi=RULE.kpi, areas="towns")
    needs = CATALOGUE[RULE.kpi].needs
    rows = [LastSeen(TOWN, need, "urn:all", NOW - 24 * 30 * HOUR) for need in needs]
    rows += [LastSeen("320282112", need, "urn:all", NOW) for need in needs]
    rows += [LastSeen(TOWN, "patrol.visited", "urn:all", NOW)]
    inputs = known(yixing, {(TOWN, need): 24 * 30 for need in needs}, by_town={RULE.kpi: {TOWN: 9}})
    quiet = replace(inputs, last_seen=rows)
    found = rule_evaluation.evaluate(RULE, TOWN, quiet)
    assert (found.verdict, found.lost) == ("clear", 0)
    assert rule_evaluation.evaluate(rule, TOWN, quiet).verdict == "clear"
    gone = replace(inputs, last_seen=[one._replace(at=NOW - 24 * 30 * HOUR) for one in rows])
    assert rule_evaluation.evaluate(RULE, TOWN, gone) == lifecycle.UNKNOWN
    assert rule_evaluation.evaluate(rule, TOWN, gone).verdict == "breach"


def test_the_oldest_overdue_case(yixing: Profile) -> None:
    rule = alert_rules.Oldest(id="o", title=NAMED, days=30, clear=25)
    inputs = known(yixing, all_speak("incidents.open"))
    day = 24 * HOUR
    for days, verdict in ((None, "clear"), (24, "clear"), (29, "between"), (31, "breach")):
        due = {} if days is None else {(CITY, "incident"): NOW - days * day}
        found = rule_evaluation.evaluate(rule, CITY, replace(inputs, oldest_due=due))
        assert (found.verdict, found.value) == (verdict, days or 0)
    only = alert_rules.Oldest(id="o", title=NAMED, days=30, family="dispute")
    due = {(CITY, "incident"): NOW - 90 * day}
    assert rule_evaluation.evaluate(only, CITY, replace(inputs, oldest_due=due)) == (
        lifecycle.UNKNOWN
    ), "nobody ever spoke of disputes"


def test_a_town_may_have_a_bound_of_its_own(yixing: Profile) -> None:
    rule = Overdue(
        id="o",
        title=NAMED,
        kpi=RULE.kpi,
        areas="towns",
        most=10,
        clear=8,
        most_in={TOWN: 20},
    )
    assert alert_rules.bounds(rule, yixing, TOWN) == (20, 16, True)
    assert alert_rules.bounds(rule, yixing, "320282112") == (10, 8, True)
    last_seen = {(TOWN, need): 0 for need in CATALOGUE[RULE.kpi].needs}
    inputs = known(yixing, last_seen, by_town={RULE.kpi: {TOWN: 15}})
    assert rule_evaluation.evaluate(rule, TOWN, inputs).verdict == "clear"


def test_a_rule_on_a_target_has_the_target_that_tiles_have(yixing: Profile) -> None:
    """A tile shows no target of a share that only a whole period can meet over a day."""
    rule = Threshold(id="t", title=NAMED, kpi="incidents.closure_rate", period="month", target=True)
    kpi = CATALOGUE[rule.kpi]
    bound, _, up = alert_rules.bounds(rule, yixing)
    assert (bound, up) == (targets.within(yixing, kpi.id, is_short=False), False)
    short = msgspec.structs.replace(rule, period="today")
    if targets.within(yixing, kpi.id, is_short=True) is None:
        with pytest.raises(alert_rules.WrongRule, match="no target over this period"):
            alert_rules.check([short], yixing)


@pytest.mark.parametrize(
    ("hours", "verdict"), [(0, "clear"), (24 * 5, "breach"), (None, "unknown")]
)
def test_no_data_is_a_matter_of_cadence_and_what_never_spoke_is_not_missed(
    yixing: Profile, hours: int | None, verdict: str
) -> None:
    rule = NoData(id="n", title=NAMED, kpi="incidents.reported")
    last_seen = {} if hours is None else all_speak(rule.kpi, hours)
    assert rule_evaluation.evaluate(rule, CITY, known(yixing, last_seen)).verdict == verdict


@pytest.mark.parametrize(
    ("n", "verdict"), [(18, "clear"), (17, "clear"), (16, "breach"), (0, "breach")]
)
def test_completeness(yixing: Profile, n: int, verdict: str) -> None:
    rule = Completeness(id="c", title=NAMED, least=0.9, clear=0.94)
    assert (
        rule_evaluation.evaluate(rule, CITY, known(yixing, {}, towns_reporting=[n, 18])).verdict
        == verdict
    )


@pytest.mark.parametrize(
    ("change", "value", "verdict"),
    [(0.6, 300, "breach"), (0.4, 300, "between"), (0.1, 300, "clear"), (2.0, 5, "unknown")],
)
def test_a_rate_of_change_of_enough_cases(
    yixing: Profile, change: float, value: float, verdict: str
) -> None:
    rule = Change(
        id="c",
        title=NAMED,
        kpi="incidents.reported",
        period="today",
        rise=0.5,
        clear=0.35,
        least=100,
    )
    topic = {"set": {rule.kpi: value}, "change": {rule.kpi: [None, change]}}
    assert (
        rule_evaluation.evaluate(rule, CITY, known(yixing, all_speak(rule.kpi), **topic)).verdict
        == verdict
    )


def test_overdue_as_a_share_of_open_cases(yixing: Profile) -> None:
    rule = Overdue(id="o", title=NAMED, kpi="incidents.overdue", open="incidents.open", most=0.4)
    values = {"incidents.overdue": 50, "incidents.open": 100}
    found = rule_evaluation.evaluate(rule, CITY, known(yixing, all_speak(rule.kpi), set=values))
    assert (found.verdict, found.value, found.bound) == ("breach", 0.5, 0.4)


@pytest.mark.parametrize(
    ("variation", "verdict"),
    [("concern", "breach"), ("common", "clear"), ("improvement", "clear"), ("none", "unknown")],
)
def test_a_control_chart_s_signal(yixing: Profile, variation: str, verdict: str) -> None:
    rule = alert_rules.Signal(id="s", title=NAMED, kpi="services.overdue")
    trend = ["week", "2026-05-11", [1, 2, 30], 10.0, 5.0, 15.0, variation, "none", "outside", 1, 0]
    found = rule_evaluation.evaluate(
        rule, CITY, known(yixing, all_speak(rule.kpi), trends={rule.kpi: trend})
    )
    assert found.verdict == verdict
    assert found.bound == (None if verdict == "unknown" else 15.0)


def test_a_signal_is_decided_on_events_that_its_chart_has(yixing: Profile) -> None:
    """Charts are read every 15 seconds: an event that came since is no evidence for what they say."""
    rule = alert_rules.Signal(id="s", title=NAMED, kpi="services.overdue")
    trend = ["week", "2026-05-11", [1, 2, 30], 10.0, 5.0, 15.0, "concern", "none", "outside", 1, 0]
    speaking = all_speak(rule.kpi)
    read = {"trends": {"newest": {need: NOW - HOUR for _, need in speaking}}}
    inputs = known(yixing, speaking, trends={rule.kpi: trend}, as_of=read)
    assert rule_evaluation.evaluate(rule, CITY, inputs).at == NOW - HOUR


# Walls

WALLS = Wall(id="walls", title=NAMED)


def wall(
    id: str,
    last_seen_s: int = 5,
    painted_s: int = 1,
    *,
    name: str = "",
    left: bool = False,
    hidden: bool = False,
    down: int = 0,
) -> Screen:
    """A wall heard and painted so many seconds ago; what it says else is of no matter here."""
    return Screen(
        id * 8,
        "/wall",
        "zh",
        CITY,
        1920,
        1080,
        "b",
        9_000,
        0,
        0,
        9,
        1000 * painted_s,
        1,
        0,
        310,
        "city",
        hidden,
        last_seen=NOW - 1000 * last_seen_s,
        name=name,
        left=left or down > 0,
        down=down,
    )


@pytest.mark.parametrize(
    ("walls", "paired", "verdict", "value"),
    [
        ([], "", "unknown", None),
        ([wall("a", last_seen_s=900), wall("b", painted_s=900)], "", "unknown", None),
        ([wall("a", name="n")], "n", "clear", 0),
        ([wall("a", name="n"), wall("b", last_seen_s=900)], "n", "clear", 0),
        ([wall("a", name="n"), wall("b", painted_s=70, name="m")], "n m", "breach", 1),
        (
            [wall("a", last_seen_s=70, name="n"), wall("b", painted_s=70, name="m")],
            "n m",
            "breach",
            2,
        ),
        ([wall("a", last_seen_s=5_000_000, name="n")], "n", "breach", 1),
        ([wall("a", last_seen_s=900, left=True, name="n")], "n", "unknown", None),
        ([wall("a", name="n"), wall("b", last_seen_s=900, left=True, name="m")], "n m", "clear", 0),
        ([wall("a"), wall("b", painted_s=900, hidden=True, name="n")], "n", "breach", 1),
        ([wall("a", name="n")], "n m", "unknown", None),
        ([wall("a", name="n"), wall("b", last_seen_s=900, name="revoked")], "n", "clear", 0),
        ([wall("a", last_seen_s=900, name="n"), wall("b", name="n")], "n", "clear", 0),
        ([wall("a", last_seen_s=900, down=NOW, name="n")], "n", "clear", 0),
        (
            [wall("a", last_seen_s=900, down=NOW, name="n"), wall("b", last_seen_s=70, name="m")],
            "n m",
            "breach",
            1,
        ),
    ],
)
def test_a_wall_that_paints_nothing_or_vanished_is_missed(
    yixing: Profile, walls: list[Screen], paired: str, verdict: str, value: float | None
) -> None:
    """In turn: nobody there; previews that are gone and frozen; well; well beside a preview that is
    gone; frozen; gone and frozen; gone long ago; closed; closed beside another; a paired one that
    nobody sees; a paired one never heard; revoked; the same wall after its browser was set up anew;
    taken down; taken down, and another gone.
    """
    seen = rule_evaluation.evaluate(
        WALLS, CITY, Inputs(yixing, NOW, {}, (), walls, frozenset(paired.split()))
    )
    assert (seen.verdict, seen.value) == (verdict, value)


def test_a_wall_that_was_taken_down_is_missed_no_longer_and_one_that_said_goodbye_late_is(
    yixing: Profile,
) -> None:
    def seen(walls: list[Screen]) -> Evaluation:
        return rule_evaluation.evaluate(
            WALLS, CITY, Inputs(yixing, NOW, {}, (), walls, frozenset("n"))
        )

    gone = seen([wall("a", last_seen_s=900, name="n")])
    down = seen([wall("a", last_seen_s=900, down=NOW, name="n")])
    fired, over = lived((0, gone), (1, down), rule=WALLS)
    assert [a.state for a in (fired, over) if a] == ["firing", "resolved"]
    left = seen([wall("a", last_seen_s=900, left=True, name="n")])
    fired, still = lived((0, gone), (1, left), rule=WALLS)
    assert [a.state for a in (fired, still) if a] == ["firing", "firing"]


def test_an_emptied_redis_does_not_resolve_the_alert_of_a_wall_that_vanished(
    yixing: Profile,
) -> None:
    def seen(walls: list[Screen]) -> Evaluation:
        return rule_evaluation.evaluate(
            WALLS, CITY, Inputs(yixing, NOW, {}, (), walls, frozenset(("n", "m")))
        )

    fired, forgotten, back = lived(
        (0, seen([wall("a", name="n"), wall("b", last_seen_s=900, name="m")])),
        (1, seen([wall("a", last_seen_s=1, name="n")])),
        (2, seen([wall("a", last_seen_s=1, name="n"), wall("b", last_seen_s=1, name="m")])),
        rule=WALLS,
    )
    assert [a.state for a in (fired, forgotten, back) if a] == ["firing", "firing", "resolved"]
    assert forgotten
    assert forgotten.silent_since
