"""Webhooks: who gets alerts and briefs, and how the message of each kind is built and signed.
feeds/notify/deliveries.py sends it.

The formats for robots are those of WeCom (企业微信群机器人), DingTalk (钉钉自定义机器人)
and Feishu (飞书自定义机器人).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple
from urllib.parse import quote_plus, urlsplit

import msgspec

from feeds.alerts.alert_rules import SEVERITIES, Severity
from feeds.city.words import Lang, Text

Kind = Literal["json", "wecom", "dingtalk", "feishu"]
WECOM_BYTES = 4096
_COLOURS: Mapping[Severity, tuple[str, str]] = {
    "critical": ("warning", "red"),
    "warning": ("warning", "orange"),
    "notice": ("comment", "blue"),
}


class WrongHook(ValueError):
    """A webhook that can't be used; the message names it and the key."""


class Hook(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One receiver.

    `secret` signs (DingTalk's 加签, Feishu's 签名校验, a header of the JSON; WeCom has none).
    `least` is the least severity it gets, `areas` the area codes (none: every one). `link` is the
    board's address for its readers. With `briefs` it gets daily and monthly briefs too.
    """

    name: str
    kind: Kind
    url: str
    secret: str = ""
    lang: Lang = "zh"
    least: Severity = "notice"
    areas: tuple[str, ...] = ()
    link: str = ""
    briefs: bool = False

    def wants(self, severity: Severity, area: str) -> bool:
        """Whether it gets alerts of this severity in this area."""
        return SEVERITIES.index(severity) <= SEVERITIES.index(self.least) and (
            not self.areas or area in self.areas
        )


class Message(NamedTuple):
    """A message: a headline, some lines, whether the alert is over, and the fields of the generic
    JSON.

    `path` is the page of the board that the link leads to (for an alert the JSON has the board's
    address), `open` the text of the link.
    """

    headline: str
    lines: tuple[str, ...]
    severity: Severity
    is_over: bool
    fields: Mapping[str, Any]
    path: str = ""
    open: Text = Text("查看告警", "Open the alerts")


class Request(NamedTuple):
    """An HTTP POST."""

    url: str
    headers: Mapping[str, str]
    body: bytes


def read(value: Any) -> tuple[Hook, ...]:
    """The hooks of a settings file (a list of tables) or of a JSON text. Raises WrongHook."""
    try:
        given = json.loads(value or "[]") if isinstance(value, str) else value
        found = msgspec.convert(given, tuple[Hook, ...])
    except (ValueError, msgspec.ValidationError) as error:
        raise WrongHook(str(error)) from error
    for hook in found:
        if urlsplit(hook.url).scheme not in ("http", "https") or not urlsplit(hook.url).netloc:
            raise WrongHook(f"webhook {hook.name!r}: url must start with https:// or http://")
        if not hook.name or len(hook.name) > 64 or sum(one.name == hook.name for one in found) > 1:
            raise WrongHook(
                f"webhook {hook.name!r}: each needs a name of its own, of 64 characters at most"
            )
    return found


def written(hooks: tuple[Hook, ...]) -> str:
    """The text that `read` reads back."""
    return msgspec.json.encode(hooks).decode() if hooks else ""


def request(hook: Hook, message: Message, now_ms: int) -> Request:
    """The message in the form of the hook's kind, signed where there is a secret."""
    made = {"json": _json, "wecom": _wecom, "dingtalk": _dingtalk, "feishu": _feishu}[hook.kind](
        hook, message, now_ms
    )
    return made._replace(
        headers={"Content-Type": "application/json; charset=utf-8", **made.headers}
    )


def failure(hook: Hook, status: int, body: bytes) -> str:
    """Why an answer means that the message was not delivered; "" where it was. Robots answer 200 to
    everything and report errors in the body.
    """
    is_taken = 200 <= status < 300
    if not is_taken:
        return f"HTTP {status} {_reason(body)}".strip()
    if hook.kind == "json":
        return ""
    try:
        said = json.loads(body)
        code = (
            said.get("code", said.get("StatusCode")) if hook.kind == "feishu" else said["errcode"]
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return "the answer is none of this robot's"
    return (
        ""
        if code == 0
        else f"{code} {str(said.get('errmsg') or said.get('msg') or '')[:120]}".strip()
    )


def _reason(body: bytes) -> str:
    """What the answer of a refusal says, where it is a robot's JSON; "" where it says nothing."""
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    if not isinstance(said, dict):
        return ""
    reason = said.get("errmsg") or said.get("msg") or said.get("detail") or ""
    return str(reason)[:120]


def dingtalk_sign(secret: str, at_ms: int) -> str:
    """HMAC-SHA256 of time and secret under the secret, in base64."""
    return _base64(secret.encode(), f"{at_ms}\n{secret}".encode())


def feishu_sign(secret: str, at_s: int) -> str:
    """HMAC-SHA256 of nothing under time and secret, in base64."""
    return _base64(f"{at_s}\n{secret}".encode(), b"")


def json_sign(secret: str, at_ms: int, body: bytes) -> str:
    """HMAC-SHA256 of time, point and body under the secret, in hexadecimal."""
    return hmac.new(secret.encode(), f"{at_ms}.".encode() + body, hashlib.sha256).hexdigest()


def _base64(key: bytes, text: bytes) -> str:
    return base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


def _json(hook: Hook, message: Message, now_ms: int) -> Request:
    body = _encoded(
        {
            **message.fields,
            "text": "\n".join((message.headline, *message.lines)),
            "link": _address(hook, message.path),
        }
    )
    signed = {
        "X-Board-Timestamp": str(now_ms),
        "X-Board-Signature": f"sha256={json_sign(hook.secret, now_ms, body)}",
    }
    return Request(hook.url, signed if hook.secret else {}, body)


def _wecom(hook: Hook, message: Message, _now_ms: int) -> Request:
    colour = "info" if message.is_over else _COLOURS[message.severity][0]
    head = f'**<font color="{colour}">{message.headline}</font>**'
    text = "\n".join((head, *(f"> {line}" for line in message.lines), *_link(hook, message)))
    content = text.encode()[:WECOM_BYTES].decode(errors="ignore")
    return Request(
        hook.url, {}, _encoded({"msgtype": "markdown", "markdown": {"content": content}})
    )


def _dingtalk(hook: Hook, message: Message, now_ms: int) -> Request:
    text = "\n\n".join(
        (
            f"#### {message.headline}",
            *(f"> {line}" for line in message.lines),
            *_link(hook, message),
        )
    )
    signed = (
        f"&timestamp={now_ms}&sign={quote_plus(dingtalk_sign(hook.secret, now_ms))}"
        if hook.secret
        else ""
    )
    address = hook.url if "?" in hook.url or not signed else f"{hook.url}?"
    return Request(
        address + signed,
        {},
        _encoded({"msgtype": "markdown", "markdown": {"title": message.headline, "text": text}}),
    )


def _feishu(hook: Hook, message: Message, now_ms: int) -> Request:
    at_s = now_ms // 1000
    signed = {"timestamp": str(at_s), "sign": feishu_sign(hook.secret, at_s)} if hook.secret else {}
    head = {
        "title": {"tag": "plain_text", "content": message.headline},
        "template": "green" if message.is_over else _COLOURS[message.severity][1],
    }
    text = "\n".join((*message.lines, *_link(hook, message)))
    card = {
        "header": head,
        "elements": [{"tag": "div", "text": {"tag": "lark_md", "content": text}}],
    }
    return Request(hook.url, {}, _encoded({**signed, "msg_type": "interactive", "card": card}))


def _link(hook: Hook, message: Message) -> list[str]:
    return (
        [f"[{message.open.of(hook.lang)}]({_address(hook, message.path or '/alerts')})"]
        if hook.link
        else []
    )


def _address(hook: Hook, path: str) -> str:
    return f"{hook.link.rstrip('/')}{path}" if hook.link and path else hook.link


def _encoded(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
