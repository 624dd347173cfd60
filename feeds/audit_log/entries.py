"""What an entry of the audit log is, which acts there are, and how its hash is made. Pure.

The hash of an entry is SHA-256 of the hash before it and the entry as canonical JSON: keys sorted,
no blanks, UTF-8. Anyone can check an exported log with a few lines of any language.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, get_args

from feeds.city.words import Text

Act = Literal[
    "begin",
    "sign_in",
    "sign_in_failed",
    "sign_out",
    "export",
    "freeze",
    "seal",
    "commitment",
    "acknowledge",
    "silence",
    "unsilence",
    "send_again",
    "remark",
    "withdraw",
    "rebase",
    "rule",
    "target",
    "source",
    "token",
    "account",
    "wall",
    "backup",
    "upgrade",
    "restore",
    "remove",
]
ACTS: tuple[Act, ...] = get_args(Act)
TITLES: Mapping[Act, Text] = {
    "begin": Text("日志开始", "Log begun"),
    "sign_in": Text("登录", "Signed in"),
    "sign_in_failed": Text("登录失败", "Sign-in failed"),
    "sign_out": Text("退出", "Signed out"),
    "export": Text("导出", "Export"),
    "freeze": Text("冻结", "Freeze"),
    "seal": Text("保存冻结内容", "Frozen content kept"),
    "commitment": Text("表态", "Commitment"),
    "acknowledge": Text("确认告警", "Alert acknowledged"),
    "silence": Text("静默", "Silence"),
    "unsilence": Text("结束静默", "Silence ended"),
    "send_again": Text("重发消息", "Message sent again"),
    "remark": Text("批注", "Remark"),
    "withdraw": Text("撤回批注", "Remark withdrawn"),
    "rebase": Text("重算控制限", "Limits rebased"),
    "rule": Text("告警规则变更", "Alert rules changed"),
    "target": Text("目标变更", "Targets changed"),
    "source": Text("来源声明变更", "Sources declared"),
    "token": Text("令牌", "Token"),
    "account": Text("账号", "Account"),
    "wall": Text("大屏", "Wall"),
    "backup": Text("备份", "Backup"),
    "upgrade": Text("升级", "Upgrade"),
    "restore": Text("恢复", "Restore"),
    "remove": Text("旧条目到期移除", "Old entries removed"),
}
Outcome = Literal["done", "refused", "kept"]
OUTCOMES: Mapping[Outcome, Text] = {
    "done": Text("完成", "done"),
    "refused": Text("被拒", "refused"),
    "kept": Text("续存", "kept"),
}
START = "0" * 64
LONGEST = 200


class Who(NamedTuple):
    """Who acts: the name of an account, a token or an office, or "command line: USER"; and the
    network address, or the machine's name.
    """

    actor: str
    address: str = ""


BOARD = Who("board")


class Vouched(NamedTuple):
    """The name of a row that an act wrote (its table and key), and that row's hash."""

    record: str = ""
    content: str = ""


NOTHING = Vouched()


class Root(NamedTuple):
    """The number and hash of an entry, which stand for all entries up to it."""

    n: int
    hash: str


class Entry(NamedTuple):
    """An entry. `record` names the row that the act wrote (table and key), `content` is that row's
    hash; both are empty where it wrote none. `at` is epoch ms.
    """

    n: int
    at: int
    actor: str
    address: str
    act: str
    subject: str
    outcome: str
    record: str
    content: str
    hash: str

    @property
    def root(self) -> Root:
        return Root(self.n, self.hash)


def entry(
    before: Root,
    at: int,
    who: Who,
    act: Act,
    subject: str = "",
    outcome: Outcome = "done",
    vouched: Vouched = NOTHING,
) -> Entry:
    """The entry that follows another, with its hash."""
    made = Entry(
        before.n + 1,
        at,
        _line(who.actor),
        _line(who.address),
        act,
        _line(subject),
        outcome,
        vouched.record,
        vouched.content,
        "",
    )
    return made._replace(hash=hash_of(before.hash, made))


def hash_of(before: str, one: Entry) -> str:
    """The hash that an entry must have after another's."""
    fields = {name: value for name, value in one._asdict().items() if name != "hash"}
    return _sha256(before + canonical(fields))


def content_of(row: Mapping[str, Any]) -> str:
    """The hash of a row that the log vouches for. A column that is empty is left out, so that a
    later version may add columns.
    """
    return _sha256(canonical({name: value for name, value in row.items() if value is not None}))


_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def canonical(fields: Mapping[str, Any]) -> str:
    return _encode(fields)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _line(text: str) -> str:
    """A text on one line and not too long."""
    shown = "".join(c if c.isprintable() else " " for c in text)
    return shown if len(shown) <= LONGEST else f"{shown[: LONGEST - 1]}…"
