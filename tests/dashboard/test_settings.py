"""Where settings come from, which source wins, and what stops the start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dashboard import settings
from dashboard.settings import Loaded, Settings, SettingsError


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path


def load(data: Path, environ: dict[str, str] | None = None, **cli: Any) -> Loaded:
    return settings.load({"data": data, **cli}, environ or {})


def write(data: Path, content: str, name: str = "board.toml") -> Path:
    path = data / name
    path.write_text(content, encoding="utf-8")
    return path


def test_with_nothing_said_everything_is_the_default(data: Path) -> None:
    loaded = load(data)
    assert loaded.settings == Settings(data=data)
    assert set(loaded.sources.values()) == {"default", "command line"}
    assert loaded.settings.database_url == f"sqlite:///{data}/board.db"


def test_the_command_line_beats_variables_beat_the_file_beats_defaults(data: Path) -> None:
    path = write(data, "port = 1001\nworkers = 2\nlang = 'en'\n")
    loaded = load(data, {"BOARD_PORT": "1002", "BOARD_WORKERS": "3"}, port=1003)
    assert (loaded.settings.port, loaded.settings.workers, loaded.settings.lang) == (1003, 3, "en")
    assert {k: loaded.sources[k] for k in ("port", "workers", "lang", "redis")} == {
        "port": "command line",
        "workers": "BOARD_WORKERS",
        "lang": str(path),
        "redis": "default",
    }


def test_a_named_file_is_read_instead_of_the_folder_s(data: Path) -> None:
    write(data, "port = 1001\n")
    other = write(data, "workers = 5\n", "other.toml")
    assert load(data, config=other).settings == Settings(data=data, workers=5)
    assert load(data, {"BOARD_CONFIG": str(other)}).settings == Settings(data=data, workers=5)
    with pytest.raises(SettingsError, match="no such settings file"):
        load(data, config=data / "missing.toml")


def test_the_folder_may_come_from_a_variable_and_is_made_absolute(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(data, "port = 1001\n")
    monkeypatch.chdir(data.parent)
    assert settings.load({}, {"BOARD_DATA": data.name}).settings == Settings(data=data, port=1001)


@pytest.mark.parametrize(
    ("environ", "content", "said"),
    [
        ({"BOARD_PROT": "1"}, "", r"BOARD_PROT: there is no such setting; did you mean port\?"),
        ({}, "databse = 'x'", r"databse: there is no such setting; did you mean database\?"),
        ({}, "zzz = 1", "there is no such setting; the settings are data, host"),
        (
            {"BOARD_PORT": "80a"},
            "",
            r"port = '80a' \(BOARD_PORT\): expected whole number from 1 to 65535",
        ),
        ({"BOARD_PORT": "0"}, "", "expected whole number from 1 to 65535"),
        ({"BOARD_FRAMES_PER_SECOND": "nan"}, "", "expected number from 0.1 to 20"),
        ({"BOARD_DEMO": "maybe"}, "", "expected yes or no"),
        ({"BOARD_LANG": "fr"}, "", "expected one of zh, en"),
        ({"BOARD_REDIS": "localhost:6379"}, "", "expected empty or a URL starting with redis://"),
        ({}, "port = '8050'", r"port = '8050' \(.*board.toml\): expected whole number"),
        ({}, "port = true", "expected whole number"),
        ({}, "workers = 2.5", "expected whole number"),
        ({}, "demo = 1", "expected yes or no"),
        ({}, "profile = 3", "expected text"),
        ({}, "frames_per_second = nan", "expected number from 0.1 to 20"),
        ({}, "frames_per_second = true", "expected number from 0.1 to 20"),
        ({}, "lang = 'fr'", "expected one of zh, en"),
        ({"BOARD_BRIEF_AT": "7:30"}, "", "expected empty or a time of day such as 07:30"),
        ({}, 'brief_at = "07:30\\n"', "expected empty or a time of day such as 07:30"),
        ({"BOARD_WEBHOOKS": "[{}]"}, "", "webhooks = … .*: expected list of tables"),
        ({"BOARD_OIDC": "[]"}, "", "oidc = … .*: expected table"),
        ({}, "[oidc]\nclient_id = 'board'\n", "oidc = … .*: expected table"),
        ({}, "port = ", "board.toml: Invalid value"),
    ],
)
def test_what_is_unknown_or_mistyped_stops_with_key_value_and_expected_type(
    data: Path, environ: dict[str, str], content: str, said: str
) -> None:
    write(data, content)
    with pytest.raises(SettingsError, match=said):
        load(data, environ)


def test_a_whole_number_serves_where_a_number_is_asked(data: Path) -> None:
    write(data, "frames_per_second = 2\n")
    assert load(data).settings.frames_per_second == 2.0


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("1", True),
        ("TRUE", True),
        ("yes", True),
        ("On", True),
        ("0", False),
        ("false", False),
        ("No", False),
        ("off ", False),
    ],
)
def test_a_switch_of_a_variable_is_understood_as_people_write_it(
    data: Path, said: str, meant: bool
) -> None:
    assert load(data, {"BOARD_DEMO": said}).settings.demo is meant
    assert load(data, {"BOARD_OPEN_PAGES": said}).settings.open_pages is meant


@pytest.mark.parametrize(
    ("given", "is_open"),
    [
        ({}, True),
        ({"host": "127.0.0.9"}, True),
        ({"host": "::1"}, True),
        ({"host": "localhost"}, True),
        ({"host": "0.0.0.0"}, False),
        ({"host": "::"}, False),
        ({"host": ""}, False),
        ({"host": "10.1.2.3"}, False),
        ({"host": "board.example"}, False),
        ({"trusted_proxies": 1}, False),
        ({"trusted_proxies": 1, "open_pages": True}, True),
        ({"host": "0.0.0.0", "open_pages": True}, True),
        ({"open_pages": False}, False),
    ],
)
def test_a_board_is_open_by_itself_on_this_machine_alone(
    given: dict[str, Any], is_open: bool
) -> None:
    chosen = Settings(**given)
    assert chosen.is_open is is_open
    said = settings.why_open(chosen)
    assert ("nobody has to" in said.en, "不登录也能看" in said.zh) == (is_open, is_open)


def test_sessions_last_as_the_settings_say(data: Path) -> None:
    chosen = load(data, {"BOARD_SESSION_IDLE_HOURS": "0.5", "BOARD_SESSION_DAYS": "2"}).settings
    assert chosen.lasting == (1_800_000, 2 * 86_400_000)
    assert Settings().lasting == (12 * 3_600_000, 7 * 86_400_000)


@pytest.mark.parametrize("demo", [None, True, False])
def test_a_child_told_by_variables_runs_with_the_same_settings(
    data: Path, demo: bool | None
) -> None:
    given = Settings(
        data=data / "a b",
        port=9,
        demo=demo,
        frames_per_second=2.5,
        lang="en",
        profile="x.toml",
        redis="redis://h:1/0",
    )
    assert settings.load({}, settings.variables(given)).settings == given


def test_the_build_names_the_version_and_the_sources() -> None:
    assert Settings().build.rpartition("+")[2].isalnum()
    assert len(Settings().build.rpartition("+")[2]) == 8


def test_an_address_with_its_password_may_be_in_a_file_of_its_own(data: Path) -> None:
    file = write(data, "rediss://board:secret@redis.example:6380/0\n", "redis.url")
    loaded = load(data, {"BOARD_REDIS_FILE": str(file)})
    assert loaded.settings.redis == "rediss://board:secret@redis.example:6380/0"
    assert loaded.sources["redis"] == str(file)
    handed_on = settings.variables(loaded.settings)
    assert not any("secret" in value for value in handed_on.values())
    assert settings.load({"data": data}, handed_on).settings == loaded.settings


@pytest.mark.parametrize(
    ("content", "environ", "said"),
    [
        (None, {}, "database_file = .*secret.url .*No such file"),
        ("", {}, "the file is empty"),
        ("postgresql://x", {"BOARD_DATABASE": "sqlite://"}, "give database or database_file"),
    ],
)
def test_a_file_that_can_not_be_used_stops_the_start(
    data: Path, content: str | None, environ: dict[str, str], said: str
) -> None:
    file = data / "secret.url"
    if content is not None:
        write(data, content, "secret.url")
    with pytest.raises(SettingsError, match=said):
        load(data, {"BOARD_DATABASE_FILE": str(file), **environ})


def test_a_password_is_refused_on_the_command_line_and_never_repeated(data: Path) -> None:
    for given in (
        {"redis": "redis://:secret@redis.example/0"},
        {"database": "postgresql+psycopg://board:secret@db.example/board"},
    ):
        with pytest.raises(SettingsError, match="every user of this machine") as refused:
            load(data, **given)
        assert "secret" not in str(refused.value)
    assert load(data, redis="redis://redis.example/0").settings.redis
    with pytest.raises(SettingsError) as refused:
        load(data, {"BOARD_REDIS": "http://:secret@redis.example/0"})
    assert "secret" not in str(refused.value)


def test_an_address_that_is_closer_to_the_command_wins_over_a_file(data: Path) -> None:
    file = write(data, "sqlite:///kept.db", "database.url")
    write(data, f"database_file = '{file}'\n")
    assert load(data).settings.database == "sqlite:///kept.db"
    loaded = load(data, database="sqlite:///copy.db")
    assert loaded.settings.database == "sqlite:///copy.db"
    assert settings.load({"data": data}, settings.variables(loaded.settings)) is not None
    write(data, "database = 'sqlite:///a.db'\n")
    given = load(data, {"BOARD_DATABASE_FILE": str(file)})
    assert given.settings.database == "sqlite:///kept.db"


def test_the_provider_of_identities_is_a_table_and_its_secret_a_file(data: Path) -> None:
    secret = write(data, "s3cret", "oidc.secret")
    write(
        data,
        f"""
        [oidc]
        issuer = "https://id.example.gov.cn"
        client_id = "board"
        client_secret_file = "{secret}"
        [[oidc.groups]]
        name = "board-admins"
        roles = ["admin"]
        """,
    )
    loaded = load(data)
    assert loaded.settings.oidc
    assert loaded.settings.oidc.groups[0].roles == ("admin",)
    assert settings.shown(loaded.settings, "oidc") == "https://id.example.gov.cn"
    handed_on = settings.variables(loaded.settings)
    assert "s3cret" not in str(handed_on)
    assert settings.load({}, handed_on).settings == loaded.settings
    secret.unlink()
    with pytest.raises(SettingsError, match=r"oidc = … .*client_secret_file"):
        load(data)
