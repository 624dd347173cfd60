"""No count from 1 to 4 below town level can be worked out from what is shown: checked against all
numbers that would fit.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from feeds.statistics import suppression
from feeds.statistics.suppression import Mark, Protected

Counts = Mapping[tuple[str, str], int]
SMALL_BOUNDS, LARGE_BOUNDS, ANY_BOUNDS = (0, 4), (5, np.inf), (0, np.inf)


def _variables(grids: list[str], columns: list[str]) -> list[tuple[str, str]]:
    """Every cell, then every grid's total (column "")."""
    return [*((g, c) for g in grids for c in columns), *((g, "") for g in grids)]


def _known(
    grids: list[str], counts: Counts, marks: Protected
) -> tuple[list[tuple[str, str]], np.ndarray, np.ndarray, list[tuple[float, float]]]:
    """What a reader knows: the equations of the table, and for each number itself or the bounds
    that its mark names.
    """
    columns = sorted({c for (_, c), n in counts.items() if n})
    names = _variables(grids, columns)
    at = {name: i for i, name in enumerate(names)}
    value = {name: counts.get(name, 0) for name in names if name[1]} | {
        (g, ""): sum(counts.get((g, c), 0) for c in columns) for g in grids
    }
    mark: dict[tuple[str, str], Mark] = {
        **marks.cells,
        **{(g, ""): m for g, m in marks.totals.items()},
    }
    rows, right = [], []
    for grid in grids:
        row = np.zeros(len(names))
        row[[at[grid, c] for c in columns]] = 1
        row[at[grid, ""]] = -1
        rows.append(row)
        right.append(0.0)
    for column in [*columns, ""]:
        row = np.zeros(len(names))
        row[[at[g, column] for g in grids]] = 1
        rows.append(row)
        right.append(float(sum(value[g, column] for g in grids)))
    withheld = ANY_BOUNDS if set(mark.values()) == {"withheld"} else LARGE_BOUNDS
    bounds = [
        {"": (value[n], value[n]), "<5": SMALL_BOUNDS, "withheld": withheld}[mark[n]] for n in names
    ]
    return names, np.array(rows), np.array(right), bounds


def _range(
    i: int, rows: np.ndarray, right: np.ndarray, bounds: list[tuple[float, float]]
) -> tuple[float, float]:
    """The least and the most that a number can be."""
    aim = np.zeros(rows.shape[1])
    aim[i] = 1
    ends = [
        optimize.linprog(sign * aim, A_eq=rows, b_eq=right, bounds=bounds, method="highs")
        for sign in (1, -1)
    ]
    assert all(end.status in (0, 3) for end in ends)
    return ends[0].fun, np.inf if ends[1].status == 3 else -ends[1].fun


tables = st.integers(2, 6).flatmap(
    lambda rows: st.integers(1, 4).flatmap(
        lambda columns: st.lists(
            st.sampled_from([0, 0, 1, 2, 3, 4, 4, 5, 5, 6, 9, 20]),
            min_size=rows * columns,
            max_size=rows * columns,
        ).map(
            lambda values: {
                (f"g{i // columns}", f"c{i % columns}"): n for i, n in enumerate(values)
            }
        )
    )
)


@settings(deadline=None, max_examples=150)
@given(tables)
def test_no_count_from_1_to_4_can_be_worked_out(counts: dict[tuple[str, str], int]) -> None:
    grids = sorted({g for g, _ in counts})
    marks = suppression.protect(grids, counts)
    names, rows, right, bounds = _known(grids, counts, marks)
    for i, (grid, column) in enumerate(names):
        n = (
            counts.get((grid, column), 0)
            if column
            else sum(m for (g, _), m in counts.items() if g == grid)
        )
        if 0 < n < suppression.SMALL:
            least, most = _range(i, rows, right, bounds)
            assert most - least > 0.99, f"{grid} {column}: {n} follows from what is shown"


@settings(deadline=None, max_examples=150)
@given(tables)
def test_nothing_small_is_shown_and_nothing_large_is_called_small(
    counts: dict[tuple[str, str], int],
) -> None:
    grids = sorted({g for g, _ in counts})
    marks = suppression.protect(grids, counts)
    assert not {n for key, n in counts.items() if not marks.cells.get(key, "<5")} & {0, 1, 2, 3, 4}
    if set(marks.totals.values()) == {"withheld"}:
        return
    for key, mark in marks.cells.items():
        assert (mark == "<5") == (counts.get(key, 0) < 5)
    for grid, mark in marks.totals.items():
        assert (mark == "<5") == (sum(n for (g, _), n in counts.items() if g == grid) < 5)


@given(tables)
def test_the_same_table_is_hidden_alike(counts: dict[tuple[str, str], int]) -> None:
    grids = sorted({g for g, _ in counts})
    backwards = dict(reversed(counts.items()))
    assert suppression.protect(grids, counts) == suppression.protect(grids, backwards)


def test_one_small_count_among_large_ones_needs_another_hidden() -> None:
    marks = suppression.protect(
        ["a", "b", "c"], {("a", ""): 3, ("b", ""): 12, ("c", ""): 8}, by_column=False
    )
    assert marks.totals == {"a": "<5", "b": "", "c": "withheld"}


def test_several_small_counts_cover_each_other() -> None:
    marks = suppression.protect(
        ["a", "b", "c"], {("a", ""): 3, ("b", ""): 2, ("c", ""): 8}, by_column=False
    )
    assert marks.totals == {"a": "<5", "b": "<5", "c": ""}


def test_counts_at_the_end_of_their_range_are_no_cover() -> None:
    """4 + 4 of 16 could only be 4 and 4."""
    marks = suppression.protect(
        ["a", "b", "c"], {("a", ""): 4, ("b", ""): 4, ("c", ""): 8}, by_column=False
    )
    assert marks.totals == {"a": "<5", "b": "<5", "c": "withheld"}


def test_a_zero_is_hidden_and_covers() -> None:
    marks = suppression.protect(["a", "b", "c"], {("a", ""): 3, ("c", ""): 8}, by_column=False)
    assert marks.totals == {"a": "<5", "b": "<5", "c": ""}


def test_the_column_without_a_count_is_not_there() -> None:
    """Its town total is a known zero."""
    marks = suppression.protect(["a", "b"], {("a", "x"): 9, ("b", "y"): 0})
    assert marks.cells.keys() == {("a", "x"), ("b", "x")}


def test_where_all_lies_in_one_grid_everything_is_withheld() -> None:
    """5 or more of a town's 5 could only be all of them."""
    marks = suppression.protect(["a", "b"], {("b", "x"): 1, ("b", "y"): 4})
    assert {*marks.totals.values(), *marks.cells.values()} == {"withheld"}


@pytest.mark.parametrize("rows", [0, 1])
def test_a_town_of_one_row_has_nothing_to_hide_behind(rows: int) -> None:
    grids = ["a"][:rows]
    assert suppression.protect(grids, {("a", "x"): 3} if rows else {}).totals == dict.fromkeys(
        grids, "<5"
    )


def test_a_town_of_many_grids_is_done_at_once() -> None:
    spread = np.random.default_rng(3)
    grids = [f"g{n:03d}" for n in range(136)]
    counts = {
        (g, f"c{c}"): int(n)
        for g in grids
        for c, n in enumerate(spread.poisson([4, 2, 1, 0.5, 6, 0.1, 3, 0.3]))
    }
    marks = suppression.protect(grids, counts)
    shown = [counts[key] for key, mark in marks.cells.items() if not mark]
    assert shown
    assert min(shown) >= 5
