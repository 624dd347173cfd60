"""Who somebody is, asked of a real provider of identities over OpenID Connect."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from dashboard.access import identity_client
from dashboard.access.identity_client import Asked, NotProved, OpenId
from feeds.accounts.identities import Identity
from feeds.accounts.provider import Group, Provider
from tests.oidc_provider import running

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def declared(city: running.Provider, tmp_path: Path) -> Provider:
    secret = tmp_path / "secret"
    secret.write_text(f"{running.SECRET}\n")
    groups = (Group("city-duty", ("city_duty",)),)
    return Provider(running.CLIENT, str(secret), issuer=city.issuer, groups=groups)


@pytest.fixture
def client(declared: Provider) -> OpenId:
    return OpenId(declared, declared.secret())


def asked() -> Asked:
    return Asked(*(secrets.token_urlsafe(36) for _ in range(3)), running.BACK)


@pytest.fixture
def sign_in(city: running.Provider) -> Callable[..., Identity]:
    def sign_in(client: OpenId, of: Asked | None = None, **changes: str) -> Identity:
        given = of or asked()
        back = city.sign_in(client.address(given, ""), "li.na")
        query = parse_qs(urlsplit(back).query)
        assert query["state"] == [given.state]
        return client.identity(given._replace(**changes), query["code"][0])

    return sign_in


def test_a_person_is_known_by_subject_name_and_groups(
    city: running.Provider, client: OpenId, sign_in: Callable[..., Identity]
) -> None:
    found = sign_in(client)
    assert found.owner == city.issuer
    assert found.subject.startswith("person-")
    assert (found.name, found.shown) == ("li.na", "李娜")
    assert found.groups == {"city-duty", "宜城"}


def test_the_board_asks_with_pkce_and_a_nonce(client: OpenId) -> None:
    given = asked()
    query = parse_qs(urlsplit(client.address(given, "")).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["nonce"] == [given.nonce]
    assert query["scope"] == ["openid profile groups"]
    assert given.verifier not in str(query)


def test_groups_that_the_identity_token_leaves_out_are_asked_for(
    city: running.Provider, client: OpenId, sign_in: Callable[..., Identity]
) -> None:
    city.keep_back("groups", "name")
    found = sign_in(client)
    assert found.groups == {"city-duty", "宜城"}
    assert found.shown == "李娜"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"aud": "another-board"}, "aud"),
        ({"aud": ["another-board"], "azp": running.CLIENT}, "aud"),
        ({"iss": "http://localhost:1"}, "iss"),
        ({"nonce": "of another sign-in"}, "nonce"),
        ({"exp": 1_700_000_000}, "expired"),
        ({"sub": ""}, "sub"),
    ],
)
def test_an_identity_token_that_says_something_else_proves_nobody(
    city: running.Provider,
    client: OpenId,
    sign_in: Callable[..., Identity],
    changes: dict[str, object],
    said: str,
) -> None:
    city.tokens(**changes)
    with pytest.raises(NotProved, match=said) as failed:
        sign_in(client)
    assert failed.value.why == "wrong"


def test_a_code_is_good_once(city: running.Provider, client: OpenId) -> None:
    given = asked()
    back = city.sign_in(client.address(given, ""), "li.na")
    code = parse_qs(urlsplit(back).query)["code"][0]
    client.identity(given, code)
    with pytest.raises(NotProved, match="invalid_grant") as failed:
        client.identity(given, code)
    assert failed.value.why == "wrong"


def test_who_did_not_begin_a_sign_in_cannot_end_it(
    client: OpenId, sign_in: Callable[..., Identity]
) -> None:
    with pytest.raises(NotProved, match="invalid_grant"):
        sign_in(client, verifier=secrets.token_urlsafe(36))


def test_a_wrong_secret_proves_nobody(declared: Provider, sign_in: Callable[..., Identity]) -> None:
    with pytest.raises(NotProved, match="invalid_client"):
        sign_in(OpenId(declared, "another secret"))


def test_the_provider_may_change_its_keys(
    city: running.Provider, client: OpenId, sign_in: Callable[..., Identity]
) -> None:
    sign_in(client)
    city.keys()
    assert sign_in(client).name == "li.na"


def test_the_provider_describes_itself_once(
    city: running.Provider, client: OpenId, sign_in: Callable[..., Identity]
) -> None:
    before = city.asked("/.well-known/openid-configuration")
    sign_in(client)
    sign_in(client)
    assert city.asked("/.well-known/openid-configuration") == before + 1


def test_a_provider_of_another_name_is_not_believed(declared: Provider) -> None:
    other = msgspec.structs.replace(declared, issuer=f"{declared.issuer}/")
    with pytest.raises(NotProved, match="calls itself") as failed:
        OpenId(other, "secret").address(asked(), "")
    assert failed.value.why == "away"


def test_a_provider_that_is_away(declared: Provider) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    gone = msgspec.structs.replace(declared, issuer=f"http://127.0.0.1:{port}")
    with pytest.raises(NotProved, match="ConnectionError at http") as failed:
        OpenId(gone, "secret").address(asked(), "")
    assert failed.value.why == "away"


def test_a_provider_that_does_not_answer_is_not_waited_for(
    declared: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identity_client, "READ_S", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        slow = msgspec.structs.replace(declared, issuer=f"http://127.0.0.1:{port}")
        with pytest.raises(NotProved, match="ReadTimeout") as failed:
            OpenId(slow, "secret").address(asked(), "")
    assert failed.value.why == "away"
