"""The board's settings: one table (the fields of Settings), and how they are read and checked.

Defaults < what the data folder remembers < one TOML file < BOARD_* variables < command line. An
unknown key or a value of the wrong type stops the start. Nothing outside dashboard/ reads the
environment.
"""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints
from urllib.parse import urlsplit

from msgspec import Meta

from dashboard import build, folder_memory, parsing
from dashboard.parsing import Reader, Rule, Wrong
from feeds.accounts import provider as provider_of
from feeds.accounts.provider import Provider
from feeds.city import words
from feeds.city.words import Lang, Text, Worded
from feeds.notify import webhooks as webhooks_of
from feeds.notify.webhooks import Hook

if TYPE_CHECKING:
    from feeds.accounts.session_store import Lasting

PREFIX = "BOARD_"
FILES = {"redis_file": "redis", "database_file": "database"}  # setting → whose value it holds
CONFIG = "config"
COMMAND_LINE = "command line"


class SettingsError(Worded):
    """A setting can't be used; the message names key, value, expected type and where it was
    given.
    """


class CannotStart(Worded):
    """What a person has to put right before the board can start; the message says what is wrong,
    where, and what to do. Ends a start with the exit status 78.
    """


_TABLES = Text("若干张表，或同样内容的 JSON", "list of tables, or the same as JSON")
_TABLE = Text("一张表，或同样内容的 JSON", "table, or the same as JSON")


def _names(hooks: tuple[Hook, ...]) -> str:
    return ", ".join(one.name for one in hooks)


def _name(provider: Provider | None) -> str:
    return provider.name if provider else ""


