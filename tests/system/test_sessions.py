"""Connections of a closed board: who gets one, what it is told, and that it ends with its session,
its account and what the account may.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.system.conftest import until
from tests.system.sockets import Socket

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]
CITY, HERE, THERE = "320282", "320282001", "320282112"
SPACES = ("/live", "/room")
ENDS_S = 15.0


@pytest.fixture
def connect(closed: tuple[Any, Any]) -> Iterator[Callable[..., Socket]]:
    board, _ = closed
    made: list[Socket] = []

    def connect(space: str, cookie: str = "") -> Socket:
        made.append(Socket(board.url, space, cookie))
        return made[-1]

    yield connect
    for one in made:
        one.close()


def test_who_gets_a_connection(closed: tuple[Any, Any], connect: Callable[..., Socket]) -> None:
    board, _ = closed
    wall, revoked = board.add_token("screen", "wall"), board.add_token("gone", "view")
    sender, viewer = board.add_token("sender", "ingest"), board.add_token("viewer", "view")
    board.revoke("gone")
    cookies = {
        "": False,
        "board_session=made-up": False,
        f"board_session={board.session('li.ming', 'viewer')}": True,
        f"board_session={board.session('root', 'admin')}": True,
        f"board_view={viewer}": True,
        f"board_view={revoked}": False,
        f"board_view={sender}": False,
        f"board_wall={wall}": True,
        f"board_wall={viewer}": False,
        f"board_view={wall}": False,
    }
    for space in SPACES:
        assert {cookie: connect(space, cookie).is_in for cookie in cookies} == cookies, space


def test_a_town_s_wall_is_told_of_its_town_and_the_city_alone(
    closed: tuple[Any, Any], connect: Callable[..., Socket]
) -> None:
    board, _ = closed
    wall = connect("/live", f"board_wall={board.add_token('town hall', 'wall', HERE)}")
    topics = [f"{area}/today" for area in (CITY, HERE, THERE)]

    def told() -> list[bool]:
        answer = wall.ask("watch", {"topics": topics})
        return [answer["topics"][topic] != "none" for topic in topics]

    until(lambda: told()[:2] == [True, True], 30, "the figures are there")
    assert told() == [True, True, False]


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize(
    "command",
    [
        "sign-out {name}",
        "disable {name}",
        "change {name} --role viewer",
        "change {name} --town 320282112",
    ],
)
def test_a_connection_ends_with_its_session_and_with_what_it_may(
    closed: tuple[Any, Any], connect: Callable[..., Socket], space: str, command: str
) -> None:
    board, _ = closed
    name = f"duty.{command.split()[0]}.{len(command)}.{space[1:]}"
    cookie = f"board_session={board.session(name, 'town_duty', towns=[HERE])}"
    other = connect(space, f"board_session={board.session('li.ming', 'viewer')}")
    mine = connect(space, cookie)
    assert mine.is_in
    assert other.is_in
    done = board.command("accounts", *command.format(name=name).split())
    assert done.returncode == 0, done.stderr
    assert mine.ended.wait(3 * ENDS_S), "a busy machine may take three times as long"
    assert not other.ended.is_set(), "nobody else's ends"
    again = connect(space, cookie)
    assert again.is_in == ("change" in command), "the session itself goes on where it is another's"
