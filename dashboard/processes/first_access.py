"""What `board run` does about who may come in, before it says where the board is: tokens of an
older board are taken over, a new board gets its first token, and one without an administrator a
one-time link that makes one.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from sqlalchemy.exc import SQLAlchemyError

from dashboard import history
from dashboard.access import tokens
from dashboard.audit_trail import now_ms
from dashboard.settings import Settings
from feeds.accounts import account_store, link_store

SET_UP = "/set-up?link="


class FirstAccess(NamedTuple):
    """The file of the first token; the link's path, "" where there is an administrator. `wrong` is
    why nothing of this could be done: the database is away.
    """

    token_file: Path
    set_up: str = ""
    wrong: str = ""


def begin(chosen: Settings) -> FirstAccess:
    """Once at each start, which makes the link of the start before useless."""
    token_file = chosen.data / tokens.FIRST
    try:
        database = history.open_database(chosen.database_url)
    except SQLAlchemyError as error:
        return FirstAccess(token_file, wrong=str(error).splitlines()[0])
    try:
        tokens.begin(chosen.data, database)
        with database.begin() as connection:
            if account_store.has_admin(connection):
                return FirstAccess(token_file)
            return FirstAccess(token_file, SET_UP + link_store.make(connection, now_ms(), "set_up"))
    except SQLAlchemyError as error:
        return FirstAccess(token_file, wrong=str(error).splitlines()[0])
    finally:
        database.dispose()
