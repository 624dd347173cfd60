"""WeCom (企业微信) and DingTalk (钉钉), asked who somebody is. Both have OAuth 2 with endpoints of
their own and no identity token: the application's own secret proves the answer.

docs/how-to/oidc-zh.md says where the facts are from.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from dashboard.access import identity_client
from dashboard.access.identity_client import Asked, Client, NotProved, OpenId, Session, text
from feeds.accounts.identities import Identity
from feeds.accounts.provider import Preset, Provider

EARLY_S = 300.0  # by which an application's token is asked for again before it ends


def of_provider(provider: Provider) -> Client:
    """The client for a declared provider. Raises WrongProvider."""
    kinds: dict[Preset, Callable[[Provider, str], Client]]
    kinds = {"oidc": OpenId, "wecom": WeCom, "dingtalk": DingTalk}
    return kinds[provider.preset](provider, provider.secret())


class WeCom:
    """企业微信: an application that the city made itself (自建应用). Groups are `department:ID`."""

    # invalid credential, invalid access_token, access_token expired
    RENEW = (40001, 40014, 42001)

    def __init__(self, provider: Provider, secret: str) -> None:
        self.provider, self._secret = provider, secret
        self._token, self._token_until = "", 0.0

    def address(self, asked: Asked, agent: str) -> str:
        """Inside WeCom's own browser nobody scans a code."""
        common = {"appid": self.provider.client_id, "agentid": self.provider.agent_id}
        common |= {"redirect_uri": asked.redirect, "state": asked.state}
        if "wxwork" in agent.lower():
            query = common | {"response_type": "code", "scope": "snsapi_base"}
            return f"{self.provider.place('inside')}?{urlencode(query)}#wechat_redirect"
        query = {"login_type": "CorpApp", **common}
        return f"{self.provider.place('login')}?{urlencode(query)}"

    def check(self) -> None:
        identity_client.within(lambda: self._access_token(is_new=True))

    def identity(self, asked: Asked, code: str) -> Identity:
        return identity_client.within(lambda: self._identity(code))

    def _identity(self, code: str) -> Identity:
        person = self._ask("auth/getuserinfo", code=code)
        user = text(person.get("userid"))
        if not user or "/" in user:  # of an organisation that only shares the application
            raise NotProved("outsider", "no member of the organisation")
        about = self._ask("user/get", userid=user)
        departments = about.get("department") or []
        return Identity(
            self.provider.owner,
            user,
            user,
            text(about.get("name")),
            frozenset(f"department:{one}" for one in departments),
        )

    def _ask(self, path: str, **query: str) -> dict[str, Any]:
        """An answer without an error, asked once again where the application's token had ended."""
        for is_again in (False, True):
            token = self._access_token(is_again)
            answer = self._get(path, {"access_token": token, **query})
            if answer.get("errcode") not in self.RENEW:
                break
        return self._good(path, answer)

    def _access_token(self, is_new: bool) -> str:
        if is_new or time.monotonic() >= self._token_until:
            asked = {"corpid": self.provider.client_id, "corpsecret": self._secret}
            found = self._good("gettoken", self._get("gettoken", asked))
            self._token = str(found["access_token"])
            self._token_until = time.monotonic() + float(found["expires_in"]) - EARLY_S
        return self._token

    def _get(self, path: str, query: dict[str, str]) -> dict[str, Any]:
        address = f"{self.provider.place('api')}/cgi-bin/{path}"
        with Session(self.provider.ca_file) as session:
            return identity_client.answered(session.get(address, params=query, withhold_token=True))

    def _good(self, path: str, answer: dict[str, Any]) -> dict[str, Any]:
        if answer.get("errcode"):
            raise NotProved("wrong", f"{path}: errcode {answer['errcode']}")
        return answer


class DingTalk:
    """钉钉: an application of the organisation's own (企业内部应用). Groups are `department:ID`
    and `role:NAME`.
    """

    UNKNOWN = 60121  # nobody of this organisation

    def __init__(self, provider: Provider, secret: str) -> None:
        self.provider, self._secret = provider, secret
        self._token, self._token_until = "", 0.0

    def address(self, asked: Asked, agent: str) -> str:
        query = {
            "redirect_uri": asked.redirect,
            "response_type": "code",
            "client_id": self.provider.client_id,
            "scope": "openid",
            "state": asked.state,
            "prompt": "consent",
        }
        return f"{self.provider.place('login')}?{urlencode(query)}"

    def check(self) -> None:
        identity_client.within(self._access_token)

    def identity(self, asked: Asked, code: str) -> Identity:
        return identity_client.within(lambda: self._identity(code))

    def _identity(self, code: str) -> Identity:
        mine = {"clientId": self.provider.client_id, "clientSecret": self._secret}
        api = self.provider.place("api")
        with Session(self.provider.ca_file) as session:
            given = {**mine, "code": code, "grantType": "authorization_code"}
            asked = session.post(
                f"{api}/v1.0/oauth2/userAccessToken", json=given, withhold_token=True
            )
            if asked.status_code == 400:
                said = text(asked.json().get("code"))
                raise NotProved("wrong", f"userAccessToken: {said}")
            theirs = identity_client.answered(asked)["accessToken"]
            me = identity_client.answered(
                session.get(
                    f"{api}/v1.0/contact/users/me",
                    headers={"x-acs-dingtalk-access-token": theirs},
                    withhold_token=True,
                )
            )
        union = str(me["unionId"])
        member = self._ask("topapi/user/getbyunionid", unionid=union)
        about = self._ask("topapi/v2/user/get", userid=str(member["userid"]))
        groups = {f"department:{one}" for one in about.get("dept_id_list") or []}
        groups |= {f"role:{one['name']}" for one in about.get("role_list") or []}
        shown = text(about.get("name")) or text(me.get("nick"))
        return Identity(self.provider.owner, union, shown, shown, frozenset(groups))

    def _ask(self, path: str, **given: str) -> dict[str, Any]:
        """The result of a question to the organisation's directory."""
        address = f"{self.provider.place('directory')}/{path}"
        with Session(self.provider.ca_file) as session:
            asked = session.post(
                address,
                params={"access_token": self._access_token()},
                json=given,
                withhold_token=True,
            )
            answer = identity_client.answered(asked)
        if answer.get("errcode") == self.UNKNOWN:
            raise NotProved("outsider", "no member of the organisation")
        if answer.get("errcode"):
            self._token_until = 0.0
            raise NotProved("wrong", f"{path}: errcode {answer['errcode']}")
        return dict(answer["result"])

    def _access_token(self) -> str:
        if time.monotonic() >= self._token_until:
            mine = {"appKey": self.provider.client_id, "appSecret": self._secret}
            address = f"{self.provider.place('api')}/v1.0/oauth2/accessToken"
            with Session(self.provider.ca_file) as session:
                found = identity_client.answered(
                    session.post(address, json=mine, withhold_token=True)
                )
            self._token = str(found["accessToken"])
            self._token_until = time.monotonic() + float(found["expireIn"]) - EARLY_S
        return self._token
