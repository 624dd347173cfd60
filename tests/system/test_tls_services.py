"""A board whose Redis and database are elsewhere, over TLS and with passwords that stand in files:
real servers, with certificates of the test's own.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import redis as redis_client
import trustme

from tests.conftest import redis_binary
from tests.system.conftest import Board, Source, until

pytestmark = [pytest.mark.system, pytest.mark.timeout(600)]
PASSWORD = "correct horse"
QUOTED = "correct%20horse"
# As docs/how-to/run.md has it: what the board needs, of the keys and channels that are its own.
ACL = (
    "user default off\n"
    f"user board on >{PASSWORD.replace(' ', '_')} ~board:* &board:* "
    "+@all -@admin -@dangerous +info\n"
)


def postgres_binary(name: str) -> str | None:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return shutil.which(name, path=os.pathsep.join([*map(str, folders), os.environ["PATH"]]))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="board-") as name:
        Path(name).chmod(0o755)  # the database's own user reads its certificate there
        yield Path(name)


@pytest.fixture
def certified(folder: Path) -> Path:
    """A folder with ca.pem, server.pem and server.key."""
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    authority.cert_pem.write_to_path(folder / "ca.pem")
    trustme.CA().cert_pem.write_to_path(folder / "other.pem")
    certificate.private_key_pem.write_to_path(folder / "server.key")
    for part in certificate.cert_chain_pems:
        part.write_to_path(folder / "server.pem", append=True)
    return folder


@pytest.fixture
def redis_url(certified: Path) -> Iterator[str]:
    """The address of a Redis that speaks TLS alone and knows one user, without its CA."""
    port = free_port()
    (certified / "users.acl").write_text(ACL, encoding="utf-8")
    options = {
        "port": "0",
        "tls-port": str(port),
        "tls-cert-file": str(certified / "server.pem"),
        "tls-key-file": str(certified / "server.key"),
        "tls-ca-cert-file": str(certified / "ca.pem"),
        "tls-auth-clients": "no",
        "aclfile": str(certified / "users.acl"),
        "dir": str(certified),
        "save": '""',
    }
    config = certified / "redis.conf"
    config.write_text("".join(f"{name} {value}\n" for name, value in options.items()))
    with (certified / "redis.out").open("wb") as said:
        process = subprocess.Popen([redis_binary(), str(config)], stdout=said, stderr=said)
    address = f"rediss://board:{PASSWORD.replace(' ', '_')}@localhost:{port}/0"

    def answers() -> bool:
        if process.poll() is not None:
            text = (certified / "redis.out").read_text()
            if "tls-port" in text:
                pytest.skip("this redis-server was built without TLS; Debian's has it")
            pytest.fail(text)
        with contextlib.suppress(redis_client.RedisError):
            client = redis_client.Redis.from_url(f"{address}?ssl_ca_certs={certified}/ca.pem")
            return bool(client.ping())
        return False

    until(answers, 20, "Redis answers")
    yield address
    process.terminate()
    process.wait(20)


@pytest.fixture
def database_url(certified: Path) -> Iterator[str]:
    """The address of a PostgreSQL that takes TLS and a password alone, without its CA."""
    initdb, postgres = postgres_binary("initdb"), postgres_binary("postgres")
    if initdb is None or postgres is None:
        pytest.skip("PostgreSQL's server is not installed (Debian: postgresql)")
    port, user = free_port(), "postgres" if os.geteuid() == 0 else None
    home, sockets = certified / "pg", certified / "pg-sockets"
    for made in (home, sockets):
        made.mkdir(mode=0o700)
        if user:
            shutil.chown(made, user)
    (certified / "pw").write_text(PASSWORD)
    key = certified / "pg.key"
    shutil.copy(certified / "server.key", key)
    key.chmod(0o600)
    if user:
        shutil.chown(key, user)
    subprocess.run(
        [
            initdb,
            f"--pgdata={home}",
            "--username=board",
            f"--pwfile={certified / 'pw'}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ],
        check=True,
        capture_output=True,
        user=user,
        cwd=certified,
    )
    (home / "pg_hba.conf").write_text("hostssl all board 127.0.0.1/32 scram-sha-256\n")
    options = {
        "ssl": "on",
        "ssl_cert_file": certified / "server.pem",
        "ssl_key_file": key,
        "listen_addresses": "127.0.0.1",
        "port": port,
        "unix_socket_directories": sockets,
        "fsync": "off",
    }
    given = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with (certified / "pg.out").open("wb") as said:
        process = subprocess.Popen(
            [postgres, "-D", str(home), *given],
            stdout=said,
            stderr=said,
            user=user,
            cwd=certified,
        )
    address = f"postgresql+psycopg://board:{QUOTED}@localhost:{port}/postgres"

    def listens() -> bool:
        assert process.poll() is None, (certified / "pg.out").read_text()
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return True
        return False

    until(listens, 30, "PostgreSQL listens")
    yield address
    process.terminate()
    process.wait(30)


def test_a_board_over_tls_with_passwords_in_files(
    certified: Path, redis_url: str, database_url: str
) -> None:
    data = certified / "data"
    data.mkdir(mode=0o700)
    secrets = {
        "redis": f"{redis_url}?ssl_ca_certs={certified}/ca.pem",
        "database": f"{database_url}?sslmode=verify-full&sslrootcert={certified}/ca.pem",
    }
    for name, value in secrets.items():
        (data / f"{name}.url").write_text(f"{value}\n", encoding="utf-8")
        (data / f"{name}.url").chmod(0o600)
    lines = [f'{name}_file = "{data / name}.url"\n' for name in secrets]
    (data / "board.toml").write_text("".join(lines), encoding="utf-8")
    board = Board(data)
    feed = Source(board, data / "ledger.ndjson", 20)
    try:
        feed.start()
        until(lambda: board.figure("incidents.reported"), 60, "figures are counted")
        said = board.command("doctor")
        assert said.returncode == 0, said.stdout
        whole = psutil.Process(board.process.pid)
        processes = [whole, *whole.children(recursive=True)]
        seen = [" ".join(one.cmdline()) for one in processes]
        seen += [" ".join(one.environ().values()) for one in processes]
        board.said.flush()
        seen += [said.stdout, said.stderr, (data / "said.log").read_text()]
        for password in (PASSWORD, QUOTED, PASSWORD.replace(" ", "_")):
            assert not any(password in text for text in seen)
        assert "rediss://board:***@" in said.stdout
    finally:
        feed.stopping.set()
        board.stop()
    assert feed.failure is None
    assert not (data / "board.db").exists()
    assert "Traceback" not in (data / "said.log").read_text()


def test_a_server_with_another_certificate_is_not_believed(
    certified: Path, redis_url: str, database_url: str, board: Board
) -> None:
    given = {
        "BOARD_REDIS": f"{redis_url}?ssl_ca_certs={certified}/other.pem",
        "BOARD_DATABASE": f"{database_url}?sslmode=verify-full&sslrootcert={certified}/other.pem",
    }
    with pytest.MonkeyPatch.context() as environment:
        for name, value in given.items():
            environment.setenv(name, value)
        said = board.command("doctor")
    assert said.returncode == 1
    failed = [line for line in said.stdout.splitlines() if "does not answer" in line]
    assert len([line for line in failed if "certificate verify failed" in line]) == 2, said.stdout
