"""KPIs of the grid service, hand-offs between city and towns, and data sharing (systems 1 to 3)."""

from __future__ import annotations

from feeds.kpis.definition import DAY_S, HOUR_MS, HOUR_S, Kpi, count, kpi, on_time, overdue, share, standing
from feeds.kpis.formulas import Quantile, Term

KPIS: tuple[Kpi, ...] = (
    kpi("incidents.reported", "事件上报", "Incidents reported", "count", count("incident.opened"), "neutral", HOUR_S, 3,
        "本期首次上报的事件数", "Cases first reported in the period"),
    kpi("incidents.handled", "事件处置", "Incidents handled", "count", count("incident.handled"), "neutral", 2 * HOUR_S, 3,
        "本期首次分办的事件数；未分办直接办结的计在办结时", "Cases first dispatched in the period, or closed without dispatch"),
    kpi("incidents.closed", "事件办结", "Incidents closed", "count", count("incident.closed"), "up", 2 * HOUR_S, 3,
        "本期办结的事件数，不论何时上报", "Cases closed in the period, whenever reported"),
    kpi("incidents.open", "在办事件", "Incidents open", "count", standing("incident"), "down", 2 * HOUR_S, 3,
        "此刻已上报而未办结的事件数", "Cases reported and not yet closed, now"),
    kpi("incidents.overdue", "超期事件", "Incidents overdue", "count", overdue("incident"), "down",
        2 * HOUR_S, 3, "此刻超过办理时限而未办结的事件数", "Open cases past their time limit, now"),
    kpi("incidents.closure_rate", "事件办结率", "Incident closure rate", "share",
        share(Term("incident.same_{period}"), Term("incident.opened")), "up", 2 * HOUR_S, 3,
        "本期上报的事件中已在本期办结的比例", "Of the cases reported in the period, the share closed within it", 0.95),
    kpi("incidents.joint", "联动处置", "Joint handling", "count", count("incident.joint"), "neutral", 6 * HOUR_S, 3,
        "本期转入联动处置的重大事件数", "Major cases handed to joint handling in the period"),
    kpi("incidents.joint_closure_rate", "联动处置办结率", "Joint handling closed", "share",
        share(Term("incident.joint_same_{period}"), Term("incident.joint")), "up", 6 * HOUR_S, 3,
        "本期转入联动处置的事件中已在本期办结的比例", "Of the period's joint cases, the share closed within it", 0.98),
    kpi("incidents.median_hours", "办结时长中位数", "Median time to close", "hours",
        Quantile("incident.duration", 0.5, HOUR_MS), "down", 2 * HOUR_S, 3,
        "本期办结事件从上报到办结的时长，中位数", "Report to closing of the cases closed in the period, median"),
    kpi("incidents.p90_hours", "办结时长九成位", "90th percentile to close", "hours",
        Quantile("incident.duration", 0.9, HOUR_MS), "down", 2 * HOUR_S, 3,
        "本期办结事件中九成在此时长内办结", "Nine in ten of the cases closed in the period took no longer", 120),
    kpi("incidents.patrol_visits", "巡查走访", "Patrol visits", "count", count("patrol.completed.visits"), "up", 2 * HOUR_S, 3,
        "本期网格巡查走访次数", "Visits made on grid patrols in the period"),

    kpi("handoffs.sent", "市镇转办", "Hand-offs", "count", count("handoff.opened"), "neutral", DAY_S, 2,
        "本期市镇之间转办的事项数", "Items handed between city and towns in the period"),
    kpi("handoffs.open", "转办未结", "Hand-offs open", "count", standing("handoff"), "down", DAY_S, 2,
        "此刻转办而未办结的事项数", "Hand-offs not yet closed, now"),
    kpi("handoffs.accepted", "转办接收", "Hand-offs accepted", "count", count("handoff.handled"), "up", DAY_S, 2,
        "本期首次被接收的转办事项数；未经接收直接办结的计在办结时",
        "Hand-offs first accepted in the period; one closed without acceptance counts at its closing"),
    kpi("handoffs.overdue", "转办超期", "Hand-offs overdue", "count", overdue("handoff"), "down", DAY_S, 2,
        "此刻超过办理时限而未办结的转办事项数，不论是否已接收", "Hand-offs past their time limit and not closed, now, accepted or not"),
    kpi("handoffs.on_time", "转办按期率", "Hand-offs on time", "share", on_time("handoff"), "up", DAY_S, 2,
        "本期按期办结 ÷（按期办结 + 本期到期未结）；未到期的不计",
        "Closed on time over those and the ones that fell due unclosed; not yet due left out", 0.95),

    kpi("exchange.records", "数据共享量", "Records exchanged", "count", count("exchange.received.records"), "up", DAY_S, 1,
        "本期部门共享的数据条数", "Records departments shared in the period"),
)  # fmt: skip
