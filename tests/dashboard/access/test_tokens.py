"""Tokens: given once, kept as hashes, revoked at once."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from dashboard.access.tokens import TokenError, Tokens


def test_a_new_folder_gets_a_first_token_for_its_owner_alone(tmp_path: Path) -> None:
    path = Tokens(tmp_path).first()
    assert path == tmp_path / "ingest.token"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Tokens(tmp_path).holder(path.read_text().strip()) == "owner"


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    before = Tokens(tmp_path).first().read_text()
    assert Tokens(tmp_path).first().read_text() == before
    assert len(Tokens(tmp_path).all()) == 1


def test_only_hashes_are_kept(tmp_path: Path) -> None:
    token = Tokens(tmp_path).add("grid app")
    kept = (tmp_path / "tokens.json").read_text()
    assert token not in kept
    assert "grid app" in kept
    assert stat.S_IMODE((tmp_path / "tokens.json").stat().st_mode) == 0o600


def test_another_process_s_changes_count_at_once(tmp_path: Path) -> None:
    here, there = Tokens(tmp_path), Tokens(tmp_path)
    assert here.holder("x") is None
    token = there.add("centre")
    assert here.holder(token) == "centre"
    there.revoke("centre")
    assert here.holder(token) is None


@pytest.mark.parametrize("wrong", ["", "board_", "é", "\N{PILE OF POO}"])
def test_what_is_no_token_has_no_holder(tmp_path: Path, wrong: str) -> None:
    tokens = Tokens(tmp_path)
    right = tokens.add("a")
    assert tokens.holder(wrong) is None
    assert tokens.holder(right[:-1]) is None


def test_a_name_is_given_once_and_revoked_once(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path)
    tokens.add("a")
    with pytest.raises(TokenError, match="already"):
        tokens.add("a")
    tokens.revoke("a")
    with pytest.raises(TokenError, match="no token named 'a'"):
        tokens.revoke("a")
