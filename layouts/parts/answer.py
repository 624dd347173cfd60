"""What a figure's page says in words above its chart: the verdict and since when, where it lies,
and what it is made of. At most four sentences.

A town is named as worse or better only where its exact tail says so (layouts/parts/comparison.py).
All else that is said of towns and kinds is counts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from dash.development.base_component import Component

from feeds.city import periods
from feeds.kpis.dimensions import By
from feeds.statistics import tails
from layouts.html import elements as html
from layouts.parts import comparison, drill, labels, units, verdicts
from layouts.parts.comparison import Part
from layouts.parts.drill import Drill, Row, Split
from layouts.text import numbers, texts, times
from layouts.view import View

SENTENCES = 4
NAMED = 3  # towns or kinds in one sentence
MOMENTS = 4  # days or months in one sentence
QUIET_MONTHS = 2  # without a case, before it is said that all lie further back
KINDS: tuple[By, ...] = ("category", "facet")
OF_ONE_KIND = ("traffic.deaths",)  # its name says of which
SILENT = ("nodata", "late")


class Cases(NamedTuple):
    """Some cases: how many there are, and how many by moment and by kind (`by`)."""

    total: int
    moments: Mapping[str, int]
    by: By
    kinds: Mapping[str, int]


def block(view: View, kpi: str) -> Component:
    """The sentences as one paragraph, the verdict first."""
    first, *others = of(view, kpi)
    said = [html.Span(first, className="answer-verdict"), *(html.Span(text) for text in others)]
    return html.P(said, className="answer")


def of(view: View, kpi: str) -> list[str]:
    """The sentences of a figure's page, in the view's language."""
    found: Drill | None = view.page_data.get("drill")
    if found is not None and found.where:
        return _sentences(view, _of_part(view, kpi, found))
    said = [verdicts.sentence(view, kpi)]
    if view.verdict(kpi).code in SILENT:
        return said
    match view.kpi(kpi).unit:
        case "share":
            more = _of_share(view, kpi, found)
        case "count" | "yuan":
            more = _of_count(view, kpi, found)
        case _:
            more = [_against_usual(view, kpi)]
    return [*said, *_sentences(view, more)][:SENTENCES]


def _sentences(view: View, said: Sequence[str]) -> list[str]:
    """As sentences, without what is empty."""
    return [
        view.text("verdict.sentence", parts=text[:1].upper() + text[1:])
        for text in said[:SENTENCES]
        if text
    ]


def _of_share(view: View, kpi: str, found: Drill | None) -> list[str]:
    """Where cases are missing, and which they are."""
    towns, city = comparison.town_parts(view, kpi), comparison.city_value(view, kpi)
    where = _towns_apart if view.is_city else _standing
    said = [] if city is None else [where(view, kpi, towns, city), _gap(view, kpi)]
    return [text for text in (*said, *_why(view, kpi, found)) if text]


def _towns_apart(view: View, kpi: str, towns: Mapping[str, Part], city: float) -> str:
    """The towns beyond chance; where there are none, that, and which is the worst."""
    if sum(1 for _, of in towns.values() if of) < 2:
        return ""
    sides = comparison.classes(towns, city)
    said = []
    for side in ("low", "high"):
        beyond = [code for code, its in sides.items() if its == side]
        if beyond:
            listed = _with_cases(view, towns, beyond)
            said.append(view.text(f"answer.towns_{side}", towns=listed))
    if said:
        return view.text("answer.pause").join(said)
    alike = "answer.differ" if comparison.differ(towns, city) else "answer.alike"
    worst = comparison.worst(view, kpi, towns)
    if not worst or len(worst) > NAMED:
        return view.text(alike)
    last = "lowest" if view.kpi(kpi).better == "up" else "highest"
    named = view.text(f"answer.{last}", towns=_with_cases(view, towns, worst))
    return view.text("answer.comma").join([view.text(alike), named])


def _with_cases(view: View, towns: Mapping[str, Part], codes: Sequence[str]) -> str:
    """Towns with their cases, those with the most cases first."""
    ordered = sorted(codes, key=lambda code: -(towns[code][1] or 0))
    names = labels.towns(view)
    named = [
        view.text("answer.named", name=names[code], cases=numbers.cases(*towns[code], view.lang))
        for code in ordered[:NAMED]
    ]
    listed = view.text("live.comma").join(named)
    if len(ordered) <= NAMED:
        return listed
    return view.text("answer.and_others", listed=listed, n=len(ordered) - NAMED)


def _standing(view: View, kpi: str, towns: Mapping[str, Part], city: float) -> str:
    """How the page's town stands to the city."""
    mine = towns.get(view.area, (None, None))
    if mine[0] is None or not mine[1] or len(towns) < 2:
        return ""
    words = {
        "town": labels.towns(view)[view.area],
        "cases": numbers.cases(*mine, view.lang),
        "city": numbers.text(city, "share", view.lang),
    }
    side = comparison.classes(towns, city).get(view.area, "")
    if side:
        return view.text(f"answer.town_{side}", **words)
    if comparison.differ(towns, city):
        return view.text("answer.town_differ", **words)
    worst = comparison.worst(view, kpi, towns)
    if worst != [view.area]:
        return view.text("answer.town_alike", **words)
    last = "lowest" if view.kpi(kpi).better == "up" else "highest"
    return view.text(f"answer.town_{last}", **words)


