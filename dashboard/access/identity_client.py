"""Asks the provider of identities who somebody is: OpenID Connect by Authlib.

Requests wait without holding up the worker, because gevent has patched what they wait on; they
need none of the worker's few real threads, which pages need to read the database. WeCom and
DingTalk are in workplace_clients.py.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple, Protocol, TypeVar
from urllib.parse import urlsplit

import gevent
import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from feeds.accounts import provider as provider_of
from feeds.accounts.identities import Identity
from feeds.accounts.provider import Provider

Answer = TypeVar("Answer")
CONNECT_S, READ_S = 3.0, 6.0
ANSWER_S = 15.0  # for all that is asked of the provider in one sign-in
KEEP_S = 3600.0  # how long the provider's own description is believed
LEEWAY_S = 60  # by which clocks may differ
# A provider signs with a key that only it has; never with the client's secret.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]

Why = Literal["away", "wrong", "outsider"]


class NotProved(Exception):
    """Nobody was proved: the provider is `away`, its answer is `wrong`, or the person is an
    `outsider`. The message is for the board's own log; it holds no code and no secret.
    """

    def __init__(self, why: Why, detail: str) -> None:
        super().__init__(detail)
        self.why = why


class Asked(NamedTuple):
    """What a sign-in began with: `state` names it, `nonce` must be in the identity token, and
    `verifier` proves to the provider who began it.
    """

    state: str
    nonce: str
    verifier: str
    redirect: str


class Client(Protocol):
    """How a provider is asked."""

    provider: Provider

    def check(self) -> None:
        """Raises NotProved where the provider does not answer, or not this board."""

    def address(self, asked: Asked, agent: str) -> str:
        """Where a person's browser is sent to. Raises NotProved."""

    def identity(self, asked: Asked, code: str) -> Identity:
        """Who came back with a code. Raises NotProved."""


class Session(OAuth2Session):  # type: ignore[misc]  # Authlib ships no types
    """Requests to the provider: with an end to waiting, and followed nowhere else."""

    def __init__(self, ca_file: str = "", **given: Any) -> None:
        super().__init__(**given)
        self._always = {"timeout": (CONNECT_S, READ_S), "allow_redirects": False}
        if ca_file:  # with each request, because the environment goes before a session's own
            self._always["verify"] = ca_file

    def request(self, method: str, url: str, **given: Any) -> Any:
        return super().request(method, url, **(given | self._always))


