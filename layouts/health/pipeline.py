"""The current state of an event's way through the board, and the web workers at its end."""

from __future__ import annotations

from dash.development.base_component import Component

from layouts.health import pieces
from layouts.health.page_values import Pipeline, Worker
from layouts.html import attributes
from layouts.html import elements as html
from layouts.text import numbers, times
from layouts.view import View

MB = 1_048_576


def build(view: View, pipeline: Pipeline, workers: tuple[Worker, ...] | None) -> Component:
    facts = [
        *_reached(view, pipeline),
        *_ages(view, pipeline),
        *_stores(view, pipeline),
        *_builds(view),
    ]
    return pieces.section(
        view, "pipe", html.Dl(facts, className="health-facts"), *_workers(view, workers)
    )


def troubles(view: View, pipeline: Pipeline) -> list[str]:
    """Why live figures can't be served, in words; none while they can."""
    ailing = [reason.partition(":")[0] for reason in pipeline.reasons]
    return [
        view.text(f"health.trouble_{name}")
        for name in ailing
        if name != "hub" or not pipeline.redis_error
    ]


def _fact(view: View, name: str, value: pieces.Content, note: str = "") -> Component:
    """A term and what it is now."""
    said = [html.Span(value)] + ([html.Span(note, className="health-moment")] if note else [])
    return html.Div([html.Dt(view.text(f"health.{name}")), html.Dd(said)])


def _reached(view: View, pipeline: Pipeline) -> list[Component]:
    stores = (("redis", pipeline.redis_error), ("database", pipeline.database_error))
    return [
        _fact(view, name, pieces.state(view, "away" if error else "reached"), error or "")
        for name, error in stores
    ]


def _ages(view: View, pipeline: Pipeline) -> list[Component]:
    ailing = {reason.partition(":")[0] for reason in pipeline.reasons}
    lag = (
        "—"
        if pipeline.lag_s is None
        else view.text("health.none_waits")
        if pipeline.lag_s == 0
        else _seconds(view, pipeline.lag_s)
    )
    return [
        _fact(view, "lag", _marked(view, lag, "ingest" in ailing)),
        _fact(
            view,
            "watermark",
            "—"
            if pipeline.watermark_age_s is None
            else times.age(pipeline.watermark_age_s, view.lang),
        ),
        _fact(view, "engine", _marked(view, _engine(view, pipeline), "engine" in ailing)),
    ]


def _marked(view: View, words: str, is_bad: bool) -> pieces.Content:
    return pieces.state(view, "late", words) if is_bad else words


def _engine(view: View, pipeline: Pipeline) -> str:
    if pipeline.redis_error:
        return "—"
    return (
        view.text("health.never")
        if pipeline.engine_age_s is None
        else times.age(pipeline.engine_age_s, view.lang)
    )


def _stores(view: View, pipeline: Pipeline) -> list[Component]:
    found = []
    if pipeline.redis_used_bytes is not None:
        limit = (
            view.text("health.memory_of", mb=f"{pipeline.redis_limit_bytes / MB:,.0f}")
            if pipeline.redis_limit_bytes
            else ""
        )
        found.append(_fact(view, "memory", f"{pipeline.redis_used_bytes / MB:,.0f} MB", limit))
    if pipeline.partitions:
        entries = " · ".join(
            numbers.text(n, "count", view.lang) for n, _ in pipeline.partitions.values()
        )
        found.append(
            _fact(
                view,
                "partitions",
                str(len(pipeline.partitions)),
                view.text("health.entries", entries=entries),
            )
        )
    if pipeline.watched is not None:
        found.append(_fact(view, "watched", str(pipeline.watched)))
    return found


def _builds(view: View) -> list[Component]:
    """The web's build, and the engine's where that is another."""
    engine = str((view.topic or {}).get("build", ""))
    other = (
        view.text("health.engine_build", build=engine) if engine and engine != view.build else ""
    )
    return [_fact(view, "build", view.build, other)]


def _seconds(view: View, seconds: float) -> str:
    return (
        f"{seconds:.1f}{times.SPACE}{'秒' if view.lang == 'zh' else 's'}"
        if seconds < 60
        else times.duration(seconds, view.lang)
    )


def _workers(view: View, workers: tuple[Worker, ...] | None) -> list[Component]:
    if workers is None:
        return [pieces.missing(view, "redis")]
    names = ("clients", "topics", "frames_in", "sent", "skipped", "resyncs", "losses")
    head = [
        view.text("health.worker"),
        *(view.text(f"health.hub_{name}") for name in names),
        view.text("health.peak"),
    ]
    rows = [_worker(view, worker, names) for worker in workers]
    return [pieces.table(head, rows, "table--workers")]


def _worker(view: View, worker: Worker, names: tuple[str, ...]) -> list[pieces.Content]:
    is_well = worker.hub.get("connected", 1) and worker.build == view.build
    state = "reached" if is_well else "away" if worker.build == view.build else "old"
    name = pieces.state(view, state, worker.name.partition("-")[0])
    counts = [numbers.text(worker.hub.get(count, 0), "count", view.lang) for count in names]
    return [html.Span(name, **attributes.data(worker=worker.name)), *counts, f"{worker.peak_mb} MB"]