def _gap(view: View, kpi: str) -> str:
    """In which towns the cases lie that the city lacks to its target."""
    is_judged = view.verdict(kpi).code in ("off", "near", "worse", "alarm")
    if not view.is_city or not is_judged or not verdicts.cases_short(view, kpi):
        return ""
    lacking = comparison.lacking(view, kpi)
    if not lacking or len(comparison.town_parts(view, kpi)) < 2:
        return ""
    return view.text("answer.gap", towns=_most(view, kpi, lacking))


def _most(view: View, kpi: str, towns: Mapping[str, float]) -> str:
    """The towns with the most of something, each with how many. Of towns that tie either all are
    named or none; where all tie, it is said how many they are.
    """
    names = labels.towns(view)
    most = comparison.above_tie(towns, NAMED)
    if towns and not most:
        level = max(towns.values())
        tied = sum(1 for n in towns.values() if n == level)
        return view.text("answer.tied", n=tied, each=units.counted(view, kpi, level))
    return _listed(view, kpi, [(names[code], towns[code]) for code in most])


def _listed(view: View, kpi: str, named: Sequence[tuple[str, float]]) -> str:
    said = [
        view.text("answer.count", name=name, n=units.counted(view, kpi, n)) for name, n in named
    ]
    return view.text("live.comma").join(said)


def _why(view: View, kpi: str, found: Drill | None) -> list[str]:
    """Of few missing cases when they were and of what kind; of many the kinds that lack more than
    chance would have it, and the one town's few.
    """
    if found is None or view.kpi(kpi).better == "neutral":
        return []
    if found.course is not None:
        cases = _cases(view, kpi, found.course, [found.by(by) for by in KINDS])
        return [_few(view, kpi, cases, "", _places_of_few(view, kpi, found))]
    return [*_of_single(view, kpi, found), _kinds_apart(view, kpi, found)]


def _places_of_few(view: View, kpi: str, found: Drill) -> str:
    """In which towns so few cases are."""
    split = found.by("town")
    if split is None:
        return ""
    names = labels.towns(view)
    known = {row.code: drill.cases_of(view, kpi, row) for row in split.rows if row.code in names}
    return _listed(view, kpi, [(names[code], n) for code, n in known.items() if n > 0])


def _of_single(view: View, kpi: str, found: Drill) -> list[str]:
    """The few missing cases of the one town that the sentence before has named."""
    if found.single is None:
        return []
    splits = {one.by: one for one in found.single.splits}
    its = _cases(view, kpi, found.single.course, [splits.get(by) for by in KINDS])
    return [_few(view, kpi, its, labels.towns(view)[found.single.code])]


def _cases(view: View, kpi: str, course: Split | None, splits: Sequence[Split | None]) -> Cases:
    """The cases that a figure is about, by when they were and of what kind."""
    moments = {row.code: drill.cases_of(view, kpi, row) for row in course.rows} if course else {}
    split = next((one for one in splits if one is not None and one.rows), None)
    kinds = {row.code: drill.cases_of(view, kpi, row) for row in split.rows} if split else {}
    return Cases(
        sum(moments.values()) or sum(kinds.values()),
        {code: n for code, n in moments.items() if n > 0},
        split.by if split else "category",
        {code: n for code, n in kinds.items() if n > 0},
    )


def _few(view: View, kpi: str, cases: Cases, town: str, places: str = "") -> str:
    """So few cases: how many, where, when, and of what kind."""
    missing = texts.under(view.lang, "missing", view.profile.town_word)
    is_share = view.kpi(kpi).unit == "share"
    n = units.counted(view, kpi, cases.total)
    said = n
    if is_share:
        what = missing.get(kpi, missing["other"])
        said = view.text("answer.missing", n=n, what=what)
    if town:
        said = view.text("answer.of_town", town=town, said=said)
    if places:
        said = view.text("compare.strip_value", value=said, cases=places)
    parts = [said, _when(view, cases), _kinds(view, kpi, cases)]
    return view.text("answer.comma").join(part for part in parts if part)


