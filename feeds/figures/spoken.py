"""When the sources behind a town's figures last spoke, of whatever town.

A town where nothing happened is not late: its figures are as current as the last word of the source
that reports for it, and late when that source is, which speaks the more often the more towns it
serves. A source that reports for this town alone is late when the town is quiet.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping


class Spoken:
    """The newest event of every source and need (an event type or `indicator:<code>`), and which
    sources report what for which town. Times are epoch ms.
    """

    def __init__(self, rows: Iterable[tuple[str, str, str, int]] = ()) -> None:
        self._newest: dict[tuple[str, str], int] = {}
        self._sources: dict[str, dict[str, set[str]]] = {}
        self._of_town: dict[str, int] = {}
        self._served: dict[tuple[str, str], int] = {}  # of how many towns it ever spoke
        for town, need, source, at in rows:
            self.take(town, need, source, at)

    def take(self, town: str, need: str, source: str, at: int) -> None:
        """An event of a source for a town."""
        key = (source, need)
        self._newest[key] = max(at, self._newest.get(key, 0))
        self._of_town[town] = max(at, self._of_town.get(town, 0))
        sources = self._sources.setdefault(town, {}).setdefault(need, set())
        if source not in sources:
            sources.add(source)
            self._served[key] = self._served.get(key, 0) + 1

    def later(self, town: str, newest: Mapping[str, int]) -> dict[str, int]:
        """By need when the town's sources spoke last, where that was after the town's own newest
        event.
        """
        found: dict[str, int] = {}
        for need, sources in self._sources.get(town, {}).items():
            at = max(self._newest[source, need] for source in sources)
            if at > newest.get(need, 0):
                found[need] = at
        return found

    def serves(self, town: str, towns: int) -> dict[str, int]:
        """By need of how many of the city's `towns` that one of the town's sources speaks which
        spoke last, where that is more than one.
        """
        found: dict[str, int] = {}
        for need, sources in self._sources.get(town, {}).items():
            last = max(sources, key=lambda source: self._newest[source, need])
            if (served := min(self._served[last, need], towns)) > 1:
                found[need] = served
        return found

    def until(self, needs: Collection[str], town: str = "") -> int | None:
        """Up to when some needs are known, of a town, else of all: when their sources spoke last,
        for whatever town. What a town reports is not known after its own last word of any kind.
        None where they never spoke.
        """
        spoke = [
            self._newest[source, need]
            for name, by_need in self._sources.items()
            for need, sources in by_need.items()
            for source in sources
            if need in needs and town in ("", name)
        ]
        if not spoke:
            return None
        return min(max(spoke), self._of_town[town]) if town else max(spoke)