@dataclass(frozen=True)
class Settings:
    """The settings of one board. Empty `redis` and `database` mean its own, in the data folder.

    A field's annotation has its limits and its help, in Chinese and English.
    """

    data: Annotated[Path, Text("数据目录", "Data folder")] = Path("data")
    host: Annotated[
        str,
        Text("监听地址；0.0.0.0 为所有网卡", "Address to listen on; 0.0.0.0 for every interface"),
    ] = "127.0.0.1"
    port: Annotated[int, Meta(ge=1, le=65535), Text("监听端口", "Port to listen on")] = 8050
    redis: Annotated[
        parsing.RedisUrl, Text("Redis 地址；空为自带", "Redis URL; empty: the board's own")
    ] = ""
    database: Annotated[
        str,
        Text(
            "数据库地址；空为数据目录中的 SQLite",
            "Database URL (SQLAlchemy); empty: SQLite in the data folder",
        ),
    ] = ""
    redis_file: Annotated[
        str,
        Text("写有 redis 地址的文件", "File that holds the value of `redis`, with its password"),
    ] = ""
    database_file: Annotated[
        str,
        Text(
            "写有 database 地址的文件", "File that holds the value of `database`, with its password"
        ),
    ] = ""
    profile: Annotated[
        str,
        Text("城市配置：名称或 TOML 文件", "City profile: a shipped one's name or a TOML file"),
    ] = "yixing"
    lang: Annotated[
        Lang,
        Text(
            "默认语言；在命令行给出时，也是命令的语言",
            "Default language; as an option also the command's",
        ),
    ] = "zh"
    demo: Annotated[
        bool | None,
        Text(
            "是否生成演示数据；不设：仅在新目录中生成",
            "Make demo data; unset: only in a folder that holds no real events",
        ),
    ] = None
    open_pages: Annotated[
        bool | None,
        Text(
            "不登录就能看页面和接口；不设：仅当只在本机监听、前面也没有可信代理时",
            "Pages and API without signing in; unset: only where the board listens on this machine "
            "alone, with no trusted proxy in front",
        ),
    ] = None
    session_idle_hours: Annotated[
        float,
        Meta(ge=0.05, le=24.0 * 31),
        Text("登录后多久不用就要重新登录（小时）", "Hours without use after which a session ends"),
    ] = 12.0
    session_days: Annotated[
        int,
        Meta(ge=1, le=31),
        Text("登录后最多多少天要重新登录", "Days after which a session ends at the latest"),
    ] = 7
    trusted_proxies: Annotated[
        int,
        Meta(ge=0, le=8),
        Text(
            "前面有几层可信的反向代理；其 X-Forwarded-For 与 -Proto 才被采信",
            "Trusted reverse proxies in front; only their X-Forwarded-For and -Proto are believed",
        ),
    ] = 0
    connections_per_address: Annotated[
        int,
        Meta(ge=0, le=65_536),
        Text(
            "一个地址最多可同时连接每个网页进程多少次；0 为不限；有可信代理时由代理限制",
            "Most connections of one address to a web worker; 0: any number; "
            "behind trusted proxies the proxy limits them",
        ),
    ] = 500
    frame_ancestors: Annotated[
        parsing.Origins,
        Text("其他网站中可嵌入本看板的来源", "Other origins whose pages may frame the board"),
    ] = ""
    start_wait_s: Annotated[
        float,
        Meta(ge=0.0, le=3600.0),
        Text(
            "启动时等待没有应答的 Redis 和数据库多少秒",
            "Seconds that a start waits for a Redis or a database that does not answer",
        ),
    ] = 0.0
    workers: Annotated[int, Meta(ge=1, le=64), Text("网页进程数", "Web worker processes")] = 1
    partitions: Annotated[
        int, Meta(ge=1, le=64), Text("日志分区数", "Partitions of the event log")
    ] = 4
    frames_per_second: Annotated[
        float,
        Meta(ge=0.1, le=20.0),
        Text("每个主题每秒最多帧数", "Most frames a second a topic"),
    ] = 4.0
    max_body_mb: Annotated[
        float,
        Meta(ge=0.01, le=1024.0),
        Text("一次提交的最大体积（MB）", "Largest request body, MB"),
    ] = 16.0
    simulate_seed: Annotated[
        int, Meta(ge=0, le=2**63 - 1), Text("演示数据的种子", "Seed of the demo data")
    ] = 1
    simulate_rate: Annotated[
        float,
        Meta(ge=0.0, le=100_000.0),
        Text("演示数据每秒事件数；0 为真实节奏", "Demo events a second; 0: the city's own rhythm"),
    ] = 0.0
    webhooks: Annotated[
        tuple[Hook, ...],
        Reader(webhooks_of.read, _TABLES, _names),
        Text(
            "告警推送的接收方；见“告警”操作指南", "Who is told of alerts; see the how-to on alerts"
        ),
    ] = ()
    oidc: Annotated[
        Provider | None,
        Reader(provider_of.read, _TABLE, _name),
        Text(
            "统一身份认证（OIDC、企业微信、钉钉）；见“统一登录”操作指南",
            "The provider of identities (OIDC, WeCom, DingTalk); see the how-to on signing in",
        ),
    ] = None
    brief_at: Annotated[
        parsing.Clock,
        Text(
            "每日研判和月报发给 briefs = true 的接收方的时刻（城市时区）；空为不发",
            "When the daily and the monthly brief go to the webhooks with "
            "briefs = true, in the city's zone; empty: never",
        ),
    ] = "07:30"

    audit_log_days: Annotated[
        int,
        Meta(ge=180, le=36_500),
        Text(
            "审计日志保留天数，至少 180 天；更早的条目成段移除并留下记录",
            "Days that entries of the audit log stay, 180 at least; older ones go, and it says so",
        ),
    ] = 1095

    @property
    def build(self) -> str:
        """What runs: the version and a short hash of the sources. A page of another build reloads
        itself.
        """
        return build.current()

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.data / 'board.db'}"

    @property
    def lasting(self) -> Lasting:
        """How long sessions last."""
        from feeds.accounts.session_store import DAY_MS, HOUR_MS, Lasting  # loads SQLAlchemy

        return Lasting(round(self.session_idle_hours * HOUR_MS), self.session_days * DAY_MS)

    @property
    def is_open(self) -> bool:
        """Whether pages and API are there without signing in."""
        if self.open_pages is not None:
            return self.open_pages
        return is_loopback(self.host) and self.trusted_proxies == 0

    @property
    def max_body_bytes(self) -> int:
        return int(self.max_body_mb * 1_000_000)


@dataclass(frozen=True)
class Loaded:
    """Settings with where each came from: "default", a file's path, a variable's name, or "command
    line".
    """

    settings: Settings
    sources: dict[str, str]


