"""What the commands share: settings as options, the language of a run, expected failures as one
line, progress and the closing line.
"""

from __future__ import annotations

import functools
import gc
import getpass
import importlib
import logging
import os
import socket
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import click

from dashboard import settings
from dashboard.parsing import Rule
from dashboard.settings import Loaded, SettingsError
from feeds.audit_log.entries import Who
from feeds.city import words
from feeds.city.profile import Profile
from feeds.city.words import Lang, Text, Worded

F = TypeVar("F", bound=Callable[..., Any])
COMMON = ("data", "redis", "redis_file", "database", "database_file", "profile", "lang")
EVERY_S = 10.0
BAR = 20  # characters
LOCALES = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set decides, as everywhere
SPOKEN = "board.lang"  # in click's context


class Failure(click.ClickException):
    """What ends a command with exit code 1, in the language of the run."""

    def __init__(self, said: Text) -> None:
        super().__init__(_error(said))

    def show(self, file: Any = None) -> None:
        click.echo(self.format_message(), file=file, err=file is None)


class Misuse(click.UsageError):
    """What is wrong with how a command was called: exit code 2, in the language of the run."""

    def __init__(self, said: Text) -> None:
        super().__init__(_error(said))

    def show(self, file: Any = None) -> None:
        click.echo(self.format_message(), file=file, err=file is None)


class Unfit(Failure):
    """What a person has to put right before the board can start: exit code 78 (EX_CONFIG)."""

    exit_code = os.EX_CONFIG


def lang() -> Lang:
    """The language of this run."""
    context = click.get_current_context(silent=True)
    known: Lang | None = context.meta.get(SPOKEN) if context else None
    return known or of_locale(os.environ) or "zh"


def of_locale(environ: Mapping[str, str]) -> Lang | None:
    """The language of the terminal; None of one that is neither Chinese nor English."""
    locale = next((environ[name] for name in LOCALES if environ.get(name)), "")
    if locale.startswith("zh"):
        return "zh"
    return "en" if locale.startswith("en") else None


def spoken(loaded: Loaded, environ: Mapping[str, str]) -> Lang:
    """What a run speaks: --lang, else the terminal's language, else the board's."""
    chosen = loaded.settings
    if loaded.sources["lang"] == settings.COMMAND_LINE:
        return chosen.lang
    return of_locale(environ) or chosen.lang


def say(said: Text, *, err: bool = False) -> None:
    """A line in the language of the run."""
    click.echo(said.of(lang()), err=err)


def who() -> Who:
    """Who runs this command, for the audit log."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # the machine knows no name for this number
        user = str(os.getuid())
    return Who(f"command line: {user}", socket.gethostname())


def no_such_freeze(code: str) -> Text:
    return Text(f"没有冻结 {code}", f"there is no freeze {code}")


def no_such_area(area: str, profile: Profile) -> Text:
    """That --area names none of the city's."""
    return Text(
        f"--area {area}：没有这个区域；有 {'、'.join(profile.areas)}",
        f"--area {area}: no such area; there are {', '.join(profile.areas)}",
    )


def _error(said: Text) -> str:
    """The words of an error. It is shown when the run, and what it speaks, is over."""
    return Text(f"错误：{said.zh}", f"Error: {said.en}").of(lang())


def configured(
    *names: str, renamed: dict[str, str] | None = None, is_start: bool = False
) -> Callable[[F], Callable[..., Any]]:
    """Gives a command --config, the named settings as options (`renamed`: setting → option), and
    Loaded as its first argument.

    A wrong setting ends it with exit code 2, and a start (`is_start`) with 78.
    """
    table, other = settings.rules(), renamed or {}

    def decorate(command: F) -> Callable[..., Any]:
        @functools.wraps(command)
        def call(**given: Any) -> Any:
            cli = {name: given.pop(name) for name in (*names, settings.CONFIG)}
            meta = click.get_current_context().meta
            meta[SPOKEN] = cli.get("lang")
            try:
                loaded = settings.load(cli, os.environ)
            except SettingsError as error:
                raise (Unfit if is_start else Misuse)(words.both(error)) from error
            meta[SPOKEN] = spoken(loaded, os.environ)
            return command(loaded, **given)

        config = click.option(
            "--config",
            type=click.Path(path_type=Path),
            help="Settings file; DATA/board.toml where absent.",
        )
        decorated: Callable[..., Any] = config(call)
        for name in reversed(names):
            decorated = _option(table[name], other.get(name, name))(decorated)
        return decorated

    return decorate


