"""The catalogue of KPIs. One entry here and one spec in tests/feeds/spec/ make a KPI; everything else follows.

Tiles, charts, topics, the API, exports, the audit and docs/reference/kpis all iterate CATALOGUE.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from feeds import eventtypes
from feeds.events import Shape
from feeds.formulas import Count, Formula, Gauge, Level, Quantile, Ratio, Term
from feeds.words import Text

Unit = Literal["count", "share", "yuan", "hours", "days"]
Better = Literal["up", "down", "neutral"]
HOUR_S, DAY_S = 3600, 86400
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
CLOSING = ("done", "referred", "withdrawn")


@dataclass(frozen=True)
class Kpi:
    """One figure. `cadence_s`: how long the city's source may be silent before the figure is late (at twice it).

    `note` is the definition a leader reads: what is counted, what is not.
    """

    id: str
    title: Text
    unit: Unit
    formula: Formula
    better: Better
    cadence_s: int
    system: int
    note: Text
    target: float | None = None

    @property
    def domain(self) -> str:
        return self.id.split(".")[0]

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """The event types it is made from; `indicator:<code>` for a gauge."""
        if isinstance(self.formula, Gauge):
            return (f"indicator:{self.formula.indicator}",)
        return tuple(dict.fromkeys(name for m in self.formula.measures for name in types_of(m)))


_STEPS_OF = {"opened": ("opened",), "handled": ("handled", "closed"), "joint": ("handled",), "fell_due": ("opened",)}


def types_of(measure: str) -> tuple[str, ...]:
    """The event types that add to a measure."""
    if measure in eventtypes.TYPES:
        return (measure,)
    family, _, what = measure.rpartition(".")
    if family in eventtypes.TYPES:
        return (family,)
    steps = _STEPS_OF.get(what, ("closed",))
    return tuple(t.name for t in eventtypes.TYPES.values() if t.shape is Shape.CASE and t.family == family and t.step in steps)


def _kpi(
    id: str, zh: str, en: str, unit: Unit, formula: Formula, better: Better, cadence_s: int, system: int,
    note_zh: str, note_en: str, target: float | None = None,
) -> Kpi:  # fmt: skip
    return Kpi(id, Text(zh, en), unit, formula, better, cadence_s, system, Text(note_zh, note_en), target)


def _count(measure: str, *dims: str) -> Count:
    return Count(Term(measure, dims))


def _share(numerator: Term, *denominator: Term) -> Ratio:
    return Ratio((numerator,), denominator)


def _on_time(family: str) -> Ratio:
    return Ratio((Term(f"{family}.on_time"),), (Term(f"{family}.on_time"), Term(f"{family}.fell_due")))


_ALL = (
    _kpi("incidents.reported", "事件上报", "Incidents reported", "count", _count("incident.opened"), "neutral", HOUR_S, 3,
         "本期首次上报的事件数", "Cases first reported in the period"),
    _kpi("incidents.handled", "事件处置", "Incidents handled", "count", _count("incident.handled"), "neutral", 2 * HOUR_S, 3,
         "本期首次分办的事件数；未分办直接办结的计在办结时", "Cases first dispatched in the period, or closed without dispatch"),
    _kpi("incidents.closed", "事件办结", "Incidents closed", "count", _count("incident.closed"), "up", 2 * HOUR_S, 3,
         "本期办结的事件数，不论何时上报", "Cases closed in the period, whenever reported"),
    _kpi("incidents.open", "在办事件", "Incidents open", "count", Level("incident.opened", "incident.left"), "down", 2 * HOUR_S, 3,
         "此刻已上报而未办结的事件数", "Cases reported and not yet closed, now"),
    _kpi("incidents.overdue", "超期事件", "Incidents overdue", "count", Level("incident.fell_due", "incident.left_late"), "down",
         2 * HOUR_S, 3, "此刻超过办理时限而未办结的事件数", "Open cases past their time limit, now"),
    _kpi("incidents.closure_rate", "事件办结率", "Incident closure rate", "share",
         _share(Term("incident.same_{period}"), Term("incident.opened")), "up", 2 * HOUR_S, 3,
         "本期上报的事件中已在本期办结的比例", "Of the cases reported in the period, the share closed within it", 0.95),
    _kpi("incidents.joint", "联动处置", "Joint handling", "count", _count("incident.joint"), "neutral", 6 * HOUR_S, 3,
         "本期转入联动处置的重大事件数", "Major cases handed to joint handling in the period"),
    _kpi("incidents.joint_closure_rate", "联动处置办结率", "Joint handling closed", "share",
         _share(Term("incident.joint_same_{period}"), Term("incident.joint")), "up", 6 * HOUR_S, 3,
         "本期转入联动处置的事件中已在本期办结的比例", "Of the period's joint cases, the share closed within it", 0.98),
    _kpi("incidents.median_hours", "办结时长中位数", "Median time to close", "hours",
         Quantile("incident.duration", 0.5, HOUR_MS), "down", 2 * HOUR_S, 3,
         "本期办结事件从上报到办结的时长，中位数", "Report to closing of the cases closed in the period, median"),
    _kpi("incidents.p90_hours", "办结时长九成位", "90th percentile to close", "hours",
         Quantile("incident.duration", 0.9, HOUR_MS), "down", 2 * HOUR_S, 3,
         "本期办结事件中九成在此时长内办结", "Nine in ten of the cases closed in the period took no longer", 120),
    _kpi("incidents.patrol_visits", "巡查走访", "Patrol visits", "count", _count("patrol.completed.visits"), "up", 2 * HOUR_S, 3,
         "本期网格巡查走访次数", "Visits made on grid patrols in the period"),

    _kpi("disputes.accepted", "纠纷受理", "Disputes accepted", "count", _count("dispute.opened"), "neutral", 6 * HOUR_S, 10,
         "本期受理的矛盾纠纷数", "Disputes accepted in the period"),
    _kpi("disputes.settled", "调解成功", "Disputes settled", "count", _count("dispute.closed", "settled"), "up", 6 * HOUR_S, 10,
         "本期办结且调解成功的纠纷数", "Disputes closed as settled in the period"),
    _kpi("disputes.failed", "调解未成", "Disputes failed", "count", _count("dispute.closed", "failed"), "down", 12 * HOUR_S, 10,
         "本期办结而调解未成的纠纷数", "Disputes closed without settlement in the period"),
    _kpi("disputes.open", "在调纠纷", "Disputes open", "count", Level("dispute.opened", "dispute.left"), "down", 6 * HOUR_S, 10,
         "此刻已受理而未办结的纠纷数", "Disputes accepted and not yet closed, now"),
    _kpi("disputes.overdue", "超期纠纷", "Disputes overdue", "count", Level("dispute.fell_due", "dispute.left_late"), "down",
         6 * HOUR_S, 10, "此刻超过调解期限而未办结的纠纷数", "Open disputes past their time limit, now"),
    _kpi("disputes.success_rate", "调解成功率", "Mediation success rate", "share",
         _share(Term("dispute.closed", ("settled",)), Term("dispute.closed", ("settled", "failed"))), "up", 6 * HOUR_S, 10,
         "本期调解成功数 ÷（成功 + 未成）；撤回、转其他途径不计",
         "Settled over settled and failed; withdrawn and referred left out", 0.988),
    _kpi("disputes.median_days", "调解时长中位数", "Median days to settle", "days", Quantile("dispute.duration", 0.5, DAY_MS),
         "down", 6 * HOUR_S, 10, "本期办结纠纷从受理到办结的天数，中位数",
         "Acceptance to closing of disputes closed in the period, median"),
    _kpi("disputes.village_rooms", "村级调解室建成率", "Village rooms built", "share",
         Gauge("disputes.village_rooms", share=True), "up", 35 * DAY_S, 10, "已建成的村级调解室 ÷ 应建数",
         "Village mediation rooms built over those planned", 0.95),
    _kpi("disputes.accident_settled", "事故纠纷化解", "Accident disputes settled", "count",
         _count("accident_dispute.closed", "settled"), "up", DAY_S, 11,
         "本期一体化中心调解成功的交通事故纠纷数", "Road-accident disputes settled at the joint centre in the period"),
    _kpi("disputes.accident_one_visit", "事故纠纷一次办结", "Settled in one visit", "share",
         _share(Term("accident_dispute.manner", ("one",)), Term("accident_dispute.manner")), "up", DAY_S, 11,
         "本期办结事故纠纷中一次办结的比例", "Of the accident disputes closed in the period, the share closed in one visit"),

    _kpi("traffic.accidents", "交通事故", "Traffic accidents", "count", _count("traffic.accident"), "down", 12 * HOUR_S, 8,
         "本期发生的道路交通事故起数", "Road accidents in the period"),
    _kpi("traffic.deaths", "事故死亡", "Deaths", "count", _count("traffic.accident.deaths"), "down", 12 * HOUR_S, 8,
         "本期道路交通事故死亡人数", "Killed in road accidents in the period"),
    _kpi("traffic.injuries", "事故受伤", "Injuries", "count", _count("traffic.accident.injuries"), "down", 12 * HOUR_S, 8,
         "本期道路交通事故受伤人数", "Injured in road accidents in the period"),
    _kpi("traffic.hazards_found", "道路隐患排查", "Road hazards found", "count", _count("traffic.hazard.opened"), "neutral",
         12 * HOUR_S, 8, "本期排查出的道路隐患数", "Road hazards found in the period"),
    _kpi("traffic.hazards_rectified", "道路隐患整改", "Road hazards rectified", "count", _count("traffic.hazard.closed"), "up",
         12 * HOUR_S, 8, "本期完成整改的道路隐患数", "Road hazards rectified in the period"),
    _kpi("traffic.hazards_overdue", "隐患超期", "Road hazards overdue", "count",
         Level("traffic.hazard.fell_due", "traffic.hazard.left_late"), "down", 12 * HOUR_S, 8,
         "此刻超过整改期限的道路隐患数", "Road hazards past their time limit, now"),

    _kpi("fraud.warnings", "反诈预警", "Fraud warnings", "count", _count("fraud.warning"), "neutral", HOUR_S, 7,
         "本期发出的预警数", "Warnings issued in the period"),
    _kpi("fraud.dissuaded", "成功劝阻", "Dissuaded", "count", _count("fraud.dissuaded"), "up", DAY_S, 7,
         "本期成功劝阻的人次", "People dissuaded in the period"),
    _kpi("fraud.loss_averted", "挽回损失", "Loss averted", "yuan", Count(Term("fraud.loss_averted.amount"), 0.01), "up", DAY_S, 7,
         "本期避免的损失金额", "Losses averted in the period"),
    _kpi("fraud.dissuasion_rate", "劝阻率", "Dissuasion rate", "share",
         _share(Term("fraud.dissuaded"), Term("fraud.warning")), "up", DAY_S, 7,
         "本期成功劝阻人次 ÷ 预警数", "People dissuaded over warnings issued in the period"),
    _kpi("fraud.leaflets", "反诈宣传册", "Leaflets given", "count", _count("fraud.leaflets.copies"), "up", 2 * DAY_S, 7,
         "本期发放的宣传册数", "Booklets handed out in the period"),

    _kpi("safety.hazards_found", "安全隐患排查", "Safety hazards found", "count", _count("safety.hazard.opened"), "neutral", 2 * DAY_S, 9,
         "本期检查发现的安全隐患数", "Safety hazards found in the period"),
    _kpi("safety.hazards_rectified", "安全隐患整改", "Safety hazards rectified", "count", _count("safety.hazard.closed"), "up", 2 * DAY_S,
         9, "本期完成整改的安全隐患数", "Safety hazards rectified in the period"),
    _kpi("safety.hazards_overdue", "安全隐患超期", "Safety hazards overdue", "count",
         Level("safety.hazard.fell_due", "safety.hazard.left_late"), "down", 2 * DAY_S, 9,
         "此刻超过整改期限的安全隐患数", "Safety hazards past their time limit, now"),
    _kpi("safety.key_units", "重点单位", "Key units", "count", Gauge("safety.key_units"), "neutral", 35 * DAY_S, 9,
         "列管的重点单位数", "Key units under supervision"),
    _kpi("safety.inspections", "检查单位", "Units inspected", "count", _count("safety.inspected.units"), "up", DAY_S, 9,
         "本期检查的单位数（次）", "Inspections of units in the period"),
    _kpi("safety.cases", "安全案件", "Safety cases", "count", _count("safety.case_filed"), "neutral", 30 * DAY_S, 9,
         "本期查处的公共安全案件数", "Public-safety cases filed in the period"),

    _kpi("sensing.online_rate", "设备在线率", "Devices online", "share", Gauge("devices.online", share=True), "up", HOUR_S, 6,
         "在线前端设备 ÷ 全部前端设备", "Front-end devices online over all", 0.98),
    _kpi("sensing.records", "感知数据量", "Sensing records", "count", _count("sensing.received.records"), "neutral", 2 * HOUR_S, 6,
         "本期接收的数据条数，只计数量", "Records received in the period; the number alone"),
    _kpi("exchange.records", "数据共享量", "Records exchanged", "count", _count("exchange.received.records"), "up", DAY_S, 1,
         "本期部门共享的数据条数", "Records departments shared in the period"),
    _kpi("handoffs.sent", "市镇转办", "Hand-offs", "count", _count("handoff.opened"), "neutral", DAY_S, 2,
         "本期市镇之间转办的事项数", "Items handed between city and towns in the period"),
    _kpi("handoffs.open", "转办未结", "Hand-offs open", "count", Level("handoff.opened", "handoff.left"), "down", DAY_S, 2,
         "此刻转办而未办结的事项数", "Hand-offs not yet closed, now"),
    _kpi("risks.raised", "风险研判", "Risks raised", "count", _count("risk.opened"), "neutral", 2 * DAY_S, 4,
         "本期研判交办的风险事项数", "Risk items raised at the daily assessment in the period"),
    _kpi("risks.open", "风险在办", "Risks open", "count", Level("risk.opened", "risk.left"), "down", 2 * DAY_S, 4,
         "此刻未办结的风险事项数", "Risk items not yet closed, now"),
    _kpi("risks.on_time", "风险按期办结率", "Risks closed on time", "share", _on_time("risk"), "up", 2 * DAY_S, 4,
         "本期按期办结 ÷（按期办结 + 本期到期未结）", "Closed on time over those and the ones that fell due unclosed", 0.95),
    _kpi("assessments.completed", "风险评估完成", "Assessments completed", "count", _count("assessment.closed"), "up", 14 * DAY_S, 5,
         "本期完成的重大决策风险评估数", "Risk assessments of major decisions completed in the period"),
    _kpi("assessments.on_time", "评估按期率", "Assessments on time", "share", _on_time("assessment"), "up", 14 * DAY_S, 5,
         "按期完成 ÷（按期完成 + 到期未完成）", "Completed on time over those and the ones that fell due", 1.0),
    _kpi("tasks.completed", "考核任务完成", "Tasks completed", "count", _count("task.closed"), "up", 14 * DAY_S, 13,
         "本期完成的考核任务数", "Assessment tasks completed in the period"),
    _kpi("tasks.open", "考核任务在办", "Tasks open", "count", Level("task.opened", "task.left"), "down", 14 * DAY_S, 13,
         "此刻未完成的考核任务数", "Assessment tasks not yet completed, now"),
    _kpi("tasks.on_time", "任务按期率", "Tasks on time", "share", _on_time("task"), "up", 14 * DAY_S, 13,
         "按期完成 ÷（按期完成 + 到期未完成）", "Completed on time over those and the ones that fell due", 1.0),

    _kpi("services.requests", "政务服务受理", "Service requests", "count", _count("service.opened"), "neutral", 2 * HOUR_S, 15,
         "本期受理的政务服务事项数", "Government service requests in the period"),
    _kpi("services.completed", "政务服务办结", "Services completed", "count", _count("service.closed"), "up", 2 * HOUR_S, 15,
         "本期办结的政务服务事项数", "Government service requests completed in the period"),
    _kpi("services.at_once_share", "马上办占比", "Done at once", "share",
         _share(Term("service.manner", ("at_once",)), Term("service.manner")), "up", 2 * HOUR_S, 15,
         "本期办结事项中马上办的比例", "Of the requests completed in the period, the share done at once"),
    _kpi("services.median_hours", "办理时长中位数", "Median time to done", "hours", Quantile("service.duration", 0.5, HOUR_MS),
         "down", 2 * HOUR_S, 15, "本期办结事项从受理到办结的时长，中位数", "Request to completion in the period, median"),
    _kpi("justice.diverted", "诉前分流", "Diverted from litigation", "count", _count("justice.diverted"), "up", 2 * DAY_S, 12,
         "本期诉前分流化解的案件数", "Cases diverted from litigation in the period"),
    _kpi("justice.served", "司法服务", "Judicial services", "count", _count("justice.served"), "up", 2 * DAY_S, 12,
         "本期提供的法律援助、咨询、检察服务数", "Legal aid, advice and procuratorate services in the period"),
    _kpi("governance.rooms", "议事室", "Deliberation rooms", "count", Gauge("governance.deliberation_rooms"), "up", 100 * DAY_S, 14,
         "“有事好商量”议事室数", "Deliberation rooms"),
    _kpi("governance.volunteers", "志愿者", "Volunteers", "count", Gauge("governance.volunteers"), "up", 100 * DAY_S, 14,
         "注册志愿者人数", "Registered volunteers"),
    _kpi("governance.teams", "志愿服务队", "Volunteer teams", "count", Gauge("governance.teams"), "up", 100 * DAY_S, 14,
         "志愿服务队数", "Volunteer teams"),
    _kpi("governance.activities", "五治活动", "Governance activities", "count", _count("governance.activity"), "up", 7 * DAY_S, 14,
         "本期开展的五治活动场次", "Activities of the five governances in the period"),
    _kpi("training.staff_rate", "网格员培训率", "Staff trained", "share", Gauge("training.staff_trained", share=True), "up",
         35 * DAY_S, 16, "已培训网格员 ÷ 应培训数", "Grid staff trained over those due", 1.0),
    _kpi("training.groups_covered", "微信群覆盖率", "Groups covered", "share", Gauge("outreach.groups_covered", share=True), "up",
         35 * DAY_S, 16, "已覆盖户 ÷ 全部户", "Households covered by a group over all"),
    _kpi("training.posts", "宣传发布", "Outreach posts", "count", _count("outreach.posted.posts"), "up", 2 * DAY_S, 16,
         "本期微信群宣传条数", "Posts to household groups in the period"),
    _kpi("commitments.kept", "表态兑现率", "Commitments kept", "share",
         _share(Term("commitment.closed", ("kept",)), Term("commitment.closed")), "up", 100 * DAY_S, 17,
         "本期到期表态中兑现的比例", "Of the commitments closed in the period, the share kept", 1.0),
    _kpi("order.calls", "报警求助", "Emergency calls", "count", _count("order.call"), "down", 2 * HOUR_S, 18,
         "本期报警求助起数", "Emergency calls in the period"),
    _kpi("order.filed", "立案", "Cases filed", "count", _count("order.opened"), "down", 2 * DAY_S, 18,
         "本期立案数", "Criminal and public-order cases filed in the period"),
    _kpi("order.cleared", "破案", "Cases cleared", "count", _count("order.closed"), "up", 2 * DAY_S, 18,
         "本期破案数", "Cases cleared in the period"),
)  # fmt: skip

CATALOGUE: dict[str, Kpi] = {k.id: k for k in _ALL}
DOMAINS = ("incidents", "disputes", "traffic", "fraud")