def _when(view: View, cases: Cases) -> str:
    """When they were: by their days or months where those are few, or before which month."""
    moments = sorted(cases.moments)
    if not moments:
        return ""
    if len(moments[0]) == len("2026-04"):
        return _in_months(view, [date.fromisoformat(f"{month}-01") for month in moments])
    if len(moments) > MOMENTS:
        return ""
    days = [times.day(datetime.fromisoformat(day), view.lang) for day in moments]
    one = "_one" if cases.total == 1 else ""
    return view.text(f"answer.on_days{one}", days=view.text("live.comma").join(days))


def _in_months(view: View, months: Sequence[date]) -> str:
    """Of cases that lie back at least two whole months it is said before when they were."""
    after = periods.days("month", months[-1])[1]
    today = periods.day_of(view.now_ms, view.profile.tz)
    end = view.date_range.end if view.date_range else today
    quiet = (end.year - after.year) * 12 + end.month - after.month
    if quiet >= QUIET_MONTHS:
        return view.text("answer.before", month=times.month(after, view.lang))
    named = [times.month(month, view.lang) for month in months]
    if len(months) > MOMENTS:
        return view.text("answer.between_months", first=named[0], last=named[-1])
    return view.text("answer.in_months", months=view.text("live.comma").join(named))


def _kinds(view: View, kpi: str, cases: Cases) -> str:
    """Of what kind they are, the most frequent alone where there are many kinds."""
    ordered = sorted(cases.kinds, key=lambda code: -cases.kinds[code])
    if not ordered or sum(cases.kinds.values()) != cases.total or kpi in OF_ONE_KIND:
        return ""
    names = [drill.name_of(view, kpi, cases.by, code) for code in ordered]
    if len(ordered) == 1:
        key = "answer.all_kind" if cases.total > 1 else "answer.one_kind"
        return view.text(key, kind=names[0])
    most = cases.kinds[ordered[0]]
    if most == 1:
        listed = view.text("live.comma").join(names[:NAMED])
        return view.text("answer.kinds", kinds=listed) if len(names) <= NAMED else ""
    return view.text("answer.most_kind", n=units.counted(view, kpi, most), kind=names[0])


def _kinds_apart(view: View, kpi: str, found: Drill) -> str:
    """The kinds on the worse side of the figure by more than chance."""
    whole = found.every.value
    split = next((one for one in map(found.by, KINDS) if one is not None and one.rows), None)
    if split is None or whole is None:
        return ""
    shares = {row.code: (row.numerator, row.denominator) for row in split.rows}
    better = view.kpi(kpi).better
    apart = [
        row
        for row in split.rows
        if comparison.meaning(comparison.classes(shares, whole).get(row.code, ""), better)
        == "worse"
    ]
    if not apart and len(shares) > 1:
        is_uneven = comparison.differ(shares, whole)
        return view.text("answer.kinds_differ" if is_uneven else "answer.kinds_alike")
    if not apart:
        return ""
    worst = sorted(apart, key=lambda row: -drill.cases_of(view, kpi, row))[:NAMED]
    named = [
        view.text(
            "answer.named",
            name=drill.name_of(view, kpi, split.by, row.code),
            cases=drill.parts(view, row),
        )
        for row in worst
    ]
    side = "low" if better == "up" else "high"
    return view.text(f"answer.kinds_{side}", kinds=view.text("live.comma").join(named))


def _of_count(view: View, kpi: str, found: Drill | None) -> list[str]:
    """Where most of it lies, and of what kind it is; of few cases also when they were."""
    whole = view.value(kpi)
    if not whole:
        return []
    said = [_against_usual(view, kpi)]
    if view.is_city:
        said.append(_places(view, kpi))
    elif not said[0]:
        said.append(_part_of_city(view, kpi, whole))
    if found is None:
        return said

    cases = _cases(view, kpi, found.course, [found.by(by) for by in KINDS])
    if found.course is not None:
        return [*said, _few(view, kpi, cases, "")]
    return [*said, _main_kinds(view, kpi, cases)]


def _against_usual(view: View, kpi: str) -> str:
    """Which towns have more overdue than their work would give, or are slower than the city; "" of
    figures that nothing usual is known of.
    """
    usual: comparison.Usual | None = view.page_data.get("usual")
    if usual is None or len(usual.towns) < 2:
        return ""
    sides = comparison.usual_classes(usual)
    kind = "stock" if usual.quantile is None else "slow"
    if not view.is_city:
        least = 0 if usual.quantile is None else tails.FEWEST_DURATIONS
        if usual.towns.get(view.area, (0, 0))[1] <= least:
            return ""
        side = sides.get(view.area, "") or ("differ" if _is_wide(usual) else "alike")
        return view.text(f"answer.{kind}_town_{side}", **_usual(view, kpi, view.area))
    said = []
    for side in ("high", "low"):
        beyond = [code for code, its in sides.items() if its == side]
        beyond.sort(key=lambda code: -usual.towns[code][0])
        named = [
            view.text(f"answer.{kind}_named", **_usual(view, kpi, code)) for code in beyond[:NAMED]
        ]
        if named:
            listed = view.text("live.comma").join(named)
            if len(beyond) > NAMED:
                listed = view.text("answer.and_others", listed=listed, n=len(beyond) - NAMED)
            limit = _limit(view, kpi, usual)
            said.append(view.text(f"answer.{kind}_{side}", towns=listed, limit=limit))
    if said:
        return view.text("answer.pause").join(said)
    if not _is_wide(usual):
        return view.text(f"answer.{kind}_alike")
    slowest = max(usual.towns, key=lambda code: usual.towns[code][0] / (usual.towns[code][1] or 1))
    return view.text("answer.slow_differ", **_usual(view, kpi, slowest))


