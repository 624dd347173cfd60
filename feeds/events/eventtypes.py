"""The one table of event types, for all eighteen systems of the city.

Decoding, JSON Schema, the reference pages and the simulator use it, so a new type is one entry
here.
"""

from __future__ import annotations

from feeds.city.words import Text
from feeds.events import categories
from feeds.events.event import EventType, Field, Scalar, Shape, Step

CASE = Field("case", "case", Text("案件编号", "Case number"))


def _category(
    choices: dict[str, Text], name: str = "category", title: Text = Text("类别", "Category")
) -> Field:
    return Field(name, "category", title, choices)


def _choice(name: str, title: Text, choices: dict[str, Text], *, required: bool = True) -> Field:
    return Field(name, "choice", title, choices, required)


def _count(name: str, zh: str, en: str) -> Field:
    return Field(name, "count", Text(zh, en))


def _case(
    name: str,
    system: int,
    step: Step,
    title: Text,
    *fields: Field,
    facet: str = "",
    **example: Scalar,
) -> EventType:
    by = {"opened": "category", "handled": "", "closed": "outcome"}[step]
    sample = (("case", "c-2026-0001"), *example.items())
    return EventType(
        name, system, Shape.CASE, title, (CASE, *fields), step, by=by, facet=facet, example=sample
    )


def _tally(
    name: str,
    system: int,
    title: Text,
    *fields: Field,
    measures: dict[str, str],
    by: str = "",
    facet: str = "",
    **example: Scalar,
) -> EventType:
    counted, sample = tuple(measures.items()), tuple(example.items())
    return EventType(
        name,
        system,
        Shape.COUNT,
        title,
        fields,
        measures=counted,
        by=by,
        facet=facet,
        example=sample,
    )


DONE = {
    "done": Text("办结", "Done"),
    "referred": Text("转办", "Referred"),
    "withdrawn": Text("撤回", "Withdrawn"),
}
SETTLEMENT = {
    "settled": Text("调解成功", "Settled"),
    "failed": Text("调解未成", "Failed"),
    "withdrawn": Text("撤回", "Withdrawn"),
    "referred": Text("转其他途径", "Referred"),
}
OPINION = {
    "approved": Text("准予实施", "Approved"),
    "conditional": Text("有条件实施", "Approved with conditions"),
    "deferred": Text("暂缓实施", "Deferred"),
    "rejected": Text("不予实施", "Rejected"),
}
KEPT = {"kept": Text("兑现", "Kept"), "missed": Text("未兑现", "Missed")}
MANNER = {
    "at_once": Text("马上办", "At once"),
    "online": Text("网上办", "Online"),
    "one_visit": Text("一次办", "One visit"),
    "nearby": Text("就近办", "Nearby"),
}
SEVERITY = {
    "fatal": Text("死亡", "Fatal"),
    "serious": Text("重伤", "Serious"),
    "slight": Text("轻伤", "Slight"),
}
VISITS = {"one": Text("一次办结", "One visit"), "more": Text("多次", "More visits")}
DIRECTION = {"up": Text("镇转市", "Town to city"), "down": Text("市转镇", "City to town")}
GROUP = {
    "intelligence": Text("信息研判组", "Intelligence"),
    "mediation": Text("矛盾化解组", "Mediation"),
    "emergency": Text("应急处置组", "Emergency"),
    "publicity": Text("舆情引导组", "Publicity"),
    "supervision": Text("督查考核组", "Supervision"),
    "support": Text("综合保障组", "Support"),
}

CATEGORY_TITLE = Text("类别", "Category")
OUTCOME = Text("结果", "Outcome")
CHANNEL = Text("渠道", "Channel")
DUE = Field("due", "time", Text("应办结时间", "Due"))

