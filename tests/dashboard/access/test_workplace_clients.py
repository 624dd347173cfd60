"""WeCom and DingTalk, as far as it can be tried without them: a FAKE of their endpoints answers as
their documentation says. That the documentation says what they do is shown by no test here.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from dashboard.access import workplace_clients
from dashboard.access.identity_client import Asked, Client, NotProved
from feeds.accounts import provider
from feeds.accounts.identities import Identity

ASKED = Asked("0123456789abcdef", "nonce", "verifier", "https://board.example/sign-in/oidc/back")
Answer = Callable[[dict[str, str], Any, dict[str, str]], dict[str, Any] | int]


class Fake:
    """Endpoints by path. Each gets the query, the JSON of the body and the headers."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(None)

            def do_POST(self) -> None:
                self._answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

            def _answer(self, body: Any) -> None:
                parts = urlsplit(self.path)
                fake.asked.append(parts.path)
                given = fake.answers[parts.path](
                    dict(parse_qsl(parts.query)), body, dict(self.headers)
                )
                status, answer = (
                    (given, {"code": "invalid"}) if isinstance(given, int) else (200, given)
                )
                raw = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def fake() -> Iterator[Fake]:
    made = Fake()
    yield made
    made.stop()


@pytest.fixture
def client_of(fake: Fake, tmp_path: Path) -> Callable[..., Client]:
    secret = tmp_path / "secret"
    secret.write_text("s3cret")

    def client_of(preset: str, **keys: Any) -> Client:
        given = {
            "preset": preset,
            "client_id": "ww1",
            "client_secret_file": str(secret),
            "agent_id": "1000002",
            "groups": [{"name": "department:12", "roles": ["viewer"]}],
        }
        declared = provider.read(given | keys)
        assert declared
        return workplace_clients.of_provider(declared)

    return client_of


@pytest.fixture
def wecom(fake: Fake, client_of: Callable[..., Client]) -> Client:
    tokens = iter(f"token-{n}" for n in range(9))

    def gettoken(query: dict[str, str], _body: Any, _headers: Any) -> dict[str, Any]:
        assert query == {"corpid": "ww1", "corpsecret": "s3cret"}
        return {"errcode": 0, "errmsg": "ok", "access_token": next(tokens), "expires_in": 7200}

    def person(query: dict[str, str], _body: Any, _headers: Any) -> dict[str, Any]:
        known = {"member": "LiNa", "linked": "ww2/LiNa"}
        if query["code"] in known:
            return {"errcode": 0, "errmsg": "ok", "userid": known[query["code"]]}
        if query["code"] == "stranger":
            return {"errcode": 0, "errmsg": "ok", "openid": "OPENID"}
        return {"errcode": 40029, "errmsg": "invalid code"}

    def about(query: dict[str, str], _body: Any, _headers: Any) -> dict[str, Any]:
        return {"errcode": 0, "userid": query["userid"], "name": "李娜", "department": [12, 30]}

    fake.answers |= {
        "/cgi-bin/gettoken": gettoken,
        "/cgi-bin/auth/getuserinfo": person,
        "/cgi-bin/user/get": about,
    }
    return client_of("wecom", addresses={"api": fake.url})


def test_a_member_of_wecom_has_its_departments(wecom: Client) -> None:
    groups = frozenset({"department:12", "department:30"})
    assert wecom.identity(ASKED, "member") == Identity("wecom:ww1", "LiNa", "LiNa", "李娜", groups)


@pytest.mark.parametrize("code", ["stranger", "linked"])
def test_who_is_no_member_of_wecom_stays_out(wecom: Client, code: str) -> None:
    with pytest.raises(NotProved) as failed:
        wecom.identity(ASKED, code)
    assert failed.value.why == "outsider"


def test_a_wrong_code_of_wecom_proves_nobody(wecom: Client) -> None:
    with pytest.raises(NotProved, match="getuserinfo: errcode 40029") as failed:
        wecom.identity(ASKED, "used")
    assert failed.value.why == "wrong"


def test_wecom_s_own_token_is_kept_and_renewed(fake: Fake, wecom: Client) -> None:
    wecom.identity(ASKED, "member")
    wecom.identity(ASKED, "member")
    assert fake.asked.count("/cgi-bin/gettoken") == 1
    before = fake.answers["/cgi-bin/auth/getuserinfo"]

    def ended(query: dict[str, str], body: Any, headers: Any) -> Any:
        if query["access_token"] == "token-0":
            return {"errcode": 42001, "errmsg": "access_token expired"}
        return before(query, body, headers)

    fake.answers["/cgi-bin/auth/getuserinfo"] = ended
    assert wecom.identity(ASKED, "member").subject == "LiNa"
    assert fake.asked.count("/cgi-bin/gettoken") == 2


