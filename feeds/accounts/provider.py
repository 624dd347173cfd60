"""The provider of identities that a city declares ([oidc] of the settings file), and which roles
and towns its groups have. Pure; dashboard/access/oidc.py signs people in by it.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

import msgspec

from feeds.accounts.roles import Role
from feeds.city.profile import Profile
from feeds.city.words import Text, Worded, Words

Preset = Literal["oidc", "wecom", "dingtalk"]
EVERYONE = "*"  # a group that everyone is in whom the provider vouches for
LABELS: Mapping[Preset, Text] = {
    "oidc": Text("统一身份认证", "City sign-in"),
    "wecom": Text("企业微信", "WeCom"),
    "dingtalk": Text("钉钉", "DingTalk"),
}
# What each preset asks, by a short name; `addresses` of the settings puts others in their place.
ADDRESSES: Mapping[Preset, Mapping[str, str]] = {
    "oidc": {},
    "wecom": {
        "login": "https://login.work.weixin.qq.com/wwlogin/sso/login",
        "inside": "https://open.weixin.qq.com/connect/oauth2/authorize",
        "api": "https://qyapi.weixin.qq.com",
    },
    "dingtalk": {
        "login": "https://login.dingtalk.com/oauth2/auth",
        "api": "https://api.dingtalk.com",
        "directory": "https://oapi.dingtalk.com",
    },
}


class WrongProvider(Worded):
    """A provider that can't be used; the message names the key."""


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group of the provider, by the name that it has there, and what its members get here."""

    name: str
    roles: tuple[Role, ...] = ()
    towns: tuple[str, ...] = ()


class Granted(NamedTuple):
    """The roles and towns of somebody who signs in; no role: nobody gets in."""

    roles: frozenset[Role] = frozenset()
    towns: frozenset[str] = frozenset()


class Provider(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One provider. `issuer` is its address for the preset oidc. `client_secret_file` holds the
    secret alone. `groups_claim` may lead into a claim, as in `realm_access.roles`. `agent_id` is
    WeCom's number of the application. `address` is the board's own, where it can't be seen from
    requests; `ca_file` has the certificates of an authority of one's own.
    """

    client_id: str
    client_secret_file: str
    preset: Preset = "oidc"
    issuer: str = ""
    scopes: str = "openid profile groups"
    groups_claim: str = "groups"
    groups: tuple[Group, ...] = ()
    label: Words | None = None
    agent_id: str = ""
    address: str = ""
    addresses: dict[str, str] = {}
    ca_file: str = ""

    @property
    def name(self) -> str:
        """What the board's own lines call it."""
        return self.issuer or self.preset

    @property
    def title(self) -> Text:
        """What the button to sign in calls it."""
        return self.label.text if self.label else LABELS[self.preset]

    @property
    def owner(self) -> str:
        """Whose a subject is: what stands before the stroke in "issuer|sub"."""
        return self.issuer if self.preset == "oidc" else f"{self.preset}:{self.client_id}"

    def place(self, name: str) -> str:
        """An address of a preset, by its short name."""
        return (self.addresses.get(name) or ADDRESSES[self.preset][name]).rstrip("/")

    def secret(self) -> str:
        """The client's secret, read from its file. Raises WrongProvider."""
        try:
            found = Path(self.client_secret_file).expanduser().read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise _wrong("client_secret_file", Text(str(error), str(error))) from error
        if not found:
            raise _wrong("client_secret_file", Text("文件是空的", "the file is empty"))
        return found

    def granted(self, groups: Collection[str]) -> Granted:
        """What the members of some groups get: the roles and towns of all together. Duty of a town
        without a town is none.
        """
        held = {*groups, EVERYONE}
        mine = [one for one in self.groups if one.name in held]
        roles = frozenset(role for one in mine for role in one.roles)
        towns = frozenset(town for one in mine for town in one.towns)
        if "town_duty" not in roles:
            return Granted(roles)
        return Granted(roles, towns) if towns else Granted(roles - {"town_duty"})

    def towns(self) -> frozenset[str]:
        """Every town that its groups name."""
        return frozenset(town for one in self.groups for town in one.towns)


def check_towns(provider: Provider, profile: Profile) -> None:
    """Raises WrongProvider where a group has a town that the city does not have."""
    for town in sorted(provider.towns() - profile.town_by_code.keys()):
        said = Text(f"本市没有区域 {town}", f"the city has no town {town}")
        raise _wrong("groups", said)


def read(value: Any) -> Provider | None:
    """The provider of a settings file (a table) or of a JSON text; None of an empty one. Raises
    WrongProvider.
    """
    try:
        given = json.loads(value or "{}") if isinstance(value, str) else value
        if given == {}:
            return None
        found = msgspec.convert(given, Provider)
    except (ValueError, msgspec.ValidationError) as error:
        raise WrongProvider(Text(str(error), str(error))) from error
    _check(found)
    return found


def is_safe(address: str) -> bool:
    """Whether an address may be asked with secrets: over TLS, or on this machine."""
    parts = urlsplit(address)
    if parts.scheme == "https":
        return bool(parts.hostname)
    return parts.scheme == "http" and _is_here(parts.hostname or "")


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _check(found: Provider) -> None:
    for key in ("client_id", "client_secret_file"):
        if not getattr(found, key):
            raise _wrong(key, Text("不能为空", "must not be empty"))
    if found.preset == "oidc":
        _check_address("issuer", found.issuer)
        if "openid" not in found.scopes.split():
            raise _wrong("scopes", Text("须含 openid", "must hold openid"))
    if found.preset == "wecom" and not found.agent_id:
        said = Text("企业微信须填应用的 AgentId", "WeCom needs the AgentId of the application")
        raise _wrong("agent_id", said)
    known = ADDRESSES[found.preset]
    for name, address in found.addresses.items():
        if name not in known:
            zh, en = "、".join(known) or "没有", ", ".join(known) or "there are none"
            said = Text(f"没有这个名称；可用：{zh}", f"no such name; known: {en}")
            raise _wrong(f"addresses.{name}", said)
        _check_address(f"addresses.{name}", address)
    if found.address:
        _check_address("address", found.address)
    if not any(one.roles for one in found.groups):
        said = Text(
            "没有一个组有角色，谁也进不来；请加 [[oidc.groups]]",
            "no group has a role, so nobody could get in; add [[oidc.groups]]",
        )
        raise _wrong("groups", said)
    found.secret()


def _check_address(key: str, address: str) -> None:
    parts = urlsplit(address)
    if not is_safe(address) or parts.query or parts.fragment:
        said = Text(
            "须为 https:// 地址，不带问号和井号（本机可用 http://）",
            "must be an https:// address without ? and # (on this machine http:// will do)",
        )
        raise _wrong(key, said)


def _wrong(key: str, said: Text) -> WrongProvider:
    return WrongProvider(Text(f"oidc.{key}：{said.zh}", f"oidc.{key}: {said.en}"))