def _is_wide(usual: comparison.Usual) -> bool:
    """Whether the towns differ in how slow they are by more than chance, though none stands out."""
    if usual.quantile is None:
        return False
    return comparison.differ(usual.towns, round(1 - usual.quantile, 9))


def _usual(view: View, kpi: str, code: str) -> dict[str, str]:
    """What a sentence says of a town and what is usual."""
    usual: comparison.Usual = view.page_data["usual"]
    n, of = usual.towns[code]
    return {
        "town": labels.towns(view)[code],
        "n": units.counted(view, kpi, n),
        "usual": units.counted(view, kpi, of) if of >= 1 else view.text("answer.under_one"),
        "cases": numbers.cases(n, of, view.lang),
        "limit": _limit(view, kpi, usual),
    }


def _limit(view: View, kpi: str, usual: comparison.Usual) -> str:
    if usual.limit is None:
        return ""
    return numbers.text(usual.limit, view.kpi(kpi).unit, view.lang)


def _places(view: View, kpi: str) -> str:
    """The towns with most of it, and how many have none of it: facts, no judgement of a town."""
    parts = comparison.town_parts(view, kpi)
    known = {code: n for code, (n, _) in parts.items() if n is not None}
    some = {code: n for code, n in known.items() if n > 0}
    if not some or len(known) < 2:
        return ""
    key = "answer.most" if len(some) > NAMED else "answer.all_in"
    said = view.text(key, towns=_most(view, kpi, some))
    zeros = len(known) - len(some)
    if not zeros:
        return said
    rest = "answer.zeros_one" if zeros == 1 else "answer.zeros"
    return view.text("answer.comma").join([said, view.text(rest, n=zeros)])


def _part_of_city(view: View, kpi: str, mine: float) -> str:
    """How much of the city's a town has."""
    parts = comparison.town_parts(view, kpi)
    total = sum(n or 0 for n, _ in parts.values())
    if not total or len(parts) < 2 or view.kpi(kpi).unit != "count":
        return ""
    return view.text(
        "answer.of_city",
        n=units.counted(view, kpi, mine),
        total=units.counted(view, kpi, total),
    )


def _main_kinds(view: View, kpi: str, cases: Cases) -> str:
    """The most frequent kinds, with how many."""
    ordered = sorted(cases.kinds, key=lambda code: -cases.kinds[code])
    if len(ordered) < 2:
        return ""
    named = [
        (drill.name_of(view, kpi, cases.by, code), cases.kinds[code]) for code in ordered[:NAMED]
    ]
    return view.text("answer.main_kinds", kinds=_listed(view, kpi, named))


def _of_part(view: View, kpi: str, found: Drill) -> list[str]:
    """What is to be said of the part that the filters leave, beside the whole."""
    part, every = found.whole, found.every
    if part is None:
        return [view.text("answer.part_inside")]
    if part.denominator is None and part.hidden:
        return [view.text("answer.part_hidden")]
    if part.denominator is None:
        return _part_of_count(view, kpi, found, part)
    if part.value is None or every.value is None:
        return [view.text("answer.part_none")]
    share = {"part": (part.numerator, part.denominator)}
    side = comparison.classes(share, every.value).get("part", "")
    words = {
        "cases": drill.parts(view, part),
        "whole": numbers.text(every.value, view.kpi(kpi).unit, view.lang),
        "whole_cases": drill.parts(view, every),
    }
    said = [view.text(f"answer.part_{side or 'alike'}", **words)]
    if found.course is None or view.kpi(kpi).better == "neutral":
        return said
    cases = _cases(view, kpi, found.course, [])
    return [*said, _few(view, kpi, cases, "")]


def _part_of_count(view: View, kpi: str, found: Drill, part: Row) -> list[str]:
    n, every = part.value or 0, found.every.value or 0
    if not n:
        return [view.text("answer.part_none")]
    return [
        view.text(
            "answer.part_of",
            n=units.counted(view, kpi, n),
            total=units.counted(view, kpi, every),
            share=numbers.text(n / every if every else 0, "share", view.lang),
        )
    ]