class OpenId:
    """A provider that speaks OpenID Connect: code flow with PKCE, identity tokens checked."""

    def __init__(self, provider: Provider, secret: str) -> None:
        self.provider, self._secret = provider, secret
        self._about: dict[str, Any] = {}
        self._known_until = 0.0
        self._keys: KeySet | None = None

    def check(self) -> None:
        within(self._described)

    def address(self, asked: Asked, agent: str) -> str:
        about = within(self._described)
        with self._session(about, asked) as session:
            address, _ = session.create_authorization_url(
                about["authorization_endpoint"],
                state=asked.state,
                nonce=asked.nonce,
                code_verifier=asked.verifier,
            )
        return str(address)

    def identity(self, asked: Asked, code: str) -> Identity:
        return within(lambda: self._identity(asked, code))

    def _identity(self, asked: Asked, code: str) -> Identity:
        about = self._described()
        with self._session(about, asked) as session:
            try:
                token = session.fetch_token(
                    about["token_endpoint"],
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=asked.verifier,
                    redirect_uri=asked.redirect,
                )
            except OAuthError as error:
                raise NotProved("wrong", f"token endpoint: {error.error}") from error
            claims = self._checked(token, asked, about)
            if self._lacks(claims) and "userinfo_endpoint" in about:
                more = answered(session.get(about["userinfo_endpoint"]))
                if more.get("sub") != claims["sub"]:
                    raise NotProved("wrong", "userinfo is of another subject")
                claims = {**more, **claims}
        return Identity(
            self.provider.owner,
            str(claims["sub"]),
            text(claims.get("preferred_username")),
            text(claims.get("name")),
            groups_of(claims, self.provider.groups_claim),
        )

    def _lacks(self, claims: Mapping[str, Any]) -> bool:
        """Whether the identity token left out what the userinfo endpoint may have."""
        has_groups = found(claims, self.provider.groups_claim) is not None
        return not has_groups or not claims.get("name")

    def _session(self, about: Mapping[str, Any], asked: Asked) -> Session:
        methods = about.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        is_basic = "client_secret_basic" in methods
        return Session(
            self.provider.ca_file,
            client_id=self.provider.client_id,
            client_secret=self._secret,
            scope=self.provider.scopes,
            redirect_uri=asked.redirect,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if is_basic else "client_secret_post",
        )

    def _described(self) -> dict[str, Any]:
        """What the provider says of itself, kept for a while."""
        if self._about and time.monotonic() < self._known_until:
            return self._about
        address = f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration"
        about = self._read(address)
        if about.get("issuer") != self.provider.issuer:
            raise NotProved("away", f"it calls itself {about.get('issuer')!r}")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not provider_of.is_safe(str(about.get(name, ""))):
                raise NotProved("away", f"its {name} is no https:// address")
        self._about, self._known_until = about, time.monotonic() + KEEP_S
        return about

    def _checked(
        self, token: Mapping[str, Any], asked: Asked, about: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The claims of an identity token that is for this board, of this sign-in, and in time."""
        raw = token.get("id_token")
        if not isinstance(raw, str):
            raise NotProved("wrong", "no identity token; is openid among the scopes?")
        try:
            found = self._decoded(raw, about)
            claims = CodeIDToken(
                found.claims,
                found.header,
                {
                    "iss": {"essential": True, "value": self.provider.issuer},
                    "aud": {"essential": True, "value": self.provider.client_id},
                    "sub": {"essential": True},
                },
                {
                    "nonce": asked.nonce,
                    "client_id": self.provider.client_id,
                    "access_token": token.get("access_token"),
                },
            )
            claims.validate(leeway=LEEWAY_S)
        except (JoseError, ValueError) as error:
            raise NotProved("wrong", f"identity token: {error}") from error
        return dict(claims)

    def _decoded(self, raw: str, about: Mapping[str, Any]) -> jwt.Token:
        """A token whose signature holds, with the provider's keys of now where it has changed
        them.
        """
        if self._keys is not None:
            with contextlib.suppress(InvalidKeyIdError, BadSignatureError):
                return jwt.decode(raw, self._keys, algorithms=ALGORITHMS)
        self._keys = KeySet.import_key_set(self._read(about["jwks_uri"]))  # type: ignore[arg-type]
        return jwt.decode(raw, self._keys, algorithms=ALGORITHMS)

    def _read(self, address: str) -> dict[str, Any]:
        with Session(self.provider.ca_file) as session:
            return answered(session.get(address, withhold_token=True))


def within(ask: Callable[[], Answer]) -> Answer:
    """What was asked of a provider, within a limited time. Raises NotProved: `away` where there was
    no answer, or none that can be read.
    """
    limit = gevent.Timeout(ANSWER_S)
    limit.start()
    try:
        return ask()
    except gevent.Timeout as error:
        if error is not limit:
            raise
        raise NotProved("away", f"no answer within {ANSWER_S:g} s") from error
    except (requests.RequestException, ValueError, LookupError, TypeError) as error:
        raise NotProved("away", described(error)) from error
    finally:
        limit.close()


def answered(answer: requests.Response) -> dict[str, Any]:
    """The JSON object of an answer. Raises ValueError, requests.RequestException."""
    if answer.status_code != 200:
        raise requests.HTTPError(f"{_place(answer.url)} answered {answer.status_code}")
    found = answer.json()
    if not isinstance(found, dict):
        raise ValueError(f"{_place(answer.url)} answered no object")
    return found


def described(error: Exception) -> str:
    """An error for the log, without the address's query: it may hold a secret."""
    asked = getattr(error, "request", None)
    if asked is not None and asked.url:
        return f"{type(error).__name__} at {_place(asked.url)}"
    return f"{type(error).__name__}: {error}"


def found(claims: Mapping[str, Any], name: str) -> Any:
    """A claim by its name, or by the way into it (`realm_access.roles`); None where it is not."""
    if name in claims:
        return claims[name]
    value: Any = claims
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def groups_of(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    """The groups in a claim: a text, or a list of texts or numbers."""
    value = found(claims, name)
    listed = value if isinstance(value, list) else [value]
    return frozenset(str(one) for one in listed if isinstance(one, str | int) and one != "")


def text(value: Any) -> str:
    """A claim that is text, as one short line; "" of anything else."""
    return " ".join(value.split())[:200] if isinstance(value, str) else ""


def _place(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}{parts.path}"
