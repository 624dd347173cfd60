"""A run of a command speaks one language: --lang, else the terminal's, else the board's."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dashboard import cli, history
from dashboard.cli import options
from feeds.city.words import Lang

MakeEvent = Callable[..., dict[str, Any]]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
TERMINALS = {"zh": {"LC_MESSAGES": "zh_CN.UTF-8"}, "en": {"LC_MESSAGES": "en_GB.UTF-8"}}
WITHOUT = ("publish", "import")  # these make no board
NOWHERE = {"LC_ALL": None, "LC_MESSAGES": None, "LANG": None}

# A command that needs no running board, what it ends with, and whether it says anything of its own.
SAID = (
    ("tokens list", 0),
    ("tokens add office", 0),
    ("tokens add office --area nowhere --kind view", 2),
    ("tokens add sender --area 320282001", 0),
    ("tokens add other --kind view --type patrol.completed", 1),
    ("tokens rotate nobody", 1),
    ("accounts list", 0),
    ("accounts add li", 1),
    ("accounts add zhang --role viewer", 0),
    ("accounts disable nobody", 1),
    ("accounts set-up", 0),
    ("tokens revoke nobody", 1),
    ("remarks list", 0),
    ("remarks withdraw none --by nobody", 2),
    ("freeze 2026Q9", 2),
    ("freeze 2026Q3", 2),
    ("freeze 2026Q3 --by office", 1),
    ("freeze --verify 2026Q3-AAAAA", 1),
    ("freeze 2026Q3 --list", 0),
    ("report --out review.doc", 2),
    ("report --out review.csv", 1),
    ("report --out review.csv --kpi nothing", 2),
    ("report --out review.csv --code 2026Q3-AAAAA", 1),
    ("alerts suggest --days 1", 2),
    ("alerts suggest", 1),
    ("kpis --area nowhere", 2),
    ("kpis --at yesterday", 2),
    ("kpis --known 2026-01-01T00:00:00+08:00", 2),
    ("kpis", 1),
    ("audit --area nowhere", 2),
    ("doctor", 1),
    ("kpis --config nothing.toml", 2),
)


def run(command: str, tmp_path: Path, env: dict[str, str | None], *more: str) -> Result:
    data = tmp_path / "data"
    data.mkdir(parents=True, exist_ok=True)
    if command.startswith(WITHOUT):
        history.open_database(f"sqlite:///{data / 'board.db'}").dispose()
    given = [*command.split(), "--data", str(data), *more]
    return CliRunner().invoke(cli.main, given, env=NOWHERE | env)


def own(said: str, tmp_path: Path) -> str:
    """What a command says without paths and names, which are in no language."""
    return said.replace(str(tmp_path), "")


@pytest.mark.parametrize(("command", "code"), SAID)
def test_a_run_speaks_one_language(command: str, code: int, tmp_path: Path) -> None:
    for lang, terminal in TERMINALS.items():
        done = run(command, tmp_path / lang, dict(terminal))
        assert done.exit_code == code, done.output
        told = own(done.output, tmp_path)
        assert bool(CHINESE.search(told)) is (lang == "zh"), told


@pytest.mark.parametrize(
    ("env", "more", "lang"),
    [
        ({}, (), "zh"),
        ({"BOARD_LANG": "en"}, (), "en"),
        ({"LANG": "en_US.UTF-8"}, (), "en"),
        ({"LANG": "C.UTF-8"}, (), "zh"),
        ({"LANG": "de_DE.UTF-8", "BOARD_LANG": "en"}, (), "en"),
        ({"LANG": "en_US.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, (), "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_US.UTF-8"}, (), "en"),
        ({"LANG": "en_US.UTF-8", "BOARD_LANG": "zh"}, (), "en"),
        ({"LANG": "en_US.UTF-8"}, ("--lang", "zh"), "zh"),
        ({"LANG": "zh_CN.UTF-8"}, ("--lang", "en"), "en"),
    ],
)
def test_who_chooses_the_language(
    env: dict[str, str | None], more: tuple[str, ...], lang: Lang, tmp_path: Path
) -> None:
    done = run("tokens list", tmp_path, env, *more)
    assert done.output == {"zh": "0 个令牌\n", "en": "0 tokens\n"}[lang]


def test_a_setting_that_is_wrong_is_said_in_the_terminal_s_language(tmp_path: Path) -> None:
    for lang, terminal in TERMINALS.items():
        done = run("kpis", tmp_path, dict(terminal) | {"BOARD_PORT": "high"})
        assert done.exit_code == 2
        assert done.output.startswith({"zh": "错误：port = 'high'", "en": "Error: port"}[lang])
        assert ("整数" in done.output) is (lang == "zh")


def test_a_terminal_that_is_neither_chooses_nothing() -> None:
    assert options.of_locale({"LANG": "C"}) is None
    assert options.of_locale({"LC_ALL": "", "LANG": "zh_TW"}) == "zh"
    assert options.of_locale({}) is None


def test_an_import_and_its_report_are_in_one_language(
    tmp_path: Path, redis_server: str, redis: object
) -> None:
    mapping = tmp_path / "patrols.toml"
    mapping.write_text(
        'source = "patrol-sheet"\nzone = "Asia/Shanghai"\n[id]\ncolumns = ["no"]\n'
        '[[event]]\ntype = "patrol.completed"\ntime = { column = "day" }\n'
        'data = { visits = { column = "visits" } }\n'
    )
    for lang, terminal in TERMINALS.items():
        sheet = tmp_path / f"{lang}.csv"
        sheet.write_text("no,day,visits\n1,2026-01-05,3\n2,2026-01-06,many\n3,someday,1\n")
        command = f"import {sheet} --mapping {mapping} --redis {redis_server}"
        done = run(command, tmp_path, dict(terminal))
        assert done.exit_code == 0, done.output
        report = (tmp_path / f"{lang}.csv.refused.csv").read_text("utf-8-sig")
        for told in (done.output, *report.splitlines()):
            assert bool(CHINESE.search(told)) is (lang == "zh"), told


def test_what_is_published_is_told_in_one_language(
    tmp_path: Path, redis_server: str, redis: object, event: MakeEvent
) -> None:
    file = tmp_path / "events.ndjson"
    file.write_text('{"id": "1"}\nno json\n')
    for lang, terminal in TERMINALS.items():
        done = run(f"publish {file} --redis {redis_server}", tmp_path, dict(terminal))
        assert done.exit_code == 1
        for told in done.output.splitlines():
            assert bool(CHINESE.search(told)) is (lang == "zh"), told


def test_the_terminal_s_language_is_no_setting_of_the_board(tmp_path: Path) -> None:
    """`board run` from an English terminal makes no English board."""
    done = run("doctor", tmp_path, {"LANG": "en_US.UTF-8"})
    assert "lang = zh (default)" in done.output
    assert os.environ.get("BOARD_LANG") is None


@pytest.mark.parametrize(
    ("lang", "word"),
    [("zh", "错误：BOARD_DATABSE：没有"), ("en", "Error: BOARD_DATABSE: there is no")],
)
def test_an_error_is_in_one_language_and_says_no_value(
    lang: str, word: str, tmp_path: Path
) -> None:
    """The word before it, too, although it is shown when the command is over."""
    wrong = {"BOARD_DATABSE": "postgresql://board:secret@there/board"}
    done = run("kpis", tmp_path, NOWHERE | wrong, "--lang", lang)
    assert done.output.startswith(word)
    assert "secret" not in done.output
