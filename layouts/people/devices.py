"""A browser in words, from what it says of itself: enough to know one's own again."""

from __future__ import annotations

from feeds.city.words import Lang, Text

# The first that is found counts: a browser also names those that it is like.
BROWSERS: tuple[tuple[str, Text], ...] = (
    ("wxwork", Text("企业微信", "WeCom")),
    ("MicroMessenger", Text("微信", "WeChat")),
    ("DingTalk", Text("钉钉", "DingTalk")),
    ("Lark", Text("飞书", "Feishu")),
    ("QQBrowser", Text("QQ 浏览器", "QQ Browser")),
    ("360SE", Text("360 浏览器", "360 Browser")),
    ("Edg", Text("Edge", "Edge")),
    ("Firefox", Text("Firefox", "Firefox")),
    ("Chrome", Text("Chrome", "Chrome")),
    ("Safari", Text("Safari", "Safari")),
)
SYSTEMS: tuple[tuple[str, Text], ...] = (
    ("HarmonyOS", Text("鸿蒙", "HarmonyOS")),
    ("OpenHarmony", Text("鸿蒙", "HarmonyOS")),
    ("Android", Text("安卓", "Android")),
    ("iPhone", Text("iPhone", "iPhone")),
    ("iPad", Text("iPad", "iPad")),
    ("Windows", Text("Windows", "Windows")),
    ("Mac OS", Text("Mac", "Mac")),
    ("UOS", Text("统信", "UOS")),
    ("Kylin", Text("麒麟", "Kylin")),
    ("Linux", Text("Linux", "Linux")),
)
UNKNOWN = Text("未知的浏览器", "A browser that is not known")


def words(agent: str, lang: Lang) -> str:
    """Browser and system, or what is known of them."""
    found = [_first(agent, BROWSERS, lang), _first(agent, SYSTEMS, lang)]
    return " · ".join(word for word in found if word) or UNKNOWN.of(lang)


def _first(agent: str, known: tuple[tuple[str, Text], ...], lang: Lang) -> str:
    return next((text.of(lang) for mark, text in known if mark in agent), "")
