"""/alerts says what fires by shape, word and colour, since when and against what; the wall's strip
is empty when nothing does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from html import escape
from typing import Any

import msgspec
import pytest

from feeds.accounts import roles
from feeds.alerts import alert_rules, alert_wording, firing
from feeds.alerts.lifecycle import Alert
from layouts import pages, shell
from layouts.alerts import badge, pieces
from layouts.html import render
from layouts.text import texts
from layouts.view import View

MakeView = Callable[..., View]


def page(view: View) -> str:
    found = pages.at("/alerts")
    assert found
    return render.to_html(shell.build(found, view))


def test_what_fires_stands_first_and_worst_first(make_view: MakeView) -> None:
    text = page(make_view("/alerts", lang="en"))
    assert "Alerts to handle: 2" in text
    order = [text.index(f'data-alert="{id}"') for id in ("a1", "a3", "a2")]
    assert order == sorted(order), "firing before acknowledged, critical before others"
    assert (
        '<span class="alarm-severity" data-severity="critical"><span class="alarm-mark"></span>Critical</span>'
        in text
    )
    assert "+31.0\u00a0% (limit +20.0\u00a0%)" in text
    assert "Since 14:42 (1\u00a0h)" in text
    assert "kpi=traffic.deaths" in text


def test_a_silent_source_is_said_and_is_no_recovery(make_view: MakeView) -> None:
    card = (
        page(make_view("/alerts", lang="en")).partition('data-alert="a3"')[2].partition("</li>")[0]
    )
    assert "Source silent: not known since 14:42, and not taken for recovery" in card


def test_only_an_office_finds_forms_and_only_for_what_it_may(make_view: MakeView) -> None:
    view = make_view("/alerts")
    text = page(view)
    assert 'action="/alerts/a1/acknowledge"' in text
    assert 'action="/alerts/a2/acknowledge"' not in text, "acknowledged already"
    assert 'action="/alerts/silences/s1/end"' in text
    own = view.page_data["editor"]._replace(rights=roles.of_token("edit", "320282112"))
    for editor in (None, own):
        assert (
            "<form"
            not in page(replace(view, page_data=view.page_data | {"editor": editor}))
            .partition('class="alarm-page"')[2]
            .replace("days-form", "")
            .partition("<footer")[0]
        )


def test_history_rules_and_what_was_given_up_are_listed(make_view: MakeView) -> None:
    text = page(make_view("/alerts", lang="en"))
    for said in (
        "Last 30 days",
        "no-longer-declared",
        "Rule withdrawn",
        "Resolved",
        "93000 invalid webhook url",
        "Given up after 8 tries",
        "New system",
        "85.0\u00a0% (limit 90.0\u00a0%); ended at 95.0\u00a0%",
    ):
        assert said in text
    view = make_view("/alerts", lang="en")
    for rule in alert_rules.of(view.profile):
        assert escape(alert_wording.titled(rule, view.profile).en) in text


@pytest.mark.parametrize(
    ("form", "said"), [("empty", "sentence_nothing"), ("late", "unwatched"), ("broken", "missing")]
)
def test_what_is_not_known_is_said(make_view: MakeView, form: str, said: str) -> None:
    text = page(make_view("/alerts", form=form))
    assert texts.get("zh", f"alarms.{said}") in text


def test_a_board_without_data_does_not_boast_of_thirty_days_without_an_alert(
    make_view: MakeView,
) -> None:
    none = texts.get("zh", "alarms.history_none")
    empty, full = make_view("/alerts", form="empty"), make_view("/alerts")
    shown = [
        page(replace(one, page_data={**one.page_data, "alarms": replace(known, history=())}))
        for one in (empty, full)
        if (known := one.page_data["alarms"])
    ]
    assert [none in text for text in shown] == [False, True]


def with_open(view: View, *alerts: Alert) -> View:
    """The view of a board on which these alerts are open."""
    known = replace(view.page_data["alarms"], open=alerts)
    return replace(view, page_data={**view.page_data, "alarms": known})


def pending(view: View, *severities: str) -> list[Alert]:
    (one,) = [a for a in view.page_data["alarms"].open if a.state == "pending"]
    return [
        msgspec.structs.replace(one, id=f"p{n}", severity=severity)
        for n, severity in enumerate(severities)
    ]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("zh", "没有告警，另有 3 条观察中（1 条紧急）"),
        ("en", "No alerts; 3 pending (1 critical)"),
    ],
)
def test_what_waits_is_in_the_sentence_and_is_not_called_calm(
    make_view: MakeView, lang: str, said: str
) -> None:
    view = make_view("/alerts", lang=lang)
    text = page(with_open(view, *pending(view, "notice", "critical", "warning")))
    assert f">{said}</h1>" in text
    assert "opening--partly" in text
    assert "opening--calm" not in text
    calm = page(with_open(view))
    assert "opening--calm" in calm


def test_what_waits_is_a_table_with_the_worst_first(make_view: MakeView) -> None:
    view = make_view("/alerts")
    text = page(with_open(view, *pending(view, "notice", "critical", "warning")))
    rows = text.partition("alarms-waiting")[2].partition("</table>")[0].split("<tr>")[2:]
    order = [row.partition('data-severity="')[2].partition('"')[0] for row in rows]
    assert order == ["critical", "warning", "notice"]


def test_rules_are_not_called_quiet_where_none_was_judged(make_view: MakeView) -> None:
    view = make_view("/alerts", form="empty")
    text = page(view)
    assert "没有告警" not in text.partition("近 30 天")[0]
    assert "opening--partly" in text
    full = with_open(make_view("/alerts"))
    assert full.topic
    behind = replace(full, topic={**full.topic, "behind": True})
    filling = page(with_open(behind, *pending(make_view("/alerts"), "critical")))
    assert "正在补录历史，规则暂不判断" in filling
    assert "alarms-waiting" not in filling
    silent_town = make_view("/alerts", form="empty", area="320282112")
    assert silent_town.topic
    others_report = {**silent_town.topic, "towns_reporting": [17, 18]}
    assert ">没有告警</h1>" in page(replace(silent_town, topic=others_report))


def test_every_page_counts_what_fires_in_its_menu(make_view: MakeView) -> None:
    for found in pages.PAGES:
        text = render.to_html(shell.build(found, make_view(found.path)))
        badge = text.partition("data-alert-count=")[2].partition(">")[0]
        if found.bare:
            assert not badge, "a wall has no menu"
        else:
            assert badge.startswith('"5" data-severity="critical" data-state="firing"'), found.path
            assert 'class="unseen">5 条告警，最高紧急<' in text
    text = page(make_view("/alerts", form="late"))
    assert '<span class="nav-badge" data-alert-count=""></span>' in text


def test_a_figures_page_says_that_it_is_on_alert(make_view: MakeView) -> None:
    found = pages.at("/kpi")
    assert found
    text = render.to_html(found.build(make_view("/kpi")))
    assert text.count('class="figure-alert"') == badge.MOST
    assert "宜兴市 超期事件偏多" in text
    other = replace(make_view("/kpi"), filters={"kpi": "incidents.open"})
    assert 'class="figure-alert"' not in render.to_html(found.build(other))


def test_what_fires_is_counted_without_what_is_acknowledged() -> None:
    def shown(severity: str, state: str, area: str = "a", kpi: str = "k") -> dict[str, str]:
        return {"severity": severity, "state": state, "area": area, "kpi": kpi}

    seen, waiting = shown("critical", "acknowledged"), shown("notice", "firing", "b")
    assert firing.count([]) is None
    assert firing.count([seen]) == (1, "critical", True)
    assert firing.count([seen, waiting]) == (1, "notice", False)
    assert firing.of_figure([seen, waiting], "k", "b") is waiting
    assert firing.of_figure([seen, waiting], "k", "c") is None
    assert firing.of_kpi([seen, waiting], "k") == [seen, waiting]


@pytest.mark.parametrize(
    ("rule", "leads"),
    [
        ("incidents-overdue", "/kpi?kpi=incidents.overdue&area=320282112"),
        ("oldest-overdue", "/cases?area=320282112"),
        ("towns-reporting", "/health?area=320282112"),
    ],
)
def test_an_alert_leads_to_what_it_is_about(rule: str, leads: str, make_view: MakeView) -> None:
    alert = Alert("a", rule, "320282112", "warning", "firing", 1, 1, 1, 1.0, 0.0, 1)
    (link,) = pieces.figure(make_view("/alerts"), alert)
    path, _, query = str(link.href).partition("?")  # type: ignore[attr-defined]
    wanted, _, parts = leads.partition("?")
    assert path == wanted
    assert set(parts.split("&")) <= set(query.split("&"))


def test_a_page_about_a_domain_begins_with_the_alerts_of_its_figures(make_view: MakeView) -> None:
    def alert(kpi: str) -> dict[str, Any]:
        words = [f"说 {kpi}", f"said of {kpi}"]
        return {
            "id": kpi,
            "area": "320282112",
            "severity": "critical",
            "state": "firing",
            "fired": 1_790_000_000_000,
            "title": words,
            "place": ["丁蜀镇", "Dingshu"],
            "said": ["18", "18"],
            "silent": False,
            "kpi": kpi,
        }

    def top(path: str) -> str:
        view = make_view(path)
        alerts = [alert("incidents.overdue"), alert("orders.calls"), alert("disputes.open")]
        page = pages.at(path)
        assert page
        shown = replace(view, topic={**(view.topic or {}), "alerts": alerts})
        text = render.to_html(shell.build(page, shown))
        return text.partition('class="figure-alerts"')[2].partition("</div>")[0]

    assert "说 incidents.overdue" in top("/incidents")
    assert "disputes.open" not in top("/incidents")
    assert 'data-alerts-of="incidents."' in top("/incidents")
    assert "说 disputes.open" in top("/disputes")
    assert 'figure-alert"' not in top("/fraud")


def test_an_alert_lasts_as_long_as_somebody_watches_it(make_view: MakeView) -> None:
    """A watch that stopped half an hour ago does not know whether the alert still fires."""
    view = make_view("/alerts", lang="en")
    assert "Since 14:42 (1\u00a0h)" in page(view)
    known = replace(view.page_data["alarms"], at=view.now_ms - 30 * 60_000)
    stopped = replace(view, page_data={**view.page_data, "alarms": known})
    assert "Since 14:42 (30\u00a0min)" in page(stopped)
