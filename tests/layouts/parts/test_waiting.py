"""The card of overdue work says of when it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from layouts.html import render
from layouts.parts import waiting
from layouts.view import View
from tests.layouts.conftest import cases_of


def test_the_card_says_now_or_how_many_of_its_kinds_are_late(
    make_view: Callable[..., View],
) -> None:
    view = make_view("/")
    found = cases_of(view.profile, view.area)
    fresh = render.to_html(waiting.card(view, found))
    assert ">当前<" in fresh
    late = render.to_html(waiting.card(replace(view, now_ms=view.now_ms + 30 * 86_400_000), found))
    assert ">3 类中 3 类数据滞后<" in late
    assert ">当前<" not in late
