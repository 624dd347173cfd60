"""The towns of a demo city: their share of events, their character, and the areas that their events
name. Nothing here depends on the day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from feeds.city.profile import Profile, Town
from feeds.demo import calibration
from feeds.demo.kinds import Scope
from feeds.demo.rhythm import Floats

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Places:
    """The towns in the profile's order. `subjects` are ready JSON pieces; a town's grids begin at
    `starts`.

    The last two subjects name no area and an unknown one.
    """

    codes: tuple[str, ...]
    weights: Floats
    slowness: Floats
    weakest: int
    villages: Ints
    grids: Ints
    subjects: NDArray[np.object_]
    starts: Ints
    counts: Ints

    def subject_of(self, code: str) -> str:
        return f',"subject":"{code}"'

    def draw(self, rng: np.random.Generator, scope: Scope, towns: Ints) -> list[str]:
        """A subject for each of the towns: a grid or the town itself; a few name none, or one
        nobody knows.
        """
        odd, where = rng.random(len(towns)), rng.random(len(towns))
        inside = (where * self.counts[towns]).astype(np.int64)
        index = self.starts[towns] + (inside if scope == "grid" else -1)
        unknown = odd < calibration.UNKNOWN_AREA
        index[unknown] = len(self.subjects) - 1 - (where[unknown] < 0.5)
        return self.subjects[index].tolist()  # type: ignore[no-any-return]


def places(profile: Profile, key: tuple[int, ...]) -> Places:
    """The places of a city; `key` seeds the characters of its towns. A city without towns is its
    own one.
    """
    towns = profile.towns or (Town(profile.code, profile.title),)
    rng = np.random.default_rng([*key, 11])
    size = np.array([4.0 * t.villages + t.grids + 1 for t in towns]) * rng.lognormal(
        0, 0.15, len(towns)
    )
    slowness = rng.uniform(0.85, 1.1, len(towns))
    order = rng.permutation(len(towns))
    slowness[order[1 : 1 + min(calibration.SLOW_TOWNS, len(towns) // 3)]] = calibration.SLOWNESS
    subjects, starts, counts = _subjects(profile.code, towns)
    return Places(
        tuple(t.code for t in towns),
        size / size.sum(),
        slowness,
        int(order[0]),
        np.array([t.villages for t in towns]),
        np.array([t.grids + t.dedicated for t in towns]),
        subjects,
        starts,
        counts,
    )


def _subjects(city: str, towns: tuple[Town, ...]) -> tuple[NDArray[np.object_], Ints, Ints]:
    """Each town's own subject followed by its grids', and where the grids begin (the town's own
    stands just before).
    """
    pieces: list[str] = []
    starts, counts = [], []
    for town in towns:
        grids = town.grid_codes or [town.code]
        pieces += [f',"subject":"{code}"' for code in (town.code, *grids)]
        starts.append(len(pieces) - len(grids))
        counts.append(len(grids))
    pieces += ["", f',"subject":"{city}-unmapped"']
    return np.array(pieces, dtype=object), np.array(starts), np.array(counts)
