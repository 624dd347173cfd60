"""`board doctor`: what is configured, reachable, behind and full, and what to do about it.
dashboard/health/vitals.py reads the state.
"""

from __future__ import annotations

import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import msgspec
from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import SQLAlchemyError

from dashboard import city, services, settings
from dashboard.access import workplace_clients
from dashboard.access.identity_client import NotProved
from dashboard.exports import printing
from dashboard.health import vitals
from dashboard.health.vitals import Vitals
from dashboard.host import data_folder, embedded_redis
from dashboard.processes import start_checks, supervisor
from dashboard.settings import Loaded, Settings
from feeds.accounts.provider import Provider
from feeds.city import words
from feeds.city.words import Lang, Text
from feeds.events.log import Log

Level = Literal["ok", "warning", "failed"]
LAG_WARNING_S, ENGINE_WARNING_S = 10.0, 5.0
MEMORY_WARNING, DISK_WARNING_BYTES, DISK_FAILED_BYTES = 0.8, 5_000_000_000, 500_000_000
LOG_WARNING_ENTRIES = 200_000
MARKS: dict[Level, str] = {"ok": "✓", "warning": "!", "failed": "✗"}
SECTIONS = ("configured", "reachable", "behind", "full", "default")
GROUPS: dict[str, Text] = {
    "failed": Text("故障", "Failed"),
    "warning": Text("提醒", "To look at"),
    "ok": Text("正常", "In order"),
    "default": Text("默认设置", "Default settings"),
}


_NO_HISTORY = Text("还没有历史数据", "there is no history yet")
_OLD_REDIS = Text(
    "这台机器没有装 Redis，用的是随附的旧版本，仅供试用",
    "this machine has no Redis; the old one that comes along is enough to try the board",
)
_NEWER_REDIS = Text(
    "安装系统的 Redis（apt-get install redis-server），再启动看板",
    "install the system's Redis (apt-get install redis-server) and start the board again",
)


@dataclass(frozen=True)
class Finding:
    """One thing looked at: how it is, and what to do where it isn't well."""

    section: str
    level: Level
    said: Text
    todo: Text = Text("", "")


def examine(loaded: Loaded, lang: Lang = "zh", *, prints: bool = True) -> list[Finding]:
    """Everything, in the order of the sections; makes and changes nothing but a key in
    Redis that shows whether it takes anything in, and expires. `lang` is what the web
    process is asked to answer in; with `prints` a page is printed to see whether it can be. Raises
    ProfileError, CannotStart.
    """
    chosen = loaded.settings
    profile, client = city.load(chosen.profile), services.connect(services.address(chosen))
    start_checks.check_city(chosen, profile)
    seen = vitals.seen(
        client, Log(client, profile, chosen.partitions), profile, _database(chosen.database_url)
    )
    return [
        *_configured(loaded),
        *_reachable(chosen, seen, lang),
        *_behind(seen),
        *_full(chosen.data, seen),
        *([_printing()] if prints else []),
    ]


def report(findings: list[Finding], lang: Lang) -> str:
    """The findings as text, what has to be done first, with a closing line."""
    lines: list[str] = []
    for group, title in GROUPS.items():
        members = [one for one in findings if _group(one) == group]
        lines += ["", title.of(lang)] if members else []
        for one in members:
            lines.append(f"  {MARKS[one.level]} {one.said.of(lang)}")
            lines += [f"    → {one.todo.of(lang)}"] if one.todo.of(lang) else []
    failed, warned = (sum(f.level == level for f in findings) for level in ("failed", "warning"))
    closing = Text(f"{failed} 项故障，{warned} 项提醒", f"{failed} failed, {warned} to look at")
    return "\n".join([*lines[1:], "", closing.of(lang)])


def _group(one: Finding) -> str:
    return "default" if one.section == "default" else one.level


def is_well(findings: list[Finding]) -> bool:
    return all(one.level != "failed" for one in findings)


def _database(url: str) -> dict[int, str] | str:
    """The watermark or the error. SQLite would make the file that it doesn't find."""
    try:
        where = make_url(url)
        if where.get_backend_name() == "sqlite" and not Path(where.database or "").is_file():
            return _NO_HISTORY.en
        database = create_engine(where)
    except (SQLAlchemyError, ImportError) as error:
        return str(error).splitlines()[0]
    try:
        return vitals.of_database(database)
    finally:
        database.dispose()


_SOURCES = {
    "default": Text("默认", "default"),
    settings.COMMAND_LINE: Text("命令行", settings.COMMAND_LINE),
}


