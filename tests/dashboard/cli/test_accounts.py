"""`board accounts` and `board tokens`, over a real database."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from dashboard import cli, history
from dashboard.access.tokens import Tokens
from dashboard.audit_trail import now_ms
from dashboard.cli import access
from dashboard.processes import first_access
from dashboard.settings import Settings
from feeds.accounts import account_store, link_store, passwords, session_store
from feeds.accounts.token_store import DAY_MS, Scope
from feeds.audit_log import log_store
from feeds.audit_log.entries import BOARD

TOWN, OTHER = "320282001", "320282112"
GOOD = "correct-horse-battery"
Board = Callable[..., Result]


@pytest.fixture
def board(tmp_path: Path) -> Board:
    def board(command: str, *args: str, stdin: str = "") -> Result:
        given = [*command.split(), *args, "--data", str(tmp_path), "--lang", "en"]
        return CliRunner().invoke(cli.main, given, input=stdin)

    return board


def read(data: Path, ask: Callable[[Any], Any]) -> Any:
    database = history.open_database(f"sqlite:///{data / 'board.db'}")
    try:
        with database.begin() as connection:
            return ask(connection)
    finally:
        database.dispose()


def secret_of(done: Result) -> str:
    assert done.exit_code == 0, done.output
    found = re.search(r"^http://127\.0\.0\.1:8050/set-up\?link=(\S+)$", done.stdout, re.M)
    assert found, done.output
    return found[1]


def test_an_account_is_added_with_a_link_that_works_once(board: Board, tmp_path: Path) -> None:
    done = board("accounts add Zhang.San --role town_duty --role host", "--town", TOWN)
    secret = secret_of(done)
    link = read(tmp_path, lambda c: link_store.use(c, now_ms(), secret))
    account = read(tmp_path, lambda c: account_store.find(c, "zhang.san"))
    assert (link.purpose, link.account) == ("password", account.id)
    assert (account.roles, account.towns, account.password) == ({"town_duty", "host"}, {TOWN}, "")
    shown = board("accounts list").stdout
    assert "zhang.san" in shown
    assert f"town_duty, host  {TOWN}  (no password yet)" in shown
    assert secret not in read(tmp_path, lambda c: str(list(log_store.every(c))))


def test_a_password_comes_from_standard_input_and_is_never_repeated(
    board: Board, tmp_path: Path
) -> None:
    weak = board("accounts add li --role viewer --password-stdin", stdin="123456789012\n")
    assert weak.exit_code == 1
    assert "123456789012" not in weak.output
    done = board("accounts add li --role viewer --password-stdin", stdin=f"{GOOD}\n")
    assert (done.exit_code, GOOD in done.output) == (0, False)
    account = read(tmp_path, lambda c: account_store.find(c, "li"))
    assert passwords.verify(account.password, GOOD)
    board("accounts change li --password-stdin", stdin=f"{GOOD}-2\n")
    account = read(tmp_path, lambda c: account_store.find(c, "li"))
    assert passwords.verify(account.password, f"{GOOD}-2")


def test_an_account_is_changed_disabled_enabled_and_signed_out(
    board: Board, tmp_path: Path
) -> None:
    board("accounts add root --role admin --password-stdin", stdin=f"{GOOD}\n")
    board("accounts add li --role viewer --password-stdin", stdin=f"{GOOD}\n")

    def begin(connection: Any) -> str:
        account = account_store.find(connection, "li")
        assert account
        return session_store.begin(connection, now_ms(), account, "password")

    read(tmp_path, begin)
    assert "(sessions: 1)" in board("accounts list").stdout
    assert "sessions ended: 1" in board("accounts sign-out li").output
    changed = board("accounts change li --role town_duty --shown", "李四", "--town", TOWN)
    assert (changed.exit_code, "li 李四" in changed.stdout) == (0, True)
    assert board("accounts disable li").exit_code == 0
    assert "(disabled)" in board("accounts list").stdout
    assert board("accounts enable li").exit_code == 0
    secret_of(board("accounts change li --link"))
    refused = board("accounts disable root")
    assert (refused.exit_code, "last administrator" in refused.output) == (1, True)
    acts = read(tmp_path, lambda c: [one.subject for one in log_store.every(c)][1:])
    assert acts == [
        "add root admin",
        "add li viewer",
        "password",
        "li 1",
        f"roles li town_duty {TOWN}",
        "shown li",
        "disable li",
        "enable li",
    ]


@pytest.mark.parametrize(
    ("command", "status", "said"),
    [
        ("accounts add li", 1, "at least one role"),
        ("accounts add li --role boss", 2, "boss"),
        ("accounts add li --role town_duty", 1, "at least one town"),
        ("accounts add li --role town_duty --town nowhere", 1, "no such town"),
        ("accounts add 13800138000 --role viewer", 1, "person's number"),
        ("accounts change nobody --role viewer", 1, "no such account"),
        ("accounts disable nobody", 1, "no such account"),
        ("accounts sign-out nobody", 1, "no such account"),
        ("tokens add a --expires soon", 2, "12h"),
        ("tokens add a --expires 9999w", 2, "ten years"),
        ("tokens add a --type nothing", 2, "no such type"),
        ("tokens add a --area nowhere", 2, "no such area"),
        (f"tokens add a --kind view --area {TOWN} --area {OTHER}", 2, "one area"),
        ("tokens add a --kind view --type patrol.completed", 1, "sends events"),
        ("tokens rotate nobody", 1, "no token named"),
        ("tokens rotate nobody --overlap x", 2, "--overlap x"),
    ],
)
def test_what_is_wrong_is_said(board: Board, command: str, status: int, said: str) -> None:
    done = board(command)
    assert (done.exit_code, said in done.output) == (status, True), done.output


def test_the_link_of_the_first_administrator_is_replaced_at_each_start(
    board: Board, tmp_path: Path
) -> None:
    chosen = Settings(data=tmp_path)
    first = first_access.begin(chosen)
    assert first.token_file == tmp_path / "ingest.token"
    links = [first.set_up, first_access.begin(chosen).set_up]
    links.append(f"/set-up?link={secret_of(board('accounts set-up'))}")
    works = [
        read(tmp_path, lambda c: link_store.find(c, now_ms(), one.partition("=")[2]))  # noqa: B023
        for one in links
    ]
    assert [one is not None for one in works] == [False, False, True]
    board("accounts add root --role admin --password-stdin", stdin=f"{GOOD}\n")
    assert first_access.begin(chosen).set_up == ""
    refused = board("accounts set-up")
    assert (refused.exit_code, "--link" in refused.output) == (1, True)


def test_a_database_that_is_away_is_said_and_stops_no_start(tmp_path: Path) -> None:
    chosen = Settings(data=tmp_path, database=f"sqlite:///{tmp_path}/no/board.db")
    found = first_access.begin(chosen)
    assert found.set_up == ""
    assert "unable to open" in found.wrong


def test_a_token_has_a_scope_an_end_and_a_last_use(board: Board, tmp_path: Path) -> None:
    done = board(
        f"tokens add hotline --type patrol.completed --area {TOWN} --area {OTHER} --source urn:a",
        "--expires",
        "90d",
    )
    assert done.exit_code == 0, done.output
    database = history.open_database(f"sqlite:///{tmp_path / 'board.db'}")
    found = Tokens(database).known(done.stdout.strip())
    database.dispose()
    assert found is not None
    assert found.scope == Scope(
        frozenset({"patrol.completed"}), frozenset({TOWN, OTHER}), frozenset({"urn:a"})
    )
    assert found.expires
    assert abs(found.expires - now_ms() - 90 * DAY_MS) < 600_000
    shown = board("tokens list").stdout
    assert f"sends {TOWN} {OTHER} patrol.completed urn:a alone" in shown
    assert "not used yet" in shown
    assert "expires " in shown


def test_a_token_is_rotated_with_an_overlap(board: Board, tmp_path: Path) -> None:
    old = board("tokens add hotline").stdout.strip()
    new = board("tokens rotate hotline").stdout.strip()
    assert "the old secret still works" in board("tokens list").stdout

    def opens() -> list[bool]:
        database = history.open_database(f"sqlite:///{tmp_path / 'board.db'}")
        known = Tokens(database)
        found = [known.known(secret) is not None for secret in (old, new)]
        database.dispose()
        return found

    assert opens() == [True, True]
    done = board("tokens rotate hotline --overlap 0")
    assert "the old one has ended" in done.output
    assert opens() == [False, False]


def test_how_a_token_s_end_is_said() -> None:
    database_now = now_ms()
    token = access.Token("a", "0" * 64, expires=database_now - 1)
    assert "expired" in access._line(token, "en")
    soon = token._replace(expires=database_now + 3 * DAY_MS + 60_000, seen=database_now)
    assert "days left: 3" in access._line(soon, "en")
    assert "used 2" in access._line(soon, "en")


def test_tokens_of_an_older_board_are_there_for_every_command(board: Board, tmp_path: Path) -> None:
    (tmp_path / "tokens.json").write_text(
        '[{"name": "centre", "sha256": "' + "1" * 64 + '", "created": "2026-08-01T08:00:00+00:00"}]'
    )
    assert "centre" in board("tokens list").stdout
    assert not (tmp_path / "tokens.json").exists()
    assert board("tokens revoke centre").exit_code == 0
    acts = read(tmp_path, lambda c: [(one.actor, one.act) for one in log_store.every(c)])
    assert acts[1] == (BOARD.actor, "token")
    assert acts[2][0].startswith("command line: ")