_TYPES = (
    _tally(
        "exchange.received",
        1,
        Text("数据共享接收", "Records exchanged"),
        Field("department", "code", Text("部门", "Department")),
        _count("records", "条数", "Records"),
        measures={"records": "records"},
        department="civil_affairs",
        records=1200,
        facet="department",
    ),
    _case(
        "handoff.sent",
        2,
        "opened",
        Text("市镇转办", "Hand-off sent"),
        _category(categories.INCIDENT),
        _choice("direction", Text("方向", "Direction"), DIRECTION),
        category="order",
        direction="up",
        facet="direction",
    ),
    _case("handoff.accepted", 2, "handled", Text("转办接收", "Hand-off accepted")),
    _case(
        "handoff.closed",
        2,
        "closed",
        Text("转办办结", "Hand-off closed"),
        _choice("outcome", OUTCOME, DONE),
        outcome="done",
    ),
    _case(
        "incident.reported",
        3,
        "opened",
        Text("事件上报", "Incident reported"),
        _category(categories.INCIDENT),
        Field(
            "severity",
            "count",
            Text("等级", "Severity"),
            {str(n): Text(f"{n} 级", f"Level {n}") for n in (1, 2, 3, 4)},
        ),
        _category(categories.INCIDENT_CHANNEL, "channel", CHANNEL),
        category="neighbour",
        severity=3,
        channel="patrol",
        facet="channel",
    ),
    _case(
        "incident.dispatched",
        3,
        "handled",
        Text("事件分办", "Incident dispatched"),
        Field("to", "code", Text("承办单位", "Handed to")),
        Field("joint", "flag", Text("联动处置", "Joint handling")),
        to="police",
        joint=True,
    ),
    _case(
        "incident.closed",
        3,
        "closed",
        Text("事件办结", "Incident closed"),
        _choice("outcome", OUTCOME, DONE),
        outcome="done",
    ),
    _tally(
        "patrol.completed",
        3,
        Text("网格巡查走访", "Patrol completed"),
        _count("visits", "走访次数", "Visits"),
        measures={"visits": "visits"},
        visits=6,
    ),
    _case(
        "risk.raised",
        4,
        "opened",
        Text("风险研判", "Risk raised"),
        _category(categories.RISK),
        _choice("group", Text("工作组", "Group"), GROUP),
        category="stability",
        group="intelligence",
        facet="group",
    ),
    _case(
        "risk.assigned",
        4,
        "handled",
        Text("分办会办", "Risk assigned"),
        _choice("group", Text("工作组", "Group"), GROUP),
        group="mediation",
    ),
    _tally(
        "risk.supervised",
        4,
        Text("跟踪督办", "Risk supervised"),
        CASE,
        measures={"": ""},
        case="c-2026-0001",
    ),
    _case(
        "risk.closed",
        4,
        "closed",
        Text("办结考核", "Risk closed"),
        _choice("outcome", OUTCOME, DONE),
        outcome="done",
    ),
    _case(
        "assessment.due",
        5,
        "opened",
        Text("应开展风险评估", "Assessment due"),
        _category(categories.RISK),
        DUE,
        category="economy",
        due="2026-12-31T18:00:00+08:00",
    ),
    _case(
        "assessment.completed",
        5,
        "closed",
        Text("风险评估完成", "Assessment completed"),
        _choice("outcome", OUTCOME, OPINION),
        outcome="approved",
    ),
    _tally(
        "sensing.received",
        6,
        Text("感知数据接收", "Sensing records received"),
        _count("records", "条数", "Records"),
        measures={"records": "records"},
        records=280000,
    ),
    _tally(
        "fraud.warning",
        7,
        Text("反诈预警", "Fraud warning"),
        _category(categories.FRAUD_CHANNEL, "channel", CHANNEL),
        _category(categories.FRAUD),
        measures={"": ""},
        by="category",
        facet="channel",
        channel="phone",
        category="refund",
    ),
    _tally(
        "fraud.dissuaded",
        7,
        Text("反诈劝阻", "Fraud dissuaded"),
        _category(categories.FRAUD),
        measures={"": ""},
        by="category",
        category="investment",
    ),
    _tally(
        "fraud.loss_averted",
        7,
        Text("反诈挽损", "Loss averted"),
        Field("amount", "amount", Text("金额（元）", "Amount, yuan")),
        _category(categories.FRAUD),
        measures={"": "", "amount": "amount"},
        by="category",
        amount=20000,
        category="loan",
    ),
    _tally(
        "fraud.leaflets",
        7,
        Text("反诈宣传册发放", "Leaflets given"),
        _count("copies", "册数", "Copies"),
        measures={"copies": "copies"},
        copies=150,
    ),
    _tally(
        "traffic.accident",
        8,
        Text("道路交通事故", "Traffic accident"),
        _choice("severity", Text("程度", "Severity"), SEVERITY),
        _count("deaths", "死亡人数", "Deaths"),
        _count("injuries", "受伤人数", "Injuries"),
        measures={"": "", "deaths": "deaths", "injuries": "injuries"},
        by="severity",
        severity="slight",
        deaths=0,
        injuries=1,
    ),
    _case(
        "traffic.hazard_found",
        8,
        "opened",
        Text("道路隐患排查", "Road hazard found"),
        _category(categories.HAZARD),
        category="junction",
    ),
    _case("traffic.hazard_rectified", 8, "closed", Text("道路隐患整改", "Road hazard rectified")),
    _tally(
        "safety.inspected",
        9,
        Text("安全检查", "Safety inspection"),
        _category(categories.SAFETY),
        _count("units", "检查单位数", "Units"),
        measures={"units": "units"},
        by="category",
        category="fire",
        units=3,
    ),
    _case(
        "safety.hazard_found",
        9,
        "opened",
        Text("安全隐患排查", "Safety hazard found"),
        _category(categories.SAFETY),
        category="chemical",
    ),
    _case("safety.hazard_rectified", 9, "closed", Text("安全隐患整改", "Safety hazard rectified")),
    _tally(
        "safety.case_filed",
        9,
        Text("安全案件查处", "Safety case filed"),
        _category(categories.SAFETY),
        measures={"": ""},
        by="category",
        category="production",
    ),
    _case(
        "dispute.accepted",
        10,
        "opened",
        Text("纠纷受理", "Dispute accepted"),
        _category(categories.DISPUTE),
        _category(categories.CENTRE, "centre", Text("调解中心", "Centre")),
        category="labour",
        centre="town",
        facet="centre",
    ),
    _case(
        "dispute.closed",
        10,
        "closed",
        Text("纠纷办结", "Dispute closed"),
        _choice("outcome", OUTCOME, SETTLEMENT),
        outcome="settled",
    ),
    _case(
        "accident_dispute.accepted", 11, "opened", Text("事故纠纷受理", "Accident dispute accepted")
    ),
    _case(
        "accident_dispute.closed",
        11,
        "closed",
        Text("事故纠纷办结", "Accident dispute closed"),
        _choice("outcome", OUTCOME, SETTLEMENT),
        _choice("manner", Text("次数", "Visits"), VISITS),
        outcome="settled",
        manner="one",
    ),
    _tally(
        "justice.diverted",
        12,
        Text("诉前分流", "Diverted from litigation"),
        _category(categories.JUSTICE),
        measures={"": ""},
        by="category",
        category="civil",
    ),
    _tally(
        "justice.served",
        12,
        Text("司法服务", "Judicial service given"),
        _category(categories.JUSTICE),
        measures={"": ""},
        by="category",
        category="legal_aid",
    ),
    _case(
        "task.set",
        13,
        "opened",
        Text("考核任务下达", "Task set"),
        Field("category", "code", Text("目标", "Goal")),
        Field("department", "code", Text("牵头部门", "Lead department")),
        DUE,
        category="goal-03",
        department="justice",
        due="2026-12-20T18:00:00+08:00",
        facet="department",
    ),
    _case("task.completed", 13, "closed", Text("考核任务完成", "Task completed")),
    _tally(
        "governance.activity",
        14,
        Text("五治活动", "Governance activity"),
        _category(categories.ACTIVITY),
        _count("people", "参与人次", "People"),
        measures={"": "", "people": "people"},
        by="category",
        category="law",
        people=80,
    ),
    _case(
        "service.requested",
        15,
        "opened",
        Text("政务服务受理", "Service requested"),
        _category(categories.SERVICE),
        _category(categories.SERVICE_CHANNEL, "channel", CHANNEL),
        category="social",
        channel="online",
        facet="channel",
    ),
    _case(
        "service.completed",
        15,
        "closed",
        Text("政务服务办结", "Service completed"),
        _choice("manner", Text("办理方式", "Manner"), MANNER),
        manner="at_once",
    ),
    _tally(
        "training.held",
        16,
        Text("网格员培训", "Training held"),
        _category(categories.TRAINING),
        _count("people", "人次", "People"),
        measures={"": "", "people": "people"},
        by="category",
        category="monthly",
        people=40,
    ),
    _tally(
        "outreach.posted",
        16,
        Text("微信群宣传", "Outreach posts"),
        _count("posts", "条数", "Posts"),
        measures={"posts": "posts"},
        posts=12,
    ),
    _case(
        "commitment.made",
        17,
        "opened",
        Text("现场表态", "Commitment made"),
        _category(categories.COMMITMENT),
        DUE,
        category="target",
        due="2026-12-31T18:00:00+08:00",
    ),
    _case(
        "commitment.closed",
        17,
        "closed",
        Text("表态兑现", "Commitment closed"),
        _choice("outcome", OUTCOME, KEPT),
        outcome="kept",
    ),
    _tally(
        "order.call",
        18,
        Text("报警求助", "Emergency call"),
        _category(categories.ORDER),
        measures={"": ""},
        by="category",
        category="call",
    ),
    _case(
        "order.filed",
        18,
        "opened",
        Text("立案", "Case filed"),
        _category(categories.ORDER),
        category="criminal",
    ),
    _case(
        "order.cleared",
        18,
        "closed",
        Text("破案", "Case cleared"),
        _choice("outcome", OUTCOME, DONE),
        outcome="done",
    ),
    EventType(
        "indicator.reported",
        14,
        Shape.GAUGE,
        Text("指标上报", "Indicator reported"),
        (
            Field("indicator", "code", Text("指标", "Indicator")),
            Field("value", "number", Text("数值", "Value")),
            Field("total", "number", Text("总数", "Total"), required=False),
            Field("period", "period", Text("所属期", "Period"), required=False),
        ),
        example=(("indicator", "devices.online"), ("value", 345), ("total", 351)),
    ),
)

TYPES: dict[str, EventType] = {t.name: t for t in _TYPES}

INDICATORS: dict[str, Text] = {
    "devices.online": Text("前端设备在线数", "Devices online"),
    "disputes.village_rooms": Text("村级调解室", "Village mediation rooms"),
    "safety.key_units": Text("重点单位", "Key units"),
    "governance.deliberation_rooms": Text("有事好商量议事室", "Deliberation rooms"),
    "governance.volunteers": Text("志愿者", "Volunteers"),
    "governance.teams": Text("志愿服务队", "Volunteer teams"),
    "governance.model_units": Text("示范单位", "Model units"),
    "training.staff_trained": Text("网格员培训", "Staff trained"),
    "outreach.groups_covered": Text("微信群覆盖", "Household groups covered"),
    "order.homicide_clearance": Text("命案破案", "Homicides cleared"),
}
