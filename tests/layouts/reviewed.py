"""A review made by hand: eighteen towns, some far out, some without data, intervals and limits by
feeds/statistics.
"""

from __future__ import annotations

import hashlib
import random
from datetime import date

import numpy as np
from scipy import stats

from feeds import kpis
from feeds.city.profile import Profile
from feeds.remarks.remarks import Remark
from feeds.review.review_values import (
    Area,
    Class,
    Commitment,
    Compared,
    Completeness,
    Figure,
    Freeze,
    Funnel,
    Lesson,
    Limit,
    Reading,
    Review,
    Spot,
    TownReading,
)
from feeds.statistics import funnels, spc
from tests.layouts import agendas

CLASSES: dict[str, Class] = {
    "common": "inside",
    "high95": "above95",
    "high998": "above998",
    "low95": "below95",
    "low998": "below998",
}
SHARES = (
    "incidents.closure_rate",
    "disputes.success_rate",
    "fraud.dissuasion_rate",
    "handoffs.on_time",
    "services.one_visit_share",
    "disputes.accident_one_visit",
)
COUNTS = (
    "traffic.accidents",
    "incidents.reported",
    "incidents.overdue",
    "disputes.accepted",
    "order.calls",
    "traffic.hazards_overdue",
)
MOMENT_MS = 1_790_816_400_000  # 2026-10-01 09:00 in Shanghai
NOTHING = Reading(None)


def review(profile: Profile, *, is_demo: bool = True) -> Review:
    """Frozen, with lessons and commitments."""
    figures = (
        *(_share(profile, kpi) for kpi in SHARES),
        *(_count(profile, kpi) for kpi in COUNTS),
        _value(profile, "incidents.median_hours"),
    )
    areas = (
        Area(profile.code, profile.title.zh, profile.title.en),
        *(Area(t.code, t.name.zh, t.name.en) for t in profile.towns),
    )
    heard = tuple(_heard(n, area) for n, area in enumerate(areas))
    hashed = hashlib.sha256(repr(figures).encode()).hexdigest()
    freeze = Freeze(
        "K7M2-9Q", "2026Q3", MOMENT_MS, hashed, "0.1.0", "d1", "t1", "l1", "p1", "review-office"
    )
    return Review(
        "2026Q3",
        MOMENT_MS,
        areas,
        heard,
        figures,
        tuple(_lessons(figures)),
        freeze,
        commitments=_commitments(profile),
        remarks=_remarks(profile),
        is_demo=is_demo,
        agenda=agendas.of(profile, figures, heard),
    )


def _share(profile: Profile, kpi: str) -> Figure:
    chance, declared = random.Random(kpi), kpis.CATALOGUE[kpi]
    level = 0.93 if (declared.target or 0) > 0.9 else 0.62
    sizes = [round(12 * 1.35**n) for n in range(len(profile.towns))]
    chance.shuffle(sizes)
    rates = [
        min(
            0.999,
            max(
                0.02,
                level + chance.gauss(0, 0.012) - (0.09 if n == 3 else 0) + (0.05 if n == 9 else 0),
            ),
        )
        for n in range(len(sizes))
    ]
    now = [sum(chance.random() < p for _ in range(of)) for p, of in zip(rates, sizes, strict=True)]
    before = [
        sum(chance.random() < p - (0.08 if n == 9 else 0) for _ in range(of))
        for n, (p, of) in enumerate(zip(rates, sizes, strict=True))
    ]
    found = funnels.proportions(now, sizes)
    line = np.geomspace(8, max(sizes) * 1.05, 60).round().tolist()
    limits = funnels.proportions([found.centre * x for x in line], line, target=found.centre).frame
    towns = []
    for n, town in enumerate(profile.towns):
        low = spc.wilson(now[n], sizes[n])
        cls = CLASSES[found.frame["class"].iloc[n]]
        then = Reading(before[n] / sizes[n], before[n], sizes[n])
        moved = _compared(now[n], before[n], sizes[n])
        towns.append(
            TownReading(
                town.code,
                now[n] / sizes[n],
                now[n],
                sizes[n],
                low.low,
                low.high,
                then,
                NOTHING,
                moved,
                None,
                None,
                Spot(sizes[n], now[n] / sizes[n], cls),
            )
        )
    whole, old, of = sum(now), sum(before), sum(sizes)
    funnel = Funnel("share", found.centre, found.phi, found.tau2, False, _limits(line, limits))
    return Figure(
        kpi,
        declared.unit,
        "share",
        declared.better,
        declared.target,
        Reading(whole / of, whole, of),
        Reading(old / of, old, of),
        NOTHING,
        _compared(whole, old, of),
        None,
        tuple(towns),
        funnel,
    )