def is_loopback(host: str) -> bool:
    """Whether an address to listen on is reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def why_open(settings: Settings) -> Text:
    """Whether the board is open, and what decides that."""
    if settings.open_pages is not None:
        said = "true" if settings.open_pages else "false"
        zh = "不登录也能看" if settings.open_pages else "须登录才能看"
        en = "nobody has to sign in" if settings.open_pages else "people have to sign in"
        return Text(f"{zh}：open_pages = {said}", f"{en}: open_pages = {said}")
    if settings.is_open:
        return Text(
            f"不登录也能看：只在本机监听（{settings.host}），未设 open_pages",
            f"nobody has to sign in: it listens on this machine alone ({settings.host}), "
            "and open_pages is not set",
        )
    if is_loopback(settings.host):
        return Text(
            "须登录才能看：前面有可信代理，未设 open_pages",
            "people have to sign in: there is a trusted proxy in front, and open_pages is not set",
        )
    return Text(
        f"须登录才能看：在 {settings.host or '所有网卡'} 监听，未设 open_pages",
        f"people have to sign in: it listens on {settings.host or 'every interface'}, and "
        "open_pages is not set",
    )


def rules() -> dict[str, Rule]:
    """The table: name → type with its limits, default, help."""
    annotations = get_type_hints(Settings, include_extras=True)
    return {
        f.name: Rule(f.name, annotations[f.name], f.default) for f in dataclasses.fields(Settings)
    }


def load(cli: Mapping[str, Any], environ: Mapping[str, str]) -> Loaded:
    """The settings of a start. `cli` holds what the command line gave (None where it gave nothing),
    `config` too.

    Raises SettingsError.
    """
    table = rules()
    given = {name: value for name, value in cli.items() if value is not None}
    outside = _from_environ(environ, table)
    config = given.pop(CONFIG, None) or outside.pop(CONFIG, ("", ""))[0]
    fixed = outside | {name: (value, COMMAND_LINE) for name, value in given.items()}
    for name in FILES.values():
        _check_secret(name, *fixed.get(name, ("", "")))
    values = _remembered(fixed) | _from_file(_config_path(config, fixed), table) | fixed
    for setting, name in FILES.items():
        _settle(values, setting, name)
    values |= _from_secret_files(values)
    checked = {
        name: _checked(table[name], value, source) for name, (value, source) in values.items()
    }
    settings = dataclasses.replace(
        Settings(**checked), data=Path(checked.get("data", Settings.data)).expanduser().absolute()
    )
    return Loaded(
        settings, {name: values[name][1] if name in values else "default" for name in table}
    )


def variables(settings: Settings) -> dict[str, str]:
    """The settings as BOARD_* variables, for a child process that must run with the same ones."""
    given = {f.name: getattr(settings, f.name) for f in dataclasses.fields(settings)}
    for file, name in FILES.items():  # the child reads the file itself
        if given[file]:
            del given[name]
    return {
        _variable(name): parsing.written(value)
        for name, value in given.items()
        if value is not None
    }


def shown(settings: Settings, name: str) -> str:
    """A setting's value for people; empty where it is not set."""
    value = getattr(settings, name)
    if reads := rules()[name].reads:
        return reads.shown(value)
    return "" if value is None else parsing.written(value)


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _from_environ(
    environ: Mapping[str, str], table: Mapping[str, Rule]
) -> dict[str, tuple[Any, str]]:
    found = {}
    for variable, value in environ.items():
        if not variable.startswith(PREFIX):
            continue
        name = variable.removeprefix(PREFIX).lower()
        if name not in table and name != CONFIG:
            raise SettingsError(_no_such(variable, name, table))
        found[name] = (value, variable)
    return found


def _remembered(fixed: Mapping[str, tuple[Any, str]]) -> dict[str, tuple[Any, str]]:
    """What the data folder remembers of its board."""
    data = _folder(fixed)
    path = data / folder_memory.FILE
    try:
        known = folder_memory.read(data)
    except folder_memory.Damaged as error:
        said = Text(
            f"{path}：{error}；请删除它，再给出 --profile 和 --port 启动一次",
            f"{path}: {error}; remove it and start once with --profile and --port",
        )
        raise SettingsError(said) from error
    return {name: (known[name], str(path)) for name in folder_memory.SETTINGS if name in known}


