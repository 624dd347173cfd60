"""Tables whose rows stay: the database itself rejects every change and removal, on SQLite and on
PostgreSQL.

A table says so with `declare`; storage.py makes the triggers when it opens a database, also for a
history that an older build made.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, MetaData, Table, UniqueConstraint, text

_APPEND_ONLY, _REMOVABLE = "append_only", "removable"
_LOCK = 7_305_803  # of PostgreSQL, so that two processes that start make the triggers once


def declare(table: Table, removable: str = "") -> None:
    """Rows of the table stay. `removable` is a condition in SQL on OLD, under which a row may be
    removed all the same.
    """
    table.info[_APPEND_ONLY] = True
    table.info[_REMOVABLE] = removable


def enforce(connection: Connection, metadata: MetaData) -> None:
    """Make the triggers that are missing. Whoever lacks the right to make some finds them made."""
    tables = [table for table in metadata.sorted_tables if table.info.get(_APPEND_ONLY)]
    if not tables:
        return
    dialect = connection.dialect.name
    if dialect == "sqlite":
        there = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        wanted = _of_sqlite
    elif dialect == "postgresql":
        connection.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
        there = connection.execute(
            text(
                "SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                "WHERE c.relnamespace = current_schema()::regnamespace"
            )
        )
        wanted = _of_postgresql
    else:
        return
    known = set(there.scalars())
    for table in tables:
        for name, statements in wanted(table):
            if name not in known:
                for statement in statements:
                    connection.exec_driver_sql(statement)


def _of_sqlite(table: Table) -> Iterator[tuple[str, list[str]]]:
    """The triggers of a table by name. INSERT OR REPLACE removes a row without a trigger of DELETE,
    so a second row with a key that is taken is rejected before.
    """
    stays = f"SELECT RAISE(ABORT, '{table.name} stay')"
    removable = table.info[_REMOVABLE]
    when = f"WHEN NOT ({removable}) " if removable else ""
    taken = " OR ".join(_same_key(names) for names in _keys(table))
    conditions = {
        "UPDATE": f"BEFORE UPDATE ON {table.name} ",
        "DELETE": f"BEFORE DELETE ON {table.name} {when}",
        "REPLACE": f"BEFORE INSERT ON {table.name} "
        f"WHEN EXISTS (SELECT 1 FROM {table.name} WHERE {taken}) ",
    }
    for verb, condition in conditions.items():
        name = f"{table.name}_{verb}"
        yield name, [f"CREATE TRIGGER IF NOT EXISTS {name} {condition}BEGIN {stays}; END"]


def _keys(table: Table) -> Iterator[list[str]]:
    """The names of the columns that are unique together."""
    yield [column.name for column in table.primary_key.columns]
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield [column.name for column in constraint.columns]


def _same_key(names: list[str]) -> str:
    return "(" + " AND ".join(f'"{name}" = NEW."{name}"' for name in names) + ")"


def _of_postgresql(table: Table) -> Iterator[tuple[str, list[str]]]:
    name, removable = f"{table.name}_stay", table.info[_REMOVABLE]
    exception = f"IF TG_OP = 'DELETE' THEN IF {removable} THEN RETURN OLD; END IF; END IF; "
    function = (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"{exception if removable else ''}RAISE EXCEPTION '{table.name} stay'; END $$"
    )
    rows = f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table.name} FOR EACH ROW"
    yield name, [function, f"{rows} EXECUTE FUNCTION {name}()"]
    whole = (
        f"CREATE FUNCTION {name}_whole() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{table.name} stay'; END $$"
    )
    emptied = f"CREATE TRIGGER {name}_whole BEFORE TRUNCATE ON {table.name} FOR EACH STATEMENT"
    yield f"{name}_whole", [whole, f"{emptied} EXECUTE FUNCTION {name}_whole()"]
