"""The remote control attacked through its socket: a wall keeps its picture, whoever else is
connected.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.system.conftest import until
from tests.system.sockets import Socket

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]
WALL = "wall0123456789abcdef"
SAYS = {"title": "Map", "scene": "map", "area": "320282", "mode": "auto", "pictures": []}


class Room(Socket):
    """A connection of the remote control."""

    def __init__(self, url: str, cookie: str = "") -> None:
        super().__init__(url, "/room", cookie)

    def listed(self) -> list[str]:
        return [wall["id"] for wall in self.ask("walls", {})]


@pytest.fixture
def rooms() -> Iterator[list[Room]]:
    opened: list[Room] = []
    yield opened
    for one in opened:
        one.close()


def test_another_socket_cannot_be_the_wall_that_it_saw_in_the_list(
    board: Any, rooms: list[Room]
) -> None:
    wall, attacker = Room(board.url), Room(board.url)
    rooms += [wall, attacker]
    wall.send("wall", {"id": WALL, **SAYS})
    (listed,) = until(attacker.listed, 20, "the wall is listed")
    assert listed != WALL, "its id is the wall's own secret"
    attacker.send("wall", {"id": listed, **SAYS, "title": "taken"})
    until(lambda: len(attacker.listed()) == 2, 20, "the attacker is a wall of its own")
    assert attacker.ask("show", {"wall": listed}) == {"ok": True}
    name, shown = wall.events.get(timeout=20)
    assert (name, len(shown["code"])) == ("code", 4)
    assert attacker.ask("walls", {}), "a round trip later"
    assert attacker.events.empty(), "the code went to the wall alone"
    attacker.close()
    until(lambda: wall.listed() == [listed], 20, "the wall is listed still, and alone")


def test_a_code_is_not_shown_again_and_again(board: Any, rooms: list[Room]) -> None:
    wall, phone = Room(board.url), Room(board.url)
    rooms += [wall, phone]
    wall.send("wall", {"id": WALL, **SAYS})
    (listed,) = until(phone.listed, 20, "the wall is listed")
    for _ in range(20):
        assert phone.ask("show", {"wall": listed}) == {"ok": True}
    wall.events.get(timeout=20)
    assert wall.ask("walls", {})
    assert wall.events.empty()


def test_on_a_closed_board_only_a_paired_wall_is_one_and_a_revoked_token_ends(
    closed: tuple[Any, Any], rooms: list[Room]
) -> None:
    board, _ = closed
    made = board.command("tokens", "add", "town", "--kind", "view", "--area", "320282112")
    token = next(word for word in made.stdout.split() if word.startswith("board_"))
    assert not Room(board.url).is_in, "nobody without a token"
    viewer = Room(board.url, f"board_view={token}")
    rooms.append(viewer)
    assert viewer.is_in
    before = viewer.listed()
    viewer.send("wall", {"id": WALL, **SAYS})
    assert viewer.listed() == before
    assert board.command("tokens", "revoke", "town").returncode == 0
    assert viewer.ended.wait(15), "the connection ends with its token"
