"""What an event adds to the sums: the contribution, and the cell it is kept in."""

from __future__ import annotations

Cell = tuple[str, str, str, str]  # category, facet, grid, outcome or manner; "" where there is none
# Where (town), when (epoch ms), what (stored measure), of which value of its dimension, how many,
# and the cell it is kept in for splits (None where splits count the cases themselves).
Contribution = tuple[str, int, str, str, int, Cell | None]
