"""A table as the client prefers it: JSON with one object a row, or CSV with one line a row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import flask
import msgspec
from flask import Response

from layouts.sheets import csv_file

JSON = "application/json"
CSV = "text/csv"


def is_csv() -> bool:
    """Whether this request prefers CSV."""
    return flask.request.accept_mimetypes.best_match((JSON, CSV)) == CSV


def of_rows(
    head: Mapping[str, Any], name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Response:
    """The rows under `name` beside what the head says; as CSV the rows alone."""
    if is_csv():
        return Response(csv_file.text_of([columns, *rows]), content_type=f"{CSV}; charset=utf-8")
    return answer({**head, name: [dict(zip(columns, row, strict=True)) for row in rows]})


def answer(body: Any) -> Response:
    return Response(msgspec.json.encode(body), content_type=JSON)
