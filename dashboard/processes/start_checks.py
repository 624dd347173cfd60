"""What a start looks at before it starts anything: folder, profile, sources, Redis and database.

What is wrong is one sentence and the exit status 78 (EX_CONFIG), which service managers do not
answer with another start. Decision 55 has the other statuses.
"""

from __future__ import annotations

import getpass
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import redis
from sqlalchemy.exc import SQLAlchemyError

from dashboard import city, folder_memory, history, services
from dashboard.host import data_folder, embedded_redis
from dashboard.settings import CannotStart, Settings
from feeds.accounts import provider
from feeds.accounts.provider import WrongProvider
from feeds.city import words
from feeds.city.profile import Profile, ProfileError
from feeds.city.words import Text, Worded
from feeds.events.declared_sources import FILE as SOURCES
from feeds.events.declared_sources import Declared, SourcesError

DAMAGED = ("file is not a database", "disk image is malformed", "database corruption")
UNFIT = (ProfileError, WrongProvider, SourcesError)
PAUSE_S = 0.5


def check_files(chosen: Settings) -> Profile:
    """The folder, the profile and what belongs to it. Makes the folder. Raises CannotStart."""
    check_folder(chosen.data)
    try:
        profile = city.load(chosen.profile)
        if chosen.oidc:
            provider.check_towns(chosen.oidc, profile)
        Declared(chosen.data / SOURCES).load()
    except UNFIT as error:
        raise CannotStart(words.both(error)) from error
    check_city(chosen, profile)
    return profile


def check_folder(data: Path) -> None:
    """That the folder is one and can be written. Raises CannotStart."""
    try:
        data_folder.make(data)
        with tempfile.TemporaryFile(dir=data):
            pass
    except OSError as error:
        raise CannotStart(_no_folder(data, error)) from error


def check_city(chosen: Settings, profile: Profile) -> None:
    """That the folder holds no other city's history. Raises CannotStart."""
    known = folder_memory.read(chosen.data)
    code = known.get("city", profile.code)
    if code != profile.code:
        said = Text(
            f"数据目录 {chosen.data} 属于城市配置 {known.get('profile')}（{code}），"
            f"不是 {chosen.profile}（{profile.code}）；去掉 profile 设置，或另给一个 --data",
            f"the data folder {chosen.data} belongs to the profile {known.get('profile')} ({code}),"
            f" not to {chosen.profile} ({profile.code}); leave the setting profile out, "
            "or give another --data",
        )
        raise CannotStart(said)


def check_board(chosen: Settings) -> None:
    """That there is a history for events to go into. Raises CannotStart."""
    if chosen.database or (chosen.data / "board.db").is_file():
        return
    said = Text(
        f"数据目录 {chosen.data} 里没有看板；请用 --data 给出看板的目录，"
        "新看板先用 board run 启动一次",
        f"there is no board in the data folder {chosen.data}; give the board's folder with "
        "--data, and start a new board once with board run",
    )
    raise CannotStart(said)


def remember(chosen: Settings, profile: Profile, *, listens: bool) -> None:
    """Write down what later commands on this folder need to know: the port, too, of a process that
    `listens`.
    """
    named = chosen.profile
    if named.endswith(".toml"):
        named = str(Path(named).absolute())
    port = {"port": chosen.port} if listens else {}
    folder_memory.remember(chosen.data, profile=named, city=profile.code, **port)


def check_services(chosen: Settings) -> None:
    """Redis and the database, waited for as long as `start_wait_s` says. Raises CannotStart."""
    _patiently(chosen.start_wait_s, lambda: _check_redis(chosen))
    _patiently(chosen.start_wait_s, lambda: open_history(chosen))


def check(chosen: Settings, *, listens: bool = False) -> None:
    """Everything, for a process that is started alone. Raises CannotStart."""
    profile = check_files(chosen)
    check_services(chosen)
    remember(chosen, profile, listens=listens)


@contextmanager
def lasting(chosen: Settings) -> Iterator[None]:
    """Raises CannotStart for what another start would not mend. A database that is away raises its
    own error: the parent starts the process again.
    """
    try:
        yield
    except (*UNFIT, history.OtherRevision) as error:
        raise CannotStart(words.both(error)) from error
    except SQLAlchemyError as error:
        if is_damaged(error):
            raise of_database(error, chosen) from error
        raise


