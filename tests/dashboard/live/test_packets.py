"""What a client may send over its WebSocket: what the board's pages send, and nothing else."""

from __future__ import annotations

import pytest

from dashboard.live.packets import Gate


def test_what_pages_send_is_let_in() -> None:
    gate = Gate()
    for text in (
        "3",
        "40/live,",
        '40/room,{"token":"t"}',
        '42/live,0["watch",{"topics":{"320282/today":["e",1]}}]',
        '42/room,["walls"]',
        "41/live,",
        "40/live,",
        '42/live,12["here",null]',
    ):
        assert gate.lets_in(text), text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "40",
        "40/LIVE,",
        "40/live,",
        "40/other,[]",
        "41",
        "42",
        '42["watch"]',
        '42/other,["watch"]',
        "42/live,[]",
        "42/live,[1]",
        '42/live,["watch",1,2]',
        '42/live,["connect"]',
        '42/live,["disconnect"]',
        '42/live,["watch",NaN]',
        '42/live,["watch"',
        '42/live,9999999999["watch"]',
        '42/live,["watch",' + "[" * 50_000,
        "43/live,1[]",
        "451-/live,[]",
        "2probe",
        "6",
    ],
)
def test_anything_else_is_not(text: str) -> None:
    gate = Gate()
    assert gate.lets_in("40/live,")
    assert not gate.lets_in(text)
