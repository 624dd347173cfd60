"""Cells: the finest parts by which counts are kept for splits, and how the table `cube` holds them.

In memory a cell is a tuple; in the JSON of a row it is one text, its parts separated by "|".
"""

from __future__ import annotations

from collections.abc import Mapping

from feeds.history.contribution import Cell

Texts = dict[str, dict[str, int]]  # stored measure → cell as text → how many


class Encoder(dict[Cell, str]):
    """Cell → its text in a row; without the outcome where there is none. Each text is made once,
    because a few different cells recur, and rows in memory share their texts.
    """

    def __missing__(self, cell: Cell) -> str:
        found = self[cell] = "|".join(cell if cell[3] else cell[:3])
        return found


class Decoder(dict[str, Cell]):
    """Text → cell. Each text is split once, because a few different texts recur."""

    def __missing__(self, text: str) -> Cell:
        category, facet, grid, *outcome = text.split("|")
        found = self[text] = (category, facet, grid, outcome[0] if outcome else "")
        return found


class WithoutGrids(dict[str, str]):
    """The text of a cell → the text of the cell without its grid, as months are kept."""

    def __missing__(self, text: str) -> str:
        category, facet, _, *outcome = text.split("|")
        found = self[text] = "|".join((category, facet, "", *outcome))
        return found

    def of(self, counters: Mapping[str, Mapping[str, int]]) -> Texts:
        """The same counters, added up over grids."""
        found: Texts = {}
        for measure, cells in counters.items():
            into = found[measure] = {}
            for text, n in cells.items():
                name = self[text]
                into[name] = into.get(name, 0) + n
        return found