def open_history(chosen: Settings) -> None:
    """Opens the history once, which makes its tables, and looks at one row of each. This is the
    place before all processes where a history that can't be used ends the start. Raises
    CannotStart.
    """
    try:
        database = history.open_database(chosen.database_url)
        try:
            with database.connect() as connection:
                for table in history.every_table():
                    connection.execute(table.select().limit(1)).first()
        finally:
            database.dispose()
    except history.OtherRevision as error:
        raise CannotStart(words.both(error)) from error
    except (SQLAlchemyError, ImportError) as error:
        raise of_database(error, chosen) from error


class _Away(CannotStart):
    """A server that may answer in a moment."""


def of_database(error: Exception, chosen: Settings) -> CannotStart:
    """A database's error as a sentence: what, where, what to do."""
    why, where = _first_line(error), without_password(chosen.database_url)
    if is_damaged(error):
        return CannotStart(damaged(where, why))
    if isinstance(error, ImportError):
        return CannotStart(
            Text(
                f"数据库 {where} 的驱动没有安装（{why}）；见 docs/how-to/postgresql.md",
                f"the driver of the database {where} is not installed ({why}); "
                "see docs/how-to/postgresql.md",
            )
        )
    if _is_sqlite(chosen):
        return CannotStart(
            Text(
                f"数据库无法使用：{where}：{why}；请检查它所在的目录是否存在、能否写入",
                f"the database can't be used: {where}: {why}; see whether its folder is there "
                "and can be written",
            )
        )
    said = Text(
        f"数据库无法使用：{where}：{why}；请检查 database 设置的地址、用户和密码，"
        "以及服务器是否在运行",
        f"the database can't be used: {where}: {why}; check address, user and password in "
        "the setting database, and whether the server runs",
    )
    answered = "FATAL" in str(error) and "starting up" not in str(error)
    return CannotStart(said) if answered else _Away(said)


def is_damaged(error: Exception | str) -> bool:
    """Whether SQLite says that its file is none, or is spoilt."""
    return any(sign in str(error) for sign in DAMAGED)


def damaged(where: str, why: str) -> Text:
    """That a file of SQLite can't be read any more, and what to do."""
    return Text(
        f"历史数据库 {where} 已损坏，或不是数据库（{why}）；"
        "请把它移开，再从备份恢复（docs/how-to/operate.md）",
        f"the history {where} is damaged or is no database ({why}); move it away and restore "
        "a backup (docs/how-to/operate.md)",
    )


def without_password(url: str) -> str:
    """An address as people may see it."""
    parts = urlsplit(url)
    if not parts.password:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.replace(f":{parts.password}@", ":***@")))


def _is_sqlite(chosen: Settings) -> bool:
    return chosen.database_url.startswith("sqlite")


def _check_redis(chosen: Settings) -> None:
    if not chosen.redis:
        try:
            embedded_redis.binary()
        except embedded_redis.RedisFailed as error:
            raise CannotStart(words.both(error)) from error
        return
    try:
        client = services.connect(chosen.redis)
        client.ping()
        client.close()
    except (redis.RedisError, OSError, ValueError) as error:
        where, why = without_password(chosen.redis), str(error)
        said = Text(
            f"Redis 无法使用：{where}：{why}；请检查 redis 设置的地址和密码，以及它是否在运行",
            f"Redis can't be used: {where}: {why}; check address and password in the setting "
            "redis, and whether it runs",
        )
        refused = isinstance(error, redis.AuthenticationError | redis.ResponseError)
        raise (CannotStart if refused else _Away)(said) from error


def _patiently(wait_s: float, look: Callable[[], None]) -> None:
    """Looks until a server that is away answers, `wait_s` at most. Raises CannotStart."""
    last = time.monotonic() + wait_s
    while True:
        try:
            return look()
        except _Away:
            if time.monotonic() + PAUSE_S > last:
                raise
        time.sleep(PAUSE_S)


def _no_folder(data: Path, error: OSError) -> Text:
    if data.exists() and not data.is_dir():
        return Text(
            f"数据目录 {data} 是一个文件；请另给一个 --data",
            f"the data folder {data} is a file; give another --data",
        )
    user, why = _user(), error.strerror or str(error)
    return Text(
        f"数据目录 {data} 无法写入（{why}）；请让用户 {user} 拥有它，或另给一个 --data",
        f"the data folder {data} can't be written ({why}); give it to the user {user}, "
        "or give another --data",
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _first_line(error: Exception) -> str:
    """What the driver says, without the statement and the link that SQLAlchemy adds."""
    if isinstance(error, Worded):
        return error.said.en
    cause = getattr(error, "orig", None) or error
    lines = [line.strip() for line in str(cause).splitlines() if line.strip()]
    return lines[0] if lines else type(cause).__name__
