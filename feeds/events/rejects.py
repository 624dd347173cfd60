"""Why an event is rejected: the reasons, and their wording for the person who sent it."""

from __future__ import annotations

from feeds.city.words import Lang, Text, Worded


class InvalidEvent(Worded):
    """An event that is rejected. `field` says where it is wrong, `reason` (a key of REASONS) says
    why, `hint` what to do; no value is repeated.
    """

    def __init__(self, field: str, reason: str, detail: str = "", hint: Text | None = None) -> None:
        super().__init__(REASONS[reason])
        self.field, self.reason, self.detail, self.hint = field, reason, detail, hint

    def __str__(self) -> str:
        return self.message("en")

    def message(self, lang: Lang) -> str:
        tail = f" ({self.detail})" if self.detail else ""
        hint = Text("", "") if self.hint is None else Text(f"；{self.hint.zh}", f"; {self.hint.en}")
        return f"{self.field}: {self.said.of(lang)}{tail}{hint.of(lang)}"


DECLARE = Text(
    "若这是案件编号，请在 DATA/sources.toml 中声明此来源（见 docs/how-to/send-events）",
    "if it is a case number, declare the source in DATA/sources.toml (docs/how-to/send-events)",
)
REASONS: dict[str, Text] = {
    "json": Text("不是有效的 JSON 对象", "is not a JSON object"),
    "missing": Text("缺少此字段", "is missing"),
    "unknown_field": Text(
        "有此类事件没有的字段；数据结构是封闭的，只能有",
        "holds a field that this type does not have; the schema is closed and has",
    ),
    "unknown_type": Text(
        "没有这种事件类型，见 docs/reference/events",
        "is not an event type, see docs/reference/events",
    ),
    "version": Text("须为 CloudEvents 1.0", 'must be "1.0"'),
    "content_type": Text("须为 application/json", "must be application/json"),
    "text": Text("须为文本", "must be a string"),
    "code": Text(
        "须为代码：1 至 64 个字母、数字或 . _ : -",
        "must be a code: 1 to 64 letters, digits or . _ : -",
    ),
    "identifier": Text(
        "须为 1 至 256 个不含空格的可见字符",
        "must be 1 to 256 visible ASCII characters without spaces",
    ),
    "form": Text(
        "不是此来源声明的编号格式", "is not of the form that its source declares for case numbers"
    ),
    "choice": Text("须为下列之一", "must be one of"),
    "count": Text("须为 0 至 10⁹ 的整数", "must be a whole number from 0 to 1,000,000,000"),
    "number": Text("须为绝对值小于 100 亿的数", "must be a number smaller than 10^10"),
    "amount": Text(
        "须为 0 至 100 亿以内的元数，最多两位小数",
        "must be yuan from 0 to below 10^10 with at most two decimals",
    ),
    "flag": Text("须为 true 或 false", "must be true or false"),
    "time": Text(
        "须为 RFC 3339 时间，如 2026-01-31T09:40:00+08:00",
        "must be an RFC 3339 time such as 2026-01-31T09:40:00+08:00",
    ),
    "no_offset": Text("时间没有时区偏移，如 +08:00", "has no offset such as +08:00"),
    "future": Text(
        "比服务器时间早报了 5 分钟以上", "is more than 5 minutes ahead of the server's clock"
    ),
    "too_old": Text("早于 1990 年", "is before 1990"),
    "too_far": Text("晚于 2100 年", "is after 2100"),
    "period": Text(
        "须为 2026、2026Q3、2026-09、2026-W38 或 2026-09-30",
        "must be 2026, 2026Q3, 2026-09, 2026-W38 or 2026-09-30",
    ),
    "scope": Text(
        "不在所用令牌可发送的范围内；请管理员看 board tokens list",
        "is beyond what the token may send; an administrator sees what that is in "
        "`board tokens list`",
    ),
    "size": Text("事件超过 64 KiB", "the event is larger than 64 KiB"),
    "personal:resident_id": Text(
        "像居民身份证号；本系统不收个人信息",
        "looks like a resident identity number; personal data is not taken",
    ),
    "personal:mobile": Text(
        "像手机号；本系统不收个人信息", "looks like a mobile number; personal data is not taken"
    ),
    "personal:landline": Text(
        "像固定电话；本系统不收个人信息",
        "looks like a telephone number; personal data is not taken",
    ),
    "personal:bank_card": Text(
        "像银行卡号；本系统不收个人信息",
        "looks like a bank card number; personal data is not taken",
    ),
    "personal:paper": Text(
        "像护照、通行证或居留证号；本系统不收个人信息",
        "looks like a passport, permit or residence card; personal data is not taken",
    ),
    "personal:email": Text(
        "像电子邮箱；本系统不收个人信息", "looks like an e-mail address; personal data is not taken"
    ),
    "personal:plate": Text(
        "像车牌号；本系统不收个人信息", "looks like a vehicle plate; personal data is not taken"
    ),
}
