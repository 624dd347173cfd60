"""GET /report?quarter=2026Q3&as=pptx, a quarter's review as a file; GET /review/present, as slides
in the browser; GET /brief.pdf.

Each file is made in a real thread, so that frames continue; paper_queue.py says when.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import quote

import flask
from flask import Blueprint, Response
from sqlalchemy.exc import SQLAlchemyError

from dashboard import audit_trail, thread_pool
from dashboard.access import principal
from dashboard.api import problems
from dashboard.api.problems import Problem
from dashboard.exports import paper_queue, printing, report_files
from dashboard.exports.paper_queue import PaperQueue
from dashboard.exports.report_files import File, Wish
from dashboard.pages import reviews
from dashboard.pages.views import Views
from dashboard.services import Services
from dashboard.shell import documents, nonce
from feeds import kpis
from feeds.city import quarters
from feeds.city.words import Lang, Text
from feeds.review.freezes import NotFrozen
from feeds.review.review_values import Review
from layouts import pages, shell
from layouts.parts import refusal, report_links
from layouts.review.brief_values import BriefPage
from layouts.text import texts

_NO_DECK = Text(
    "研判材料由分析人员和会议主持人下载", "analysts and the host of the review download its papers"
)


def blueprint(services: Services, views: Views) -> Blueprint:
    """The addresses."""
    made, papers = Blueprint("reporting", __name__), PaperQueue()
    made.add_url_rule(
        report_links.FILES,
        "report",
        lambda: _answered(services, "/review", lambda: _report(services, papers)),
    )
    made.add_url_rule(
        report_links.PRESENT,
        "present",
        lambda: _answered(services, "/review", lambda: _present(services)),
    )
    made.add_url_rule(
        report_links.BRIEF,
        "brief_file",
        lambda: _answered(services, "/brief", lambda: _brief(services, views, papers)),
    )
    return made


def _report(services: Services, papers: PaperQueue) -> Response:
    _check_deck()
    wish, found = _asked(services, flask.request.args)
    _check_held(found)
    root = _noted(services, wish.kind, *_named(found))

    def made() -> File:
        with_root = replace(wish, root=root)
        drawn = thread_pool.run(report_files.draw, found, services.profile, with_root)
        return report_files.printed(drawn)

    # A paper that is kept has the root of when it was made, so the root is not in its key.
    key = paper_queue.key_of_review(found, wish)
    return _file(papers.get(key, made, _address()))


def _check_deck() -> None:
    """Raises Problem where the papers of the review are not for whoever asks."""
    if not principal.of_request().may("deck"):
        raise Problem(403, _NO_DECK)


def _check_held(found: Review) -> None:
    """Raises Problem for a freeze that is not reproduced, unless its file is asked for all the
    same.
    """
    if found.is_reproduced or flask.request.args.get("force") == "1":
        return
    code = found.freeze.code if found.freeze else ""
    said = Text(
        f"{code} 现在的数值与冻结时不同，不出文件。请先用 board freeze --verify {code} 查明；"
        "仍要文件，在地址后加 &force=1，每一页会注明",
        f"the figures of {code} are others now than were frozen, so no file is made. Find out why "
        f"with board freeze --verify {code}; for the file all the same add &force=1 to the "
        "address: every page of it says so",
    )
    raise Problem(409, said)


def _address() -> str:
    return flask.request.remote_addr or ""


def _present(services: Services) -> Response:
    _check_deck()
    query = flask.request.args
    found = review(services, query.get("quarter", ""), query.get("code", ""))
    _check_held(found)
    root = _noted(services, "slides", *_named(found))
    lang, word = _lang(services, query), nonce.nonce()
    document = thread_pool.run(report_files.present, found, services.profile, lang, root, word)
    return Response(document, content_type=report_files.HTML, headers={"Cache-Control": "no-store"})


def _brief(services: Services, made: Views, papers: PaperQueue) -> Response:
    """The sheet of /brief at the same query, as its print styles have it. Raises Problem,
    CannotPrint.
    """
    page = pages.at("/brief")
    assert page
    view = made.view(page, {**flask.request.args, "theme": "light"})
    found: BriefPage | None = view.page_data.get("brief")
    if found is None:
        raise problems.away("database", _text("brief.no_missing"))
    if found.brief is None:
        raise Problem(422, _text(f"brief.no_{found.refused}"), reason=found.refused)
    _noted(services, "pdf", "brief", found.period.name, view.area)
    document = documents.printable(
        shell.build(page, view), view.lang, shell.title(page, view), flask.request.url_root
    )
    name = f"brief-{found.period.name}.pdf"

    def printed() -> File:
        return File(printing.pdf(document), "application/pdf", name, 1)

    return _file(papers.get(paper_queue.key_of_document(document), printed, _address()))


def _noted(services: Services, *about: str) -> str:
    """The root of the audit log once it has the export; "" where it can't be written."""
    who, said = principal.who(), audit_trail.subject(*about)
    root = thread_pool.run(services.trail.note_if_possible, who, "export", said)
    return audit_trail.printed(root)


