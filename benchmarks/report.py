"""What becomes of the figures: the table, one line a run in history.jsonl, and the page of
documentation that shows the newest.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import figures, machine
from benchmarks.figures import CATALOGUE, Found

HISTORY = Path(__file__).with_name("history.jsonl")
PAGE = Path(__file__).resolve().parents[1] / "docs" / "explanation" / "speed.md"
BEGIN, END = "<!-- the newest table -->", "<!-- end of the table -->"


def record(
    found: Sequence[Found], options: Mapping[str, Any], other_cores: float
) -> dict[str, Any]:
    """A run as it is kept: nothing in it names a machine or a path."""
    return {
        "date": time.strftime("%Y-%m-%d"),
        "commit": machine.commit(),
        "cpus": machine.cpus(),
        "other_load_cores": round(other_cores, 2),
        "options": dict(options),
        "versions": machine.versions(),
        "figures": {f.id: None if math.isnan(f.value) else round(f.value, 3) for f in found},
        "beside": {f.id: f.beside for f in found if f.beside},
    }


def keep(run: Mapping[str, Any]) -> None:
    with HISTORY.open("a", encoding="utf-8") as file:
        file.write(json.dumps(run, ensure_ascii=False) + "\n")


def newest() -> dict[str, Any]:
    """The last run kept. Raises FileNotFoundError or IndexError where there is none."""
    found: dict[str, Any] = json.loads(HISTORY.read_text(encoding="utf-8").splitlines()[-1])
    return found


def table(run: Mapping[str, Any]) -> str:
    """The run as Markdown: its circumstances, the table, and what falls short."""
    found = [
        Found(id, float("nan") if v is None else v, run["beside"].get(id, ""))
        for id, v in run["figures"].items()
    ]
    head = [
        _circumstances(run),
        "",
        "| figure | measured | wanted | reference beside it |",
        "|---|---|---|---|",
    ]
    return "\n".join([*head, *(_row(f) for f in found), "", _short(found)])


def publish(run: Mapping[str, Any]) -> None:
    """Puts the table into the page that explains it."""
    text = PAGE.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}\n{table(run)}\n{END}{rest.partition(END)[2]}", encoding="utf-8")


def _row(found: Found) -> str:
    figure = CATALOGUE[found.id]
    measured = figures.written(found.value, figure.unit)
    return f"| {figure.label} | {f'**{measured}**' if figure.is_short(found.value) else measured} | {figure.wanted()} | {found.beside} |"


def _circumstances(run: Mapping[str, Any]) -> str:
    load = f"{run['other_load_cores']:.1f} of {run['cpus']} cores busy with other things meanwhile"
    versions = ", ".join(f"{name} {number}" for name, number in run["versions"].items())
    return f"{run['date']}, commit {run['commit']}, {run['cpus']} cores, {load}. {versions}."


def _short(found: Sequence[Found]) -> str:
    missed = [(CATALOGUE[f.id], f.value) for f in found if CATALOGUE[f.id].is_short(f.value)]
    if not missed:
        return "Everything that is wanted was reached."
    lines = [
        f"- {figure.label}: {figures.written(value, figure.unit)}, wanted {figure.wanted()}"
        for figure, value in missed
    ]
    return "\n".join(["Falls short (bold above):", "", *lines])
