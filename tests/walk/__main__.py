"""`python -m tests.walk`: the whole walk, outside the suite. It prints what was found by rule and
page, and keeps every moment in a file, from which a run that was stopped goes on.
"""

from __future__ import annotations

import argparse
import itertools
import json
import multiprocessing
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tests.walk import walk

CITIES = {city.name: city for city in (walk.YIXING, walk.THREE, walk.EMPTY)}
FIRST, WEEKS = date(2025, 10, 1), 52
EXAMPLES = 3


def main() -> int:
    args = _arguments()
    cities = args.city or list(CITIES)
    asked = walk.moments(FIRST, WEEKS)[:: args.every]
    done = {(one["city"], one["at"]) for one in _read(args.out)}
    work = []
    for name in cities:
        # Two stretches of the year, so that two processes can take one each.
        for part in _halves(asked):
            left = [at for at in part if (name, at.isoformat()) not in done]
            if left:
                work.append((CITIES[name], left, args.out))
    with multiprocessing.get_context("spawn").Pool(args.processes) as pool:
        for said in pool.imap_unordered(walk.record, work):
            print(said, flush=True)
    return _report(args.out)


def _halves(asked: list[datetime]) -> list[list[datetime]]:
    middle = (len(asked) + 1) // 2
    return [part for part in (asked[:middle], asked[middle:]) if part]


def _read(out: Path) -> list[dict[str, Any]]:
    if not out.exists():
        return []
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def _report(out: Path) -> int:
    """What was found, by rule, page and place, with some examples of each."""
    lines = _read(out)
    found: dict[tuple[str, str, str], list[str]] = {}
    for line, one in _findings(lines):
        path = one["page"].split("?")[0]
        place = re.sub(r"\d+", "#", one["place"]) if " < " in one["place"] else one["place"]
        key = (one["rule"], path, place.split(" ")[0] if " < " not in place else place)
        example = f"{line['city']} {line['at']} {one['page']}: {one['said']}"
        found.setdefault(key, []).append(example)
    for (rule, path, place), examples in sorted(found.items()):
        print(f"{len(examples):6} {rule} · {path} · {place}")
        for example in examples[:EXAMPLES]:
            print(f"       {example}")
    pages = sum(line["pages"] for line in lines)
    count = sum(len(examples) for examples in found.values())
    print(f"{len(lines)} moments, {pages} pages, {count} findings")
    return 1 if count else 0


def _findings(
    lines: list[dict[str, Any]],
) -> Iterator[tuple[Mapping[str, Any], Mapping[str, str]]]:
    return itertools.chain.from_iterable(
        zip(itertools.repeat(line), line["found"], strict=False) for line in lines
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser("tests.walk", description="Walk every page over a year")
    parser.add_argument("city", nargs="*", help=f"of {', '.join(CITIES)}; all by default")
    parser.add_argument("--out", type=Path, default=Path("walk.jsonl"), help="where it is kept")
    parser.add_argument("--every", type=int, default=1, help="only every so-manieth moment")
    parser.add_argument("--processes", type=int, default=2)
    args = parser.parse_args()
    if unknown := set(args.city) - CITIES.keys():
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    return args


if __name__ == "__main__":
    sys.exit(main())