def _configured(loaded: Loaded) -> Iterator[Finding]:
    for name, source in loaded.sources.items():
        shown = start_checks.without_password(settings.shown(loaded.settings, name))
        where = _SOURCES.get(source, Text(source, source))
        yield Finding(
            "default" if source == "default" else "configured",
            "ok",
            Text(f"{name} = {shown}（{where.zh}）", f"{name} = {shown} ({where.en})"),
        )
    yield _open_or_closed(loaded.settings)
    yield Finding(
        "configured", "ok", Text(f"版本 {loaded.settings.build}", f"build {loaded.settings.build}")
    )


def _open_or_closed(chosen: Settings) -> Finding:
    """Who sees the pages. Open to more than this machine is said aloud."""
    is_wide = chosen.is_open and not (
        settings.is_loopback(chosen.host) and chosen.trusted_proxies == 0
    )
    todo = Text(
        "不设 open_pages，或写 open_pages = false，看板就须登录",
        "without open_pages, or with open_pages = false, people have to sign in",
    )
    level: Level = "warning" if is_wide else "ok"
    return Finding(
        "configured", level, settings.why_open(chosen), todo if is_wide else Text("", "")
    )


def _reachable(chosen: Settings, seen: Vitals, lang: Lang) -> Iterator[Finding]:
    where = start_checks.without_password(chosen.redis or embedded_redis.url(chosen.data))
    yield _of(
        "Redis",
        where,
        seen.redis_error,
        Text(
            "启动看板：board run；或检查 redis 设置",
            "start the board: board run; or check the setting redis",
        ),
    )
    if not chosen.redis and embedded_redis.is_bundled():
        yield Finding("reachable", "warning", _OLD_REDIS, _NEWER_REDIS)
    yield _database_finding(start_checks.without_password(chosen.database_url), seen.database_error)
    if chosen.oidc:
        yield _provider(chosen.oidc)
    held = data_folder.holder(chosen.data)
    if held:
        yield Finding(
            "reachable",
            "ok",
            Text(f"数据目录由 {held} 使用", f"the data folder is in use by {held}"),
        )
    yield _web(chosen, lang)


def _database_finding(where: str, error: str | None) -> Finding:
    if error is not None and start_checks.is_damaged(error):
        return Finding("reachable", "failed", start_checks.damaged(where, error))
    todo = Text(
        "检查 database 设置与数据目录的权限",
        "check the setting database and the rights of the data folder",
    )
    return _of("SQL", where, error, todo)


def _printing() -> Finding:
    """Whether a PDF can be made: the browser of the machine prints a page, in its sandbox."""
    try:
        printing.pdf("<!doctype html><title>board</title><p>board</p>")
    except printing.CannotPrint as error:
        todo = Text(
            "PDF 之外的一切不受影响", "everything but PDF files works as it should without it"
        )
        return Finding("reachable", "warning", words.both(error), todo)
    return Finding("reachable", "ok", Text("可以打印 PDF", "PDF files can be printed"))


def _provider(declared: Provider) -> Finding:
    """The provider of identities, asked what it says to anybody, or for the application's token."""
    todo = Text(
        "检查 [oidc] 的地址、密钥文件与本机出口（HTTPS_PROXY、可信 IP）",
        "check the addresses and the secret's file of [oidc], and this machine's way out "
        "(HTTPS_PROXY, trusted IP addresses)",
    )
    error = None
    try:
        workplace_clients.of_provider(declared).check()
    except NotProved as failed:
        error = str(failed)
    return _of("OIDC", declared.name, error, todo)


def _of(what: str, where: str, error: str | None, todo: Text) -> Finding:
    if error is None:
        return Finding("reachable", "ok", Text(f"{what} 正常：{where}", f"{what} answers: {where}"))
    why = _NO_HISTORY if error == _NO_HISTORY.en else Text(error, error)
    said = Text(f"{what} 无应答：{where}：{why.zh}", f"{what} does not answer: {where}: {why.en}")
    return Finding("reachable", "failed", said, todo)


def _web(chosen: Settings, lang: Lang) -> Finding:
    address = f"{supervisor.local_address(chosen)}/readyz"
    try:
        asked = urllib.request.Request(address, headers={"Accept-Language": lang})
        with urllib.request.urlopen(asked, timeout=3) as answer:
            if not _is_own(answer.read(2_000), chosen.data):
                return _stranger(address, chosen.data)
            return Finding(
                "reachable",
                "ok",
                Text(
                    f"网页正常：{address} {answer.status}",
                    f"web is ready: {address} {answer.status}",
                ),
            )
    except urllib.error.HTTPError as error:
        content = error.read(20_000)
        if not _is_own(content, chosen.data):
            return _stranger(address, chosen.data)
        body = content[:2_000].decode(errors="replace")
        todo = Text("见其他各项", "see the other findings")
        return Finding(
            "reachable",
            "failed",
            Text(f"网页未就绪：{address}：{body}", f"web is not ready: {address}: {body}"),
            todo,
        )
    except OSError as error:
        todo = Text(
            "启动看板：board run；或用 --port 指明端口",
            "start the board: board run; or name its port with --port",
        )
        return Finding(
            "reachable",
            "failed",
            Text(f"网页无应答：{address}：{error}", f"web does not answer: {address}: {error}"),
            todo,
        )