def _count(profile: Profile, kpi: str) -> Figure:
    chance, declared = np.random.default_rng(len(kpi)), kpis.CATALOGUE[kpi]
    expected = np.geomspace(1.5, 400, len(profile.towns))
    chance.shuffle(expected)
    now = chance.poisson(expected * np.where(np.arange(len(expected)) == 5, 1.6, 1.0))
    before = chance.poisson(expected)
    expected = expected * now.sum() / expected.sum()
    found = funnels.counts(now, expected)
    line = np.geomspace(1, expected.max() * 1.05, 60).tolist()
    limits = funnels.counts(line, line).frame
    towns = []
    for n, town in enumerate(profile.towns):
        x, old = int(now[n]), int(before[n])
        low, high = (
            (float(stats.chi2.ppf(0.025, 2 * x) / 2) if x else 0.0),
            float(stats.chi2.ppf(0.975, 2 * x + 2) / 2),
        )
        ratio = spc.ratio(x, old) if old else None
        moved = (
            Compared(
                ratio.estimate,
                ratio.low,
                ratio.high,
                ratio.low > 1 or ratio.high < 1,
                ratio.low > 1.2 or ratio.high < 0.8,
            )
            if ratio
            else None
        )
        towns.append(
            TownReading(
                town.code,
                x,
                x,
                None,
                low,
                high,
                Reading(old, old),
                NOTHING,
                moved,
                None,
                None,
                Spot(float(expected[n]), x / expected[n], CLASSES[found.frame["class"].iloc[n]]),
            )
        )
    whole, old = int(now.sum()), int(before.sum())
    ratio = spc.ratio(whole, old)
    funnel = Funnel("rate", 1.0, found.phi, found.tau2, False, _limits(line, limits))
    return Figure(
        kpi,
        declared.unit,
        "count",
        declared.better,
        declared.target,
        Reading(whole, whole),
        Reading(old, old),
        NOTHING,
        Compared(ratio.estimate, ratio.low, ratio.high, False, False),
        None,
        tuple(towns),
        funnel,
    )


def _value(profile: Profile, kpi: str) -> Figure:
    declared = kpis.CATALOGUE[kpi]
    towns = tuple(
        TownReading(
            t.code,
            20.5 + n if n else None,
            None,
            None,
            None,
            None,
            NOTHING,
            NOTHING,
            None,
            None,
            None,
            None,
        )
        for n, t in enumerate(profile.towns)
    )
    return Figure(
        kpi,
        declared.unit,
        "value",
        declared.better,
        None,
        Reading(26.25),
        Reading(25.0),
        NOTHING,
        None,
        None,
        towns,
        None,
    )


def _compared(now: int, before: int, of: int) -> Compared:
    found = spc.difference(now, of, before, of)
    apart = found.low > 0 or found.high < 0
    return Compared(
        found.estimate,
        found.low,
        found.high,
        apart,
        abs(found.estimate) > 1.6 * (found.high - found.estimate),
    )


def _limits(line: list[float], frame: object) -> tuple[Limit, ...]:
    def kept(value: float) -> float | None:
        return None if np.isnan(value) else float(value)

    rows = zip(
        line, *(frame[name] for name in ("lower95", "upper95", "lower998", "upper998")), strict=True
    )  # type: ignore[index]
    return tuple(Limit(x, *(kept(v) for v in row)) for x, *row in rows)


def _heard(n: int, area: Area) -> Completeness:
    return Completeness(
        area.code,
        400 * (n + 3),
        80 if n == 7 else 92,
        92,
        11 if n == 12 else 12,
        12,
        n % 5,
        MOMENT_MS - 3_600_000,
    )


def _lessons(figures: tuple[Figure, ...]) -> list[Lesson]:
    found = []
    for figure in figures:
        for one in figure.towns:
            if (
                one.change
                and one.change.is_signal
                and one.value is not None
                and one.previous.value is not None
            ):
                rose = one.value > one.previous.value
                meaning = (
                    "neutral"
                    if figure.better == "neutral"
                    else "better"
                    if rose == (figure.better == "up")
                    else "worse"
                )
                found.append(
                    Lesson(
                        figure.kpi,
                        figure.unit,
                        one.town,
                        "previous",
                        one.previous.value,
                        one.value,
                        one.change,
                        meaning,
                        True,
                    )
                )
    return found


def _commitments(profile: Profile) -> tuple[Commitment, ...]:
    outcomes = ("pending", "met", "missed", "unclear", "nodata")
    kpi = "disputes.success_rate"
    return tuple(
        Commitment(
            f"c{n}",
            town.code,
            kpi,
            "2026-12-31",
            0.985,
            "2026Q2",
            "office",
            MOMENT_MS,
            Reading(0.95, 95, 100),
            outcomes[n],  # type: ignore[arg-type]
            "2026Q3" if n else "",
            *((Reading(0.97, 97, 100), 0.91, 0.99) if n in (1, 2, 3) else (None, None, None)),  # type: ignore[misc]
        )
        for n, town in enumerate(profile.towns[:5])
    )


def _remarks(profile: Profile) -> tuple[Remark, ...]:
    """On one figure three, one of them a town's rebase with its reason and one withdrawn since; and
    one on all figures.
    """
    kpi, town, made = SHARES[0], profile.towns[1].code, MOMENT_MS - 86_400_000
    first, second, third, fourth = (
        date(2026, 6, 20),
        date(2026, 7, 1),
        date(2026, 7, 8),
        date(2026, 8, 3),
    )
    return (
        Remark(
            "r1",
            kpi,
            profile.code,
            first,
            first,
            "system",
            "",
            "",
            "数据局",
            made,
            "数据局",
            MOMENT_MS + 1,
        ),
        Remark(
            "r2", kpi, town, second, second, "rebase", "新口径", "只计已核实的事件", "审计局", made
        ),
        Remark(
            "r3",
            "*",
            profile.code,
            third,
            date(2026, 7, 12),
            "weather",
            "强降雨，停工排查",
            "",
            "应急局",
            made,
        ),
        Remark(
            "r4", kpi, profile.code, fourth, fourth, "campaign", "夏季专项行动", "", "综治办", made
        ),
    )
