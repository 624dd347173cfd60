"""What each role may see and do, and what a token may. Pure.

The table is that of docs/how-to/accounts.md, line by line. A right holds for the whole city, or
within the towns of an account.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from feeds.city.profile import Profile
from feeds.city.words import Text, Worded

Right = Literal["see", "cells", "act", "remark", "deck", "freeze", "manage", "audit"]
RIGHTS: Mapping[Right, Text] = {
    "see": Text("看页面与数字", "see pages and counts"),
    "cells": Text("看小数与案件编号", "see small counts and case numbers"),
    "act": Text("确认与静默告警", "acknowledge and silence alerts"),
    "remark": Text("批注", "make remarks"),
    "deck": Text("下载研判材料", "download the papers of the review"),
    "freeze": Text("冻结与表态", "freeze a quarter and make commitments"),
    "manage": Text("管理大屏、令牌、账号与来源", "manage walls, tokens, accounts and sources"),
    "audit": Text("看审计日志", "read the audit log"),
}
Role = Literal["viewer", "town_duty", "city_duty", "analyst", "host", "admin", "auditor"]
ROLES: Mapping[Role, Text] = {
    "viewer": Text("查看", "Viewer"),
    "town_duty": Text("属地值守", "Town duty"),
    "city_duty": Text("全市值守", "City duty"),
    "analyst": Text("分析", "Analyst"),
    "host": Text("会议主持", "Host"),
    "admin": Text("管理员", "Administrator"),
    "auditor": Text("审计", "Auditor"),
}
Kind = Literal["ingest", "view", "edit", "wall"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Some = frozenset[Right]

_NONE: Some = frozenset()
_SEE: Some = frozenset({"see"})
_DUTY: Some = frozenset({"cells", "act", "remark"})
# Role → what it may in the whole city, and what within the account's towns.
_MAY: Mapping[Role, tuple[Some, Some]] = {
    "viewer": (_SEE, _NONE),
    "town_duty": (_SEE, _DUTY),
    "city_duty": (_SEE | _DUTY, _NONE),
    "analyst": (_SEE | {"remark", "deck"}, _NONE),
    "host": (_SEE | {"act", "remark", "freeze", "deck"}, _NONE),
    "admin": (_SEE | {"manage"}, _NONE),
    "auditor": (_SEE | {"audit"}, _NONE),
}


class WrongRoles(Worded):
    """There is no such role or town, or a role lacks its towns."""


@dataclass(frozen=True)
class Rights:
    """What somebody may: `rights` in the whole city, `own` within `towns`."""

    rights: Some = _NONE
    own: Some = _NONE
    towns: frozenset[str] = frozenset()

    def may(self, right: Right, area: str = "") -> bool:
        """Whether a right holds in an area: a town's code, or "" for the whole city."""
        return right in self.rights or (right in self.own and area in self.towns)

    def may_somewhere(self, right: Right) -> bool:
        """Whether a right holds in the whole city or in one town at least."""
        return right in self.rights or (right in self.own and bool(self.towns))

    def towns_of(self, right: Right, every: Iterable[str]) -> frozenset[str]:
        """Of all towns of the city those in which a right holds."""
        return frozenset(town for town in every if self.may(right, town))

    def home(self, right: Right) -> str:
        """The one town in which a right holds; "" where it holds in more, or nowhere."""
        if right in self.rights or right not in self.own or len(self.towns) != 1:
            return ""
        return next(iter(self.towns))

    def __or__(self, other: Rights) -> Rights:
        """Both together. Rights within towns are only joined where the towns are the same, or one
        side has none.
        """
        if self.own and other.own and self.towns != other.towns:
            raise ValueError("rights of two holders with different towns")
        own, towns = (self.own, self.towns) if self.own else (other.own, other.towns)
        return Rights(self.rights | other.rights, own | (other.own if self.own else _NONE), towns)


NOTHING = Rights()
# On an open board anyone is a viewer, and whoever sits at the machine may try the papers.
OPEN = Rights(_SEE | {"deck"})


def of_account(roles: Iterable[Role], towns: Iterable[str]) -> Rights:
    """What the holder of some roles may. The towns bind the duty of a town alone."""
    held = [_MAY[role] for role in roles]
    own = _NONE.union(*(of_towns for _, of_towns in held))
    return Rights(
        _NONE.union(*(of_city for of_city, _ in held)),
        own,
        frozenset(towns) if own else frozenset(),
    )


def of_token(kind: Kind, area: str = "") -> Rights:
    """What the holder of a token may. One that sends events sees nothing, and a wall shows its own
    scenes alone.
    """
    towns = frozenset({area} if area else ())
    if kind == "view":
        return Rights(_SEE, frozenset({"cells"}) if area else _NONE, towns)
    if kind == "edit" and area:
        return of_account(("town_duty",), towns)
    if kind == "edit":
        return of_account(("city_duty", "host"), ())
    return NOTHING


def read(
    roles: Iterable[str], towns: Iterable[str], profile: Profile
) -> tuple[frozenset[Role], frozenset[str]]:
    """Roles and towns as a form or a command gives them. Raises WrongRoles."""
    found = frozenset[Role](role for one in roles for role in [_role(one)])
    chosen = frozenset(towns)
    if not found:
        raise WrongRoles(Text("须至少有一个角色", "at least one role is needed"))
    if chosen - profile.town_by_code.keys():
        zh = "、".join(f"{town.code} {town.name.zh}" for town in profile.towns)
        en = ", ".join(f"{town.code} {town.name.en}" for town in profile.towns)
        raise WrongRoles(Text(f"没有这个区域；可选 {zh}", f"no such town; it is one of {en}"))
    if "town_duty" in found and not chosen:
        raise WrongRoles(
            Text("“属地值守”须指定至少一个区域", "the role town_duty needs at least one town")
        )
    return found, chosen


def _role(name: str) -> Role:
    for role in ROLES:
        if role == name:
            return role
    said = Text(
        f"没有这个角色；可选 {'、'.join(ROLES)}", f"no such role; it is one of {', '.join(ROLES)}"
    )
    raise WrongRoles(said)
