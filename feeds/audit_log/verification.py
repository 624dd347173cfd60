"""Whether the audit log is what was written: its chain of hashes, the rows that it vouches for, and
a root that was printed or noted elsewhere.

The chain alone does not show that its newest entries are missing, or that all of it was written
anew: a root on paper does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, Table, select

from feeds.audit_log import entries, log_store
from feeds.audit_log.audit_log_tables import REMOVED
from feeds.audit_log.entries import START, Entry, Root
from feeds.city.words import Text

SHORTEST = 16  # characters of a root's hash


class Verified(NamedTuple):
    """How many entries and rows were looked at, the root, and the first thing that is wrong."""

    entries: int
    rows: int
    root: Root
    broken: Text | None


class WrongRoot(ValueError):
    """What was given as a root is none."""


def parse_root(text: str) -> Root:
    """A root as it is printed: NUMBER:HASH, of the hash at least its beginning. Raises
    WrongRoot.
    """
    number, _, digest = text.partition(":")
    is_hash = SHORTEST <= len(digest) <= 64 and all(c in "0123456789abcdef" for c in digest)
    if not (number.isdecimal() and number.isascii() and is_hash):
        raise WrongRoot(text)
    return Root(int(number), digest)


def verify(
    connection: Connection, vouched: Iterable[Table], printed: Root | None = None
) -> Verified:
    """Looks at every entry and at every row of the tables that the log vouches for."""
    last, counted = Root(0, START), 0
    said = dict[str, Entry]()
    removed = _removed(connection)
    is_printed_there = printed is None
    for one in log_store.every(connection):
        if not counted and one.n > 1:
            anchor = removed.get(one.n - 1)
            last = Root(one.n - 1, anchor.content if anchor else "")
        broken = _wrong_entry(one, last, said) or _other_than_printed(one, printed)
        if broken is not None:
            return Verified(counted, 0, last, broken)
        is_printed_there = is_printed_there or bool(printed and one.n == printed.n)
        if one.record and one.act != "remove":
            said[one.record] = one
        last = one.root
        counted += 1
    if printed is not None and not is_printed_there:
        return Verified(counted, 0, last, _no_printed(printed, last, removed))
    rows, broken = _rows(connection, vouched, said)
    return Verified(counted, rows, last, broken)


def _removed(connection: Connection) -> dict[int, Entry]:
    """The entries that say up to which number others were removed, by that number."""
    wanted = log_store.Wanted(act="remove")
    return {
        int(one.record.removeprefix(REMOVED)): one for one in log_store.every(connection, wanted)
    }


def _wrong_entry(one: Entry, before: Root, said: Mapping[str, Entry]) -> Text | None:
    if one.n != before.n + 1:
        return Text(
            f"第 {before.n} 条之后缺条目：下一条是第 {one.n} 条",
            f"entries are missing after no. {before.n}: the next is no. {one.n}",
        )
    if not before.hash:
        return Text(
            f"第 {one.n} 条之前的条目不在，也没有移除它们的记录",
            f"the entries before no. {one.n} are gone, and nothing says that they were removed",
        )
    if entries.hash_of(before.hash, one) != one.hash:
        return Text(
            f"第 {one.n} 条不是当时写下的：校验值不符",
            f"no. {one.n} is not what was written: its hash does not fit",
        )
    earlier = said.get(one.record) if one.record else None
    if earlier is not None and earlier.content != one.content:
        return Text(
            f"第 {one.n} 条与第 {earlier.n} 条对 {one.record} 的记载不同",
            f"no. {one.n} says other than no. {earlier.n} of {one.record}",
        )
    return None


def _other_than_printed(one: Entry, printed: Root | None) -> Text | None:
    if printed is None or one.n != printed.n or one.hash.startswith(printed.hash):
        return None
    return Text(
        f"第 {one.n} 条的校验值是 {one.hash}，与所给的 {printed.hash} 不同：日志被改写过",
        f"no. {one.n} has the hash {one.hash} and not {printed.hash}: the log was written anew",
    )


def _no_printed(printed: Root, last: Root, removed: Mapping[int, Entry]) -> Text:
    upto = max(removed, default=0)
    if printed.n <= upto:
        day = datetime.fromtimestamp(removed[upto].at / 1000, UTC).date()
        return Text(
            f"第 {printed.n} 条已移除（{day} 移除到第 {upto} 条），无法再核对；"
            "如果当时还不满保留天数，就不是看板移除的",
            f"no. {printed.n} was removed (on {day}, up to no. {upto}), so nothing is left to "
            "compare it with; if it was not old by then, the board did not remove it",
        )
    return Text(
        f"没有第 {printed.n} 条：日志到第 {last.n} 条为止，后面的条目不在了",
        f"there is no entry no. {printed.n}: the log ends with no. {last.n}, what came after it "
        "is gone",
    )


def _rows(
    connection: Connection, vouched: Iterable[Table], said: Mapping[str, Entry]
) -> tuple[int, Text | None]:
    """How many rows the log vouches for, and the first that is not what was written down."""
    seen = set[str]()
    for row_of in vouched:
        for row in connection.execute(select(row_of)):
            name = log_store.name_of(row_of, row)
            seen.add(name)
            one = said.get(name)
            if one is None:
                return len(seen), Text(
                    f"{name} 不在日志中：这一行不是看板写下的",
                    f"{name} stands in no entry: the board did not write this row",
                )
            if one.content != log_store.content_of(row):
                return len(seen), Text(
                    f"{name} 已被改动：内容与第 {one.n} 条记下的不同",
                    f"{name} was changed: it is not the row that no. {one.n} wrote down",
                )
    for name, one in said.items():
        if name not in seen:
            return len(seen), Text(
                f"{name} 不在了：第 {one.n} 条记下过它",
                f"{name} is gone: no. {one.n} wrote it down",
            )
    return len(seen), None
