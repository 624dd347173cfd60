"""The provider of identities as a settings file declares it, and what its groups get."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from feeds.accounts import provider
from feeds.accounts.provider import Granted, Provider, WrongProvider
from feeds.city.profile import Profile

Declare = Callable[..., Provider]
GROUPS = """
[[groups]]
name = "board-admins"
roles = ["admin"]
[[groups]]
name = "duty"
roles = ["town_duty"]
[[groups]]
name = "宜城街道"
towns = ["320282001"]
[[groups]]
name = "丁蜀镇值班"
roles = ["town_duty", "viewer"]
towns = ["320282101"]
"""


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    path = tmp_path / "oidc.secret"
    path.write_text("s3cret\n")
    return path


@pytest.fixture
def declare(secret: Path) -> Declare:
    def declare(tables: str = GROUPS, **keys: Any) -> Provider:
        plain: dict[str, Any] = {
            "issuer": "https://id.example.gov.cn/realms/city",
            "client_id": "board",
            "client_secret_file": str(secret),
        }
        found = provider.read(plain | tomllib.loads(tables) | keys)
        assert found
        return found

    return declare


def test_nothing_said_is_no_provider() -> None:
    assert provider.read("") is None
    assert provider.read({}) is None


def test_a_provider_is_read_back_as_it_was_written(declare: Declare) -> None:
    one = declare(label={"zh": "宜兴一网通办", "en": "Yixing"}, addresses={})
    assert provider.read(msgspec.json.encode(one).decode()) == one
    assert one.secret() == "s3cret"
    assert "s3cret" not in str(one)
    assert (one.title.zh, declare().title.zh) == ("宜兴一网通办", "统一身份认证")


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"issuer": "http://id.example.gov.cn"}, "oidc.issuer: must be an https:// address"),
        ({"issuer": ""}, "oidc.issuer"),
        ({"issuer": "https://id.example.gov.cn/?realm=1"}, "oidc.issuer"),
        ({"client_id": ""}, "oidc.client_id: must not be empty"),
        ({"client_secret_file": "/no/such/file"}, "oidc.client_secret_file: .*No such file"),
        ({"scopes": "profile"}, "oidc.scopes: must hold openid"),
        ({"preset": "wecom"}, "oidc.agent_id: WeCom needs the AgentId"),
        ({"preset": "feishu"}, "Invalid enum value 'feishu'"),
        ({"preset": "dingtalk", "addresses": {"apo": "https://x.cn"}}, "known: login, api"),
        ({"preset": "dingtalk", "addresses": {"api": "ftp://x.cn"}}, "oidc.addresses.api"),
        ({"address": "http://board.example.gov.cn"}, "oidc.address"),
        ({"groups": [{"name": "x", "roles": ["root"]}]}, "Invalid enum value 'root'"),
        ({"groups": [{"name": "x", "towns": ["320282001"]}]}, "no group has a role"),
        ({"groups": []}, "no group has a role"),
        ({"secret": "s3cret"}, "unknown field `secret`"),
    ],
)
def test_what_can_t_be_used_is_named(declare: Declare, keys: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongProvider, match=said) as raised:
        declare(**keys)
    assert "s3cret" not in str(raised.value)


def test_an_empty_secret_is_none(declare: Declare, secret: Path) -> None:
    secret.write_text("\n")
    with pytest.raises(WrongProvider, match="the file is empty"):
        declare()


def test_a_provider_on_this_machine_needs_no_tls(declare: Declare) -> None:
    for host in ("localhost:9000", "127.0.0.1:9000", "[::1]:9000"):
        assert declare(issuer=f"http://{host}").issuer == f"http://{host}"
    with pytest.raises(WrongProvider):
        declare(issuer="http://localhost.example.org")


@pytest.mark.parametrize(
    ("groups", "roles", "towns"),
    [
        (["board-admins"], {"admin"}, set()),
        (["board-admins", "unknown"], {"admin"}, set()),
        (["丁蜀镇值班"], {"town_duty", "viewer"}, {"320282101"}),
        (["duty", "宜城街道"], {"town_duty"}, {"320282001"}),
        (["duty", "宜城街道", "丁蜀镇值班"], {"town_duty", "viewer"}, {"320282001", "320282101"}),
        # Duty of no town is none, and a town without a role lets nobody in.
        (["duty"], set(), set()),
        (["宜城街道"], set(), set()),
        (["board-admins", "宜城街道"], {"admin"}, set()),
        (["Board-Admins"], set(), set()),
        ([], set(), set()),
    ],
)
def test_groups_have_roles_and_towns(
    declare: Declare, groups: list[str], roles: set[str], towns: set[str]
) -> None:
    assert declare().granted(groups) == Granted(frozenset(roles), frozenset(towns))  # type: ignore[arg-type]


def test_everyone_may_have_a_role(declare: Declare) -> None:
    one = declare('[[groups]]\nname = "*"\nroles = ["viewer"]')
    assert one.granted([]).roles == {"viewer"}


def test_a_town_must_be_the_city_s(declare: Declare, yixing: Profile) -> None:
    provider.check_towns(declare(), yixing)
    other = declare('[[groups]]\nname = "x"\nroles = ["town_duty"]\ntowns = ["999"]')
    with pytest.raises(WrongProvider, match="the city has no town 999"):
        provider.check_towns(other, yixing)
