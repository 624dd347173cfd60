"""The query parameters of the API, each described once for all routes that take it."""

from __future__ import annotations

from dashboard.access import language
from dashboard.api import asking, drilling
from dashboard.api.routes import Parameter
from feeds import kpis
from feeds.cases import query
from feeds.city import periods
from feeds.kpis import dimensions

LANG = Parameter(
    language.PARAMETER,
    "The language of refusals, as Accept-Language; the board's own where neither is given",
    schema=lambda _: {"enum": list(language.LANGS)},
)
AREA = Parameter(
    "area",
    "The city's or a town's code; the city where absent",
    schema=lambda s: {"enum": list(s.profile.areas)},
)
PERIOD = Parameter(
    "period",
    "To date, in the city's zone",
    schema=lambda _: {"enum": list(periods.PERIODS), "default": "today"},
)
AT = Parameter(
    "at",
    "As of this moment, with offset; whatever the period",
    schema=lambda _: {"type": "string", "format": "date-time"},
)
KNOWN = Parameter(
    "known",
    "With at: only what had been recorded by this moment, with offset",
    schema=lambda _: {"type": "string", "format": "date-time"},
)
KPI = Parameter("kpi", "A KPI's id", True, lambda _: {"enum": list(kpis.CATALOGUE)})
FROM = Parameter(
    "from",
    "First day, from 1990 on; 29 days before the last where absent",
    schema=lambda _: {"type": "string", "format": "date"},
)
TO = Parameter(
    "to",
    "Last day, included, not after today; today where absent",
    schema=lambda _: {"type": "string", "format": "date"},
)
STEP = Parameter(
    "step",
    "One point a day, a week (named by its Monday) or a month",
    schema=lambda _: {"enum": list(asking.STEPS), "default": "day"},
)
REMARKED = Parameter(
    "kpi",
    "A KPI's id, with remarks on all; every KPI where absent",
    schema=lambda _: {"enum": list(kpis.CATALOGUE)},
)
REMARKS_FROM = Parameter(
    "from", "First day; three years before the last where absent", schema=FROM.schema
)
REMARKS_TO = Parameter(
    "to", "Last day, included; up to a year ahead, and that where absent", schema=FROM.schema
)
WITHDRAWN = Parameter(
    "withdrawn",
    "Withdrawn ones too",
    schema=lambda _: {"enum": ["true", "false"], "default": "false"},
)
ID = Parameter("id", "The remark's", True)

PARENT = Parameter(
    "parent",
    "Only what lies directly below the city or a town; city and towns where absent",
    schema=lambda s: {"enum": list(s.profile.areas)},
)
BY = Parameter(
    "by",
    "What to split by, separated by commas, at most one of day, week (named "
    "by its Monday) and month; one cell where absent. Below "
    "town level those outside the town have grid, category and month, of whole months",
    schema=lambda _: {
        "type": "string",
        "pattern": f"^({'|'.join(dimensions.BY)})(,({'|'.join(dimensions.BY)}))*$",
    },
)
BEGIN = Parameter(
    "from",
    "First day; the first of the last day's month where absent. What stands now has no days",
    schema=lambda _: {"type": "string", "format": "date"},
)
FILTERS = (
    Parameter("category", "Only this category; `unknown` too"),
    Parameter(
        "facet",
        "Only this value of the second dimension (channel, centre, direction, group, department)",
    ),
    Parameter("outcome", "Only this outcome or manner of closings"),
    Parameter("grid", "Only this grid, or the town's code for what names no grid"),
)
DAYS = Parameter(
    "days",
    "With `history`: what was written down in so many days; none where absent",
    schema=lambda _: {"type": "integer", "minimum": 1, "maximum": 30},
)
ALERTS = (AREA, DAYS)
KPIS = (AREA, PERIOD, AT, KNOWN)
SERIES = (KPI, AREA, FROM, TO, STEP)
REMARKS = (REMARKED, AREA, REMARKS_FROM, REMARKS_TO, WITHDRAWN)
CELLS = (KPI, AREA, BEGIN, TO, BY, *FILTERS, Parameter("town", "Only this town; of the city"))
CASES = (
    Parameter(
        "family",
        "What the cases are about; every kind where absent",
        schema=lambda _: {"enum": ["", *query.FAMILIES], "default": ""},
    ),
    AREA,
    Parameter(
        "state",
        "Standing open, past the due time and open, or closed in the days",
        schema=lambda _: {"enum": list(query.STATES), "default": "open"},
    ),
    Parameter(
        "stage",
        "How far those that stand open have come: not handled yet, or handled",
        schema=lambda _: {"enum": list(query.STAGES), "default": ""},
    ),
    BEGIN,
    TO,
    *FILTERS,
    Parameter(
        "sort",
        "The most urgent first, or the newest",
        schema=lambda _: {"enum": list(query.SORTS), "default": "due"},
    ),
    Parameter(
        "limit",
        "Cases a page",
        schema=lambda _: {
            "type": "integer",
            "minimum": 1,
            "maximum": drilling.MOST,
            "default": drilling.LIMIT,
        },
    ),
    Parameter("cursor", "Of the page before: follow its `next`, or Link rel=next"),
)
