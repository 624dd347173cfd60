"""A verdict as a sentence. Its mark is the tile's (layouts/parts/tile.py)."""

from __future__ import annotations

import math
from datetime import date

from feeds.alerts import firing
from feeds.figures import verdicts
from feeds.figures.verdicts import Verdict
from feeds.kpis import counted
from layouts.text import numbers, times
from layouts.view import View


def sentence(view: View, kpi: str) -> str:
    """What the verdict says, in one sentence; the mark beside it has the same verdict."""
    said = _said(view, kpi, view.verdict(kpi))
    return view.text("verdict.sentence", parts=said[:1].upper() + said[1:])


def _said(view: View, kpi: str, verdict: Verdict) -> str:
    match verdict.code:
        case "nodata" | "late":
            return _missing(view, kpi, verdict)
        case "few":
            return _few(view, kpi, verdict)
        case "better" if verdict.detail == "off":
            since = _since(view, verdict, of_trend(view, kpi))
            return view.text("verdict.still_off", said=since, off=against_target(view, kpi))
        case "worse" | "better":
            return _since(view, verdict, of_trend(view, kpi))
        case "off":
            return against_target(view, kpi)
        case "changed" if verdict.since:
            return _since(view, verdict, of_trend(view, kpi))
        case "changed":
            return _changed(view, kpi, verdict)
        case "alarm":
            return _alarm(view, kpi)
        case _:
            return view.text(f"verdict.{verdict.code}")


def _alarm(view: View, kpi: str) -> str:
    """What the alert says and since when: the area's own, else the most urgent; only that there is
    one where nothing more is known of it.
    """
    # A brief's alerts have no words: it tells of them in a part of its own.
    alerts = [one for one in firing.of_kpi(firing.of_topic(view.topic), kpi) if "title" in one]
    own = [one for one in alerts if one.get("area") == view.area] or alerts
    if not own:
        return view.text("verdict.alarm")
    one, side = own[0], 0 if view.lang == "zh" else 1
    title = one["title"][side]
    if one.get("area") != view.area:
        title = view.text("live.alert_of", place=one["place"][side], title=title)
    moment = times.moment(one["fired"], view.now_ms, view.profile.tz, view.lang)
    return view.text("verdict.alarm_of", title=title, moment=moment)


def _missing(view: View, kpi: str, verdict: Verdict) -> str:
    """What is missing, and since when."""
    at = view.kpi_at(kpi)
    if at is None:
        return view.text("verdict.nodata")
    if verdict.code == "late":
        span = times.duration((view.now_ms - at) / 1000, view.lang)
        return view.text("verdict.late", span=span)
    moment = times.moment(at, view.now_ms, view.profile.tz, view.lang)
    return view.text("verdict.nodata_since", moment=moment)


def _few(view: View, kpi: str, verdict: Verdict) -> str:
    """How many cases there are, and what the figure is over a longer window."""
    of = numbers.whole(view.parts(kpi)[1] or 0, view.lang)
    none = "" if view.parts(kpi)[1] else "_none"
    if verdict.window == "cases" or verdict.value is None:
        return view.text(f"verdict.few{none}", of=of)
    unit = view.kpi(kpi).unit
    words = {
        "window": view.text(f"verdict.window.{verdict.window}"),
        "value": numbers.text(verdict.value, unit, view.lang),
        "cases": numbers.cases(verdict.n, verdict.of, view.lang),
        "of": of,
    }
    if unit != "share":
        return view.text("verdict.few_pooled_time", **words)
    return view.text(f"verdict.few_pooled{none}", **words)


def _since(view: View, verdict: Verdict, said: str) -> str:
    since = date.fromisoformat(verdict.since)
    day = times.day_of_year(since, view.now_ms, view.profile.tz, view.lang)
    return view.text("verdict.since", day=day, said=said)


def _changed(view: View, kpi: str, verdict: Verdict) -> str:
    """By how much it differs from last year, or from the period before."""
    _, difference = verdicts.compared(view.change(kpi))
    declared = view.kpi(kpi)
    if difference is None:
        return view.text("verdict.code.changed")
    is_number = declared.unit in ("count", "yuan")
    ways = ("more", "fewer") if is_number else ("higher", "lower")
    change = numbers.change(difference, declared.unit, view.lang).lstrip("+" + numbers.MINUS)
    kind = beside(view, kpi, verdict.kind)
    return view.text(f"verdict.{ways[difference < 0]}", kind=kind, change=change)


def beside(view: View, kpi: str, kind: verdicts.Kind) -> str:
    """What a figure is compared with, in the words of its comparison's period."""
    if kind == "year":
        return view.text("verdict.year")
    return view.text("verdict.period", before=view.text(f"before.{view.compared_over(kpi)}"))


def against_target(view: View, kpi: str) -> str:
    """By how much the target is missed; of a share also how many cases it would take to reach it.
    Nothing without a target or a value.
    """
    wanted, value = view.target(kpi), view.value(kpi)
    if wanted is None or value is None:
        return ""
    side = "below" if value < wanted else "above"
    unit = view.kpi(kpi).unit
    gap = (
        numbers.change(value - wanted, unit, view.lang)
        if unit == "share"
        else numbers.text(abs(value - wanted), unit, view.lang)
    )
    said = view.text(f"verdict.{side}", gap=gap.lstrip("+" + numbers.MINUS))
    missing = cases_short(view, kpi)
    if unit != "share" or not missing:
        return said
    word = counted.word(kpi, missing, view.lang)
    count = f"{numbers.whole(missing, view.lang)} {word}".rstrip()
    return view.text("verdict.off_cases", side=said, count=count)


def cases_short(view: View, kpi: str) -> int:
    """How many cases it would take to bring the figure to its target; 0 where it is there, and of
    what is no share.
    """
    wanted, (n, of) = view.target(kpi), view.parts(kpi)
    if wanted is None or n is None or not of or view.kpi(kpi).unit != "share":
        return 0
    short = wanted * of - n if view.kpi(kpi).better == "up" else n - wanted * of
    return max(math.ceil(short - 1e-9), 0)


def of_trend(view: View, kpi: str) -> str:
    """What the last completed week or month shows, and for how long."""
    trend = view.trend(kpi)
    if trend is None or trend.variation == "none":
        return view.text("verdict.too_few") if trend is not None else ""
    if trend.variation == "common":
        return view.text("verdict.common")
    words = {"n": trend.run, "step": view.text(f"verdict.{trend.step}")}
    said = f"{trend.cause}_{'up' if trend.leans_up else 'down'}"
    return view.text(f"verdict.between_{said}" if trend.is_between else f"verdict.{said}", **words)