def test_wecom_s_page_and_its_own_browser(client_of: Callable[..., Client]) -> None:
    client = client_of("wecom")
    page = urlsplit(client.address(ASKED, "Mozilla/5.0 Chrome/140"))
    assert f"{page.scheme}://{page.netloc}{page.path}" == (
        "https://login.work.weixin.qq.com/wwlogin/sso/login"
    )
    assert parse_qs(page.query) == {
        "login_type": ["CorpApp"],
        "appid": ["ww1"],
        "agentid": ["1000002"],
        "redirect_uri": [ASKED.redirect],
        "state": [ASKED.state],
    }
    inside = client.address(ASKED, "Mozilla/5.0 MicroMessenger/7.0.1 wxwork/4.1")
    assert inside.startswith("https://open.weixin.qq.com/connect/oauth2/authorize?appid=ww1&")
    assert "scope=snsapi_base" in inside
    assert inside.endswith("#wechat_redirect")


@pytest.fixture
def dingtalk(fake: Fake, client_of: Callable[..., Client]) -> Client:
    def theirs(_query: Any, body: Any, _headers: Any) -> dict[str, Any] | int:
        assert (body["clientId"], body["clientSecret"]) == ("ww1", "s3cret")
        assert body["grantType"] == "authorization_code"
        if body["code"] == "used":
            return 400
        return {"accessToken": body["code"], "refreshToken": "r", "expireIn": 7200}

    def me(_query: Any, _body: Any, headers: dict[str, str]) -> dict[str, Any]:
        code = next(v for k, v in headers.items() if k.lower() == "x-acs-dingtalk-access-token")
        return {"nick": "阿娜", "unionId": f"union-{code}", "openId": "o", "mobile": "150xxxx9144"}

    def ours(_query: Any, body: Any, _headers: Any) -> dict[str, Any]:
        assert body == {"appKey": "ww1", "appSecret": "s3cret"}
        return {"accessToken": "app", "expireIn": 7200}

    def member(query: dict[str, str], body: Any, _headers: Any) -> dict[str, Any]:
        assert query == {"access_token": "app"}
        if body["unionid"] == "union-stranger":
            return {"errcode": 60121, "errmsg": "找不到该用户"}
        return {
            "errcode": 0,
            "errmsg": "ok",
            "result": {"contact_type": 0, "userid": "manager4220"},
        }

    def about(_query: Any, body: Any, _headers: Any) -> dict[str, Any]:
        assert body == {"userid": "manager4220"}
        roles = [{"id": 100, "name": "看板值班", "group_name": "职务"}]
        found = {"name": "李娜", "dept_id_list": [2, 3], "role_list": roles, "mobile": "150"}
        return {"errcode": 0, "errmsg": "ok", "result": found}

    fake.answers |= {
        "/v1.0/oauth2/userAccessToken": theirs,
        "/v1.0/contact/users/me": me,
        "/v1.0/oauth2/accessToken": ours,
        "/topapi/user/getbyunionid": member,
        "/topapi/v2/user/get": about,
    }
    return client_of("dingtalk", addresses={"api": fake.url, "directory": fake.url})


def test_a_member_of_dingtalk_has_departments_and_roles(fake: Fake, dingtalk: Client) -> None:
    groups = frozenset({"department:2", "department:3", "role:看板值班"})
    wanted = Identity("dingtalk:ww1", "union-a", "李娜", "李娜", groups)
    assert dingtalk.identity(ASKED, "a") == wanted
    assert dingtalk.identity(ASKED, "a") == wanted
    assert fake.asked.count("/v1.0/oauth2/accessToken") == 1


def test_who_is_no_member_of_dingtalk_s_organisation_stays_out(dingtalk: Client) -> None:
    with pytest.raises(NotProved) as failed:
        dingtalk.identity(ASKED, "stranger")
    assert failed.value.why == "outsider"


def test_a_used_code_of_dingtalk_proves_nobody(dingtalk: Client) -> None:
    with pytest.raises(NotProved, match="userAccessToken: invalid") as failed:
        dingtalk.identity(ASKED, "used")
    assert failed.value.why == "wrong"


def test_dingtalk_s_page(client_of: Callable[..., Client]) -> None:
    page = urlsplit(client_of("dingtalk").address(ASKED, ""))
    assert f"{page.scheme}://{page.netloc}{page.path}" == "https://login.dingtalk.com/oauth2/auth"
    assert parse_qs(page.query) == {
        "redirect_uri": [ASKED.redirect],
        "response_type": ["code"],
        "client_id": ["ww1"],
        "scope": ["openid"],
        "state": [ASKED.state],
        "prompt": ["consent"],
    }


@pytest.mark.parametrize("preset", ["wecom", "dingtalk"])
def test_an_answer_that_cannot_be_read_is_no_proof(
    fake: Fake, client_of: Callable[..., Client], preset: str
) -> None:
    class Every(dict[str, Answer]):
        def __missing__(self, _: str) -> Answer:
            return lambda *_: {}

    fake.answers = Every()
    addresses = {"api": fake.url} | ({"directory": fake.url} if preset == "dingtalk" else {})
    with pytest.raises(NotProved, match="KeyError") as failed:
        client_of(preset, addresses=addresses).identity(ASKED, "a")
    assert failed.value.why == "away"