def _is_own(content: bytes, data: Path) -> bool:
    """Whether a web worker's answer is that of this folder's board."""
    try:
        said = msgspec.json.decode(content, type=dict[str, Any])
    except msgspec.MsgspecError:
        return False
    return said.get("folder") == data_folder.mark(data)


def _stranger(address: str, data: Path) -> Finding:
    said = Text(
        f"应答的不是这块看板：{address} 属于另一个数据目录或程序",
        f"another board answers: {address} belongs to another data folder or program",
    )
    todo = Text(
        f"启动 {data} 的看板：board run；或用 --port 指明它的端口",
        f"start the board of {data}: board run; or name its port with --port",
    )
    return Finding("reachable", "failed", said, todo)


def _behind(seen: Vitals) -> Iterator[Finding]:
    lag = max(seen.lag_s.values(), default=0.0)
    if seen.lag_s:
        todo = Text(
            "看入库进程是否在运行、磁盘是否够快",
            "see whether the ingest runs, and whether the disk keeps up",
        )
        yield _measured(
            "behind",
            lag,
            (LAG_WARNING_S, vitals.LAG_STALE_S),
            Text(f"入库滞后 {lag:.0f} 秒", f"ingest is {lag:.0f} s behind"),
            todo,
        )
    if seen.redis_error:
        return
    todo = Text(
        "看计算进程是否在运行：board run 会自动重启它",
        "see whether the engine runs: board run starts it again by itself",
    )
    if seen.engine_age_s is None:
        yield Finding(
            "behind", "failed", Text("尚未计算任何数值", "nothing has been computed yet"), todo
        )
        return
    age = seen.engine_age_s
    said = Text(f"{age:.0f} 秒前计算过数值", f"figures computed {age:.0f} s ago")
    yield _measured("behind", age, (ENGINE_WARNING_S, seen.engine_stale_s), said, todo)


def _full(data: Path, seen: Vitals) -> Iterator[Finding]:
    if seen.redis_used_bytes is not None:
        yield _memory(seen.redis_used_bytes, seen.redis_limit_bytes)
        entries = int(sum(seen.log_entries.values()))
        said = Text(f"日志 {entries:,} 条", f"the log holds {entries:,} entries")
        todo = Text(
            "入库后日志会自动清理：看入库是否滞后",
            "the log is trimmed behind the ingest: see whether that is behind",
        )
        yield _measured("full", entries, (LOG_WARNING_ENTRIES, float("inf")), said, todo)
    if data.exists():
        free = shutil.disk_usage(data).free
        said = Text(f"磁盘剩余 {free / 1e9:.1f} GB", f"{free / 1e9:.1f} GB of disk free")
        todo = Text(
            "清理磁盘或把数据目录移到更大的盘",
            "free some space, or move the data folder to a larger disk",
        )
        level: Level = (
            "failed"
            if free < DISK_FAILED_BYTES
            else "warning"
            if free < DISK_WARNING_BYTES
            else "ok"
        )
        yield Finding("full", level, said, todo if level != "ok" else Text("", ""))


def _memory(used: int, limit: int) -> Finding:
    of = f" / {limit / 1e6:,.0f}" if limit else ""
    said = Text(f"Redis 内存 {used / 1e6:,.0f}{of} MB", f"Redis uses {used / 1e6:,.0f}{of} MB")
    todo = Text(
        "提高 Redis 的 maxmemory；写满后入口会拒收",
        "raise Redis' maxmemory; once full, the doors answer 503",
    )
    return _measured("full", used / limit if limit else 0.0, (MEMORY_WARNING, 0.98), said, todo)


def _measured(
    section: str, value: float, limits: tuple[float, float], said: Text, todo: Text
) -> Finding:
    """Well up to the first limit, failed beyond the second; advice only where it isn't well."""
    level: Level = "ok" if value <= limits[0] else "warning" if value <= limits[1] else "failed"
    return Finding(section, level, said, todo if level != "ok" else Text("", ""))
