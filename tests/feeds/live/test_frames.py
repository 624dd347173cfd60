"""What a holder of a state makes of a frame."""

from __future__ import annotations

from typing import Any

from feeds.live import frames


def test_a_late_event_takes_its_place_and_not_the_first_one() -> None:
    held = [[at, "incident.reported", "320282001", "order"] for at in range(20, 8, -1)]
    state: dict[str, Any] = {
        "set": {},
        "parts": {},
        "change": {},
        "newest": {},
        "axes": {},
        "series": {},
        "events": held,
    }
    late = [
        [15, "incident.reported", "320282001", "x"],
        [15, "incident.closed", "320282001", None],
        [1, "incident.closed", "a", "x"],
    ]
    found = frames.apply(state, {"events": late})["events"]
    assert [e[0] for e in found] == [20, 19, 18, 17, 16, 15, 15, 15]
    assert [e[1:] for e in found[5:8]] == [late[0][1:], held[5][1:], late[1][1:]]
