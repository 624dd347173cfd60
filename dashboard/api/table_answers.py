"""How an answer travels: as JSON, or a table as CSV where the client prefers that."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import flask
import msgspec
from flask import Response
from msgspec import Struct

from layouts.sheets import csv_file

JSON = "application/json"
CSV = "text/csv"


def is_csv() -> bool:
    """Whether this request prefers CSV."""
    return flask.request.accept_mimetypes.best_match((JSON, CSV)) == CSV


def of_rows(answer: Struct, columns: Sequence[str], rows: Iterable[Struct]) -> Response:
    """The whole answer as JSON; as CSV its rows alone, with these of their fields."""
    if not is_csv():
        return json_of(answer)
    values = [[csv_file.safe(getattr(row, name)) for name in columns] for row in rows]
    text = csv_file.text_of([columns, *values])
    return Response(text, content_type=f"{CSV}; charset=utf-8")


def json_of(answer: Struct, status: int = 200) -> Response:
    return Response(msgspec.json.encode(answer) + b"\n", status, content_type=JSON)