def _named(found: Review) -> tuple[str, str]:
    return found.quarter, found.freeze.code if found.freeze else "draft"


def _text(key: str) -> Text:
    """A text of the pages, in both languages."""
    return Text(texts.get("zh", key), texts.get("en", key))


def _lang(services: Services, query: Mapping[str, str]) -> Lang:
    return "en" if query.get("lang", services.settings.lang) == "en" else "zh"


def _answered(services: Services, page: str, made: Callable[[], Response]) -> Response:
    """What is made, or the problem that it meets: to a browser in words, with a link back to the
    page that has the paper.
    """
    try:
        return made()
    except Problem as error:
        problem = error
    except printing.CannotPrint as error:
        problem = Problem(501, error.said)
    except SQLAlchemyError:
        problem = problems.away("database", problems.NO_HISTORY)
    accepted = flask.request.accept_mimetypes
    if accepted.best_match((problems.TYPE, "text/html")) != "text/html":
        return problems.answer(problem, services.settings.lang)
    lang = _lang(services, flask.request.args)
    theme = "light" if flask.request.args.get("theme") == "light" else "dark"
    said = problem.detail.of(lang)
    content = refusal.build(lang, theme, said[:1].upper() + said[1:], page)
    title = Text(texts.get("zh", "refusal.title"), texts.get("en", "refusal.title"))
    document = documents.plain(content, lang, title, theme=theme)
    headers = {**problem.headers, "Cache-Control": "no-store"}
    return Response(document, problem.status, headers, content_type=report_files.HTML)


def _asked(services: Services, query: Mapping[str, str]) -> tuple[Wish, Review]:
    """What file, of which review. Raises Problem."""
    kind, paper = query.get("as"), query.get("paper", "a4")
    if kind not in report_files.KINDS:
        raise problems.wrong("as", kind, report_files.KINDS)
    if paper not in report_files.PAPERS:
        raise problems.wrong("paper", paper, report_files.PAPERS)
    chosen = tuple(filter(None, query.get("kpis", "").split(",")))
    if unknown := [kpi for kpi in chosen if kpi not in kpis.CATALOGUE]:
        raise problems.wrong("kpis", unknown[0], kpis.CATALOGUE)
    return Wish(kind, _lang(services, query), paper, chosen), review(
        services, query.get("quarter", ""), query.get("code", "")
    )


def review(services: Services, quarter: str, code: str) -> Review:
    """The review of a freeze's code, else of a quarter (of the one that runs, a draft), else of the
    newest quarter that is over. Raises Problem, a database error.
    """
    if code:
        try:
            return reviews.by_code(services, code)
        except NotFrozen:
            said = Text(f"没有冻结 {code}", f"there is no freeze {code}")
            raise Problem(404, said) from None
    over = reviews.over(services)
    if not over:
        said = Text(
            "还没有结束的、历史数据完整的季度",
            "no quarter is over yet that the history holds whole",
        )
        raise Problem(404, said)
    named = {one.name: one for one in over}
    begun = reviews.running(services)
    if begun is not None and begun.name == quarter:
        return reviews.draft(services, begun)
    if quarter and quarter not in named:
        raise problems.wrong("quarter", quarter, named)
    return reviews.of(services, quarters.parse(quarter) if quarter else over[0])


def _file(made: File) -> Response:
    answer = Response(made.body, content_type=made.mime)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(made.name)}"
    answer.headers["Cache-Control"] = "no-store"
    return answer
