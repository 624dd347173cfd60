"""/alerts says what fires by shape, word and colour, since when and against what; the wall's strip
is empty when nothing does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from feeds.alerts import alert_rules
from layouts import pages, shell
from layouts.alerts import strip
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
    own = view.page_data["editor"]._replace(area="320282112")
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
        "HTTP 500",
        "New system",
    ):
        assert said in text
    view = make_view("/alerts", lang="en")
    assert all(rule.title.en in text for rule in alert_rules.of(view.profile))


@pytest.mark.parametrize(
    ("form", "said"), [("empty", "sentence_none"), ("late", "unwatched"), ("broken", "missing")]
)
def test_what_is_not_known_is_said(make_view: MakeView, form: str, said: str) -> None:
    text = page(make_view("/alerts", form=form))
    assert texts.get("zh", f"alarms.{said}") in text


def test_the_strip_names_the_worst_and_counts_the_rest(make_view: MakeView) -> None:
    text = render.to_html(strip.build(make_view("/wall", lang="en")))
    assert text.count('class="alert"') == strip.SHOWN
    assert "Critical" in text
    assert "since 14:42" in text
    assert "3 more" in text
    for form in ("empty", "late", "broken"):
        assert render.to_html(strip.build(make_view("/wall", form=form))).endswith(
            'role="alert"></div>'
        )