def failing_on(*errors: type[Exception]) -> Callable[[F], F]:
    """Turns expected errors of a command, and the database's, into their message and exit code 1;
    what keeps the board from starting at all, into 78.
    """

    def decorate(command: F) -> F:
        @functools.wraps(command)
        def call(*args: Any, **kwargs: Any) -> Any:
            try:
                return command(*args, **kwargs)
            except settings.CannotStart as error:
                raise Unfit(_said(error)) from error
            except Exception as error:
                if isinstance(error, (Worded, *errors)) or _is_database(error):
                    raise Failure(_said(error)) from error
                raise

        return call  # type: ignore[return-value]

    return decorate


def _is_database(error: Exception) -> bool:
    """Known by name: `board web` can't load SQLAlchemy here, and `board run` needn't."""
    return type(error).__module__.startswith("sqlalchemy.")


def _said(error: Exception) -> Text:
    """An error in a line. SQLAlchemy's go on with the statement and a link."""
    if isinstance(error, Worded):
        return words.both(error)
    if _is_database(error):
        first = str(error).splitlines()[0]
        return Text(f"数据库无法使用：{first}", f"the database can't be used: {first}")
    return Text(str(error), str(error))


def started(command: F) -> F:
    """Gives a command that `board run` starts too the argument `is_checked`: its parent has looked
    at everything already.
    """
    return click.option("--checked", "is_checked", is_flag=True, hidden=True)(command)


def process(module: str) -> ModuleType:
    """The module of a command that goes on, which says on stderr what happens to it. What is loaded
    stays: looking for garbage in it meanwhile, and ever after, would take a tenth of a start.
    """
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    gc.disable()
    try:
        return importlib.import_module(module)
    finally:
        gc.freeze()
        gc.enable()


def interrupted(said: Text) -> click.exceptions.Exit:
    """What a command raises on Ctrl-C, after its closing line."""
    click.echo(f"\n{said.of(lang())}")
    return click.exceptions.Exit(1)


class Progress:
    """One line on a terminal, rewritten, with a bar; elsewhere a line every ten seconds. On stderr,
    so that output stays clean.
    """

    def __init__(self, total: float = 0) -> None:
        self._total = total
        self._begun = time.monotonic()
        self._shown = 0.0
        self._every_s = 0.1 if sys.stderr.isatty() else EVERY_S

    def show(self, done: float, said: Text) -> None:
        """`said` goes with the count; a share is shown where the total is known."""
        if (now := time.monotonic()) - max(
            self._shown, self._begun if self._every_s == EVERY_S else 0.0
        ) < self._every_s:
            return
        self._shown = now
        told = said.of(lang())
        line = f"{self._percent(done)} {told}" if self._total else told
        if sys.stderr.isatty():
            click.echo(f"\r{line}\x1b[K", nl=False, err=True)
        else:
            click.echo(line, err=True)

    def _percent(self, done: float) -> str:
        share = min(done / self._total, 1)
        if not sys.stderr.isatty():
            return f"{share:4.0%}"
        return f"[{'#' * round(share * BAR):<{BAR}}] {share:4.0%}"

    def end(self) -> None:
        """Clears the line."""
        if sys.stderr.isatty():
            click.echo("\r\x1b[K", nl=False, err=True)

    @property
    def took_s(self) -> float:
        return time.monotonic() - self._begun


def _option(rule: Rule, name: str) -> Callable[[F], F]:
    text = f"{rule.help.en}. {rule.help.zh}。"
    flag = name.replace("_", "-")
    if rule.bare in (bool, bool | None):
        return click.option(f"--{flag}/--no-{flag}", rule.name, default=None, help=text)
    kinds: dict[Any, Any] = {int: click.INT, float: click.FLOAT, Path: click.Path(path_type=Path)}
    kind = click.Choice(rule.choices) if rule.choices else kinds.get(rule.bare, click.STRING)
    shown = f" [default: {rule.default}]" if rule.default not in ("", None) else ""
    return click.option(f"--{flag}", rule.name, type=kind, default=None, help=text + shown)
