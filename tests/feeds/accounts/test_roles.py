"""What each role may is the table of trust, line by line."""

from __future__ import annotations

import pytest

from feeds.accounts import roles
from feeds.accounts.roles import RIGHTS, ROLES, Right, Rights, WrongRoles
from feeds.city.profile import Profile

HERE, THERE = "320282001", "320282002"
# Role → what it may in the whole city; what in its own town besides.
TABLE: dict[str, tuple[str, str]] = {
    "viewer": ("see", ""),
    "town_duty": ("see", "cells act remark"),
    "city_duty": ("see cells act remark", ""),
    "analyst": ("see remark deck", ""),
    "host": ("see act remark freeze deck", ""),
    "admin": ("see manage", ""),
    "auditor": ("see audit", ""),
}


def may(rights: Rights, area: str = "") -> set[Right]:
    return {right for right in RIGHTS if rights.may(right, area)}


def test_every_role_stands_in_the_table() -> None:
    assert TABLE.keys() == ROLES.keys()


@pytest.mark.parametrize("role", ROLES)
def test_a_role_may_what_the_table_says(role: roles.Role) -> None:
    everywhere, at_home = (set(cell.split()) for cell in TABLE[role])
    rights = roles.of_account([role], [HERE])
    assert may(rights) == everywhere
    assert may(rights, THERE) == everywhere
    assert may(rights, HERE) == everywhere | at_home


def test_several_roles_add_up_and_towns_bind_the_duty_of_a_town_alone() -> None:
    rights = roles.of_account(["town_duty", "analyst"], [HERE])
    assert rights.may("remark", THERE)
    assert not rights.may("act", THERE)
    assert rights.may_somewhere("act")
    assert roles.of_account(["analyst"], [HERE]).towns == frozenset()
    assert not roles.of_account(["town_duty"], []).may_somewhere("act")
    assert rights.towns_of("cells", [HERE, THERE]) == {HERE}


def test_nobody_without_a_role_may_anything() -> None:
    assert may(roles.of_account([], [HERE]), HERE) == set()


def test_a_token_may_what_its_kind_says() -> None:
    def found(kind: roles.Kind, area: str = "") -> tuple[set[Right], set[Right]]:
        rights = roles.of_token(kind, area)
        return may(rights), may(rights, HERE)

    assert found("ingest") == (set(), set())
    assert found("wall") == found("wall", HERE) == (set(), set())
    assert found("view") == ({"see"}, {"see"})
    assert found("view", HERE) == ({"see"}, {"see", "cells"})
    assert found("view", THERE) == ({"see"}, {"see"})
    assert found("edit", HERE) == ({"see"}, {"see", "cells", "act", "remark"})
    everywhere = {"see", "cells", "act", "remark", "freeze", "deck"}
    assert found("edit") == (everywhere, everywhere)


def test_an_open_board_shows_no_small_cells() -> None:
    assert may(roles.OPEN, HERE) == {"see", "deck"}
    both = roles.of_account(["town_duty"], [HERE]) | roles.OPEN
    assert may(both, HERE) == {"see", "deck", "cells", "act", "remark"}
    assert may(both, THERE) == {"see", "deck"}
    assert both == roles.OPEN | roles.of_account(["town_duty"], [HERE])
    with pytest.raises(ValueError, match="different towns"):
        roles.of_token("view", HERE) | roles.of_token("view", THERE)


def test_roles_and_towns_are_read(yixing: Profile) -> None:
    found = roles.read(["town_duty", "host"], [HERE], yixing)
    assert found == ({"town_duty", "host"}, {HERE})
    wrong: list[tuple[list[str], list[str], str]] = [
        ([], [], "at least one role"),
        (["boss"], [], "one of viewer, town_duty"),
        (["viewer"], ["999"], f"one of {HERE} "),
        (["town_duty"], [], "at least one town"),
    ]
    for given, towns, said in wrong:
        with pytest.raises(WrongRoles, match=said):
            roles.read(given, towns, yixing)
