"""What an upgrade of a history will do, and the upgrade: a transaction for each revision, so that
one that is killed goes on from the last that was done. Loads Alembic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, Engine, insert

from feeds.city.words import Text
from feeds.history import schema

HERE = Path(__file__).parent


class Step(NamedTuple):
    """One revision, and what it makes."""

    revision: str
    title: Text


Done = Callable[[Step], None]


def newest(folder: Path = HERE) -> str:
    """The newest revision of a folder of them."""
    return str(_scripts(folder)[1].get_current_head())


def steps(revision: str, folder: Path = HERE) -> list[Step]:
    """The revisions that a history lacks, in the order in which they are made."""
    _, scripts = _scripts(folder)
    lacking = reversed(list(scripts.iterate_revisions(scripts.get_current_head(), revision)))
    return [_step(script) for script in lacking]


def upgrade(engine: Engine, done: Done, folder: Path = HERE) -> Sequence[Step]:
    """Make what a history lacks, one step after the other. Raises a database error; the steps
    before it are done then.
    """
    made = list[Step]()
    while True:
        with schema.alone(engine) as connection:
            revision = schema.found(connection)
            lacking = steps(revision, folder) if revision else []
            if not lacking:
                return made
            _mark(connection)
            _make(connection, lacking[0], folder)
        made.append(lacking[0])
        done(lacking[0])


def _mark(connection: Connection) -> None:
    """Say which revision a history has that is older than revisions."""
    schema.metadata.create_all(connection)
    if not connection.execute(schema.versions.select()).first():
        connection.execute(insert(schema.versions).values(version_num=schema.FIRST))


def _make(connection: Connection, step: Step, folder: Path) -> None:
    config, scripts = _scripts(folder)

    def wanted(revision: Any, _context: Any) -> Any:
        return scripts._upgrade_revs(step.revision, revision)

    environment = EnvironmentContext(config, scripts, fn=wanted)
    environment.configure(connection=connection, transactional_ddl=False)
    environment.run_migrations()


def _scripts(folder: Path) -> tuple[Config, ScriptDirectory]:
    config = Config()
    config.set_main_option("script_location", str(folder))
    config.set_main_option("path_separator", "os")
    return config, ScriptDirectory.from_config(config)


def _step(script: Script) -> Step:
    return Step(script.revision, Text(*script.module.TITLE))