def _folder(fixed: Mapping[str, tuple[Any, str]]) -> Path:
    return Path(fixed.get("data", (Settings.data, ""))[0]).expanduser()


def _config_path(config: str | Path, fixed: Mapping[str, tuple[Any, str]]) -> Path | None:
    if config:
        path = Path(config)
        if not path.is_file():
            raise SettingsError(Text(f"{path}：没有这个设置文件", f"{path}: no such settings file"))
        return path
    path = _folder(fixed) / "board.toml"
    return path if path.is_file() else None


def _from_file(path: Path | None, table: Mapping[str, Rule]) -> dict[str, tuple[Any, str]]:
    if path is None:
        return {}
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise SettingsError(words.at(str(path), words.NO_TEXT)) from error
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(Text(f"{path}：{error}", f"{path}: {error}")) from error
    for name in content:
        if name not in table:
            raise SettingsError(_no_such(f"{path}: {name}", name, table))
    return {name: (value, str(path)) for name, value in content.items()}


def _check_secret(name: str, value: Any, source: str) -> None:
    """Refuse a password on the command line, where every user of the machine can read it."""
    if source != COMMAND_LINE or not urlsplit(str(value)).password:
        return
    said = Text(
        f"{name}：命令行上的密码本机所有用户都能看到；请写入 {name}_file 所指的文件、"
        f"board.toml 或 {_variable(name)}",
        f"{name}: a password on the command line is seen by every user of this machine; "
        f"give it in the file that {name}_file names, in board.toml or as {_variable(name)}",
    )
    raise SettingsError(said)


def _settle(values: dict[str, tuple[Any, str]], setting: str, name: str) -> None:
    """Of an address and the file that holds one, keep the one that was given closer to the command.
    Raises SettingsError where both were given in one place.
    """
    (file, file_source), (value, source) = (values.get(one, ("", "")) for one in (setting, name))
    if not file or not value:
        return
    if _rank(source) == _rank(file_source):
        said = Text(
            f"{name} 与 {setting} 只能给一个", f"give {name} or {setting}, not both of them"
        )
        raise SettingsError(said)
    del values[setting if _rank(source) > _rank(file_source) else name]


def _rank(source: str) -> int:
    return 2 if source == COMMAND_LINE else 1 if source.startswith(PREFIX) else 0


def _from_secret_files(
    values: Mapping[str, tuple[Any, str]],
) -> dict[str, tuple[Any, str]]:
    """The settings that are in files of their own. Raises SettingsError where one can't be read."""
    found: dict[str, tuple[Any, str]] = {}
    for setting, name in FILES.items():
        path, source = values.get(setting, ("", ""))
        if not path:
            continue
        try:
            content = Path(str(path)).expanduser().read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = f"{setting} = {path}"
            said = Text(f"{why}（{source}）：{error}", f"{why} ({source}): {error}")
            raise SettingsError(said) from error
        if not content:
            said = Text(f"{setting} = {path}：文件是空的", f"{setting} = {path}: the file is empty")
            raise SettingsError(said)
        found[name] = (content, str(path))
    return found


def _checked(rule: Rule, value: Any, source: str) -> Any:
    try:
        return parsing.parse(rule, value, from_text=source == _variable(rule.name))
    except Wrong as error:
        is_secret = bool(rule.reads) or rule.name in FILES.values()
        given = "…" if is_secret else repr(value)
        where = Text("命令行" if source == COMMAND_LINE else source, source)
        said = Text(
            f"{rule.name} = {given}（{where.zh}）：须为{error.said.zh}",
            f"{rule.name} = {given} ({where.en}): expected {error.said.en}",
        )
        raise SettingsError(said) from error


def _no_such(given: str, name: str, table: Mapping[str, Rule]) -> Text:
    """That there is no such setting, with the one that was probably meant. Its value is not said:
    it may be a password.
    """
    close = difflib.get_close_matches(name, [*table, CONFIG], n=1, cutoff=0.5)
    if close:
        hint = Text(f"是不是 {close[0]}？", f"did you mean {close[0]}?")
    else:
        hint = Text(f"可用的设置：{'、'.join(table)}", f"the settings are {', '.join(table)}")
    return Text(
        f"{given}：没有这个设置；{hint.zh}", f"{given}: there is no such setting; {hint.en}"
    )
