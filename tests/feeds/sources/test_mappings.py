"""Mappings: what is wrong in one is said with key, value and what is expected; the shipped ones fit
their profiles.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from feeds.city import profile
from feeds.events import eventtypes
from feeds.events.decoding import CODE
from feeds.sources import mappings
from feeds.sources.mappings import MappingError, Value

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = ("nyc_council", "west_yorkshire", "cfpb")

GOOD = """
source = "office"
zone = "Asia/Shanghai"
subject = { column = "镇", table = "towns" }
[id]
columns = ["编号"]
[[event]]
type = "dispute.accepted"
time = { column = "受理日期" }
data = { category = { column = "类别", table = { "劳动" = "labour" } }, centre = "town" }
[[event]]
type = "dispute.closed"
when = "办结日期"
time = { column = "办结日期" }
data = { outcome = { column = "结果", table = { "成功" = "settled" }, default = "failed" } }
[tables.towns]
"丁蜀镇" = "320282112"
"""


def test_a_mapping_names_every_column_it_reads() -> None:
    assert mappings.parse(GOOD).columns == {"编号", "镇", "受理日期", "类别", "办结日期", "结果"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('source = "office"', 'source = "the office"', "source = 'the office': expected a code"),
        (
            'zone = "Asia/Shanghai"',
            'zone = "Asia/Yixing"',
            "zone = 'Asia/Yixing': expected a time zone such as 'Asia/Shanghai'",
        ),
        ('zone = "Asia/Shanghai"', "zone = 8", "zone = 8: Expected `str`, got `int`"),
        (
            'zone = "Asia/Shanghai"',
            'zoned = "x"\nzone = "Asia/Shanghai"',
            "Object contains unknown field `zoned`",
        ),
        ('columns = ["编号"]', "columns = []", "id.columns = []: expected at least one column"),
        (
            'columns = ["编号"]',
            'columns = ["编号", "镇"]',
            "id.form = 'code' with 2 columns: expected one column, or form = 'digest'",
        ),
        (
            'columns = ["编号"]',
            'columns = ["编号"]\nform = "hash"',
            "id.form = 'hash': Invalid enum value 'hash'",
        ),
        (
            '"dispute.accepted"',
            '"dispute.opened"',
            "event[0].type = 'dispute.opened': expected an event type",
        ),
        (
            'time = { column = "受理日期" }',
            'time = { col = "受理日期" }',
            "event[0].time: Object contains unknown field `col`",
        ),
        (
            'time = { column = "受理日期" }',
            'time = { column = "受理日期", zone = "x" }',
            "event[0].time.zone = 'x': expected a time zone",
        ),
        (', centre = "town"', "", "event[0].data: expected centre, which dispute.accepted needs"),
        (
            'centre = "town"',
            'centre = "town", colour = "red"',
            "event[0].data.colour: dispute.accepted has no such field; expected one of",
        ),
        (
            'centre = "town"',
            'centre = "市级 中心"',
            "event[0].data.centre = '市级 中心': expected a code",
        ),
        (
            '"settled"',
            '"won"',
            "event[1].data.outcome.table.成功 = 'won': expected one of settled, failed, withdrawn, referred",
        ),
        (
            'default = "failed"',
            'default = "lost"',
            "event[1].data.outcome.default = 'lost': expected one of settled",
        ),
        (
            'table = "towns"',
            'table = "town"',
            "subject.table = 'town': expected one of [tables]: towns",
        ),
        ('"320282112"', '"丁蜀"', "subject.table.丁蜀镇 = '丁蜀': expected a code"),
        ('subject = { column = "镇",', "subject = {", "subject: expected either column or sum"),
        (
            'subject = { column = "镇",',
            'subject = { column = "镇", slug = true, keep = true,',
            "subject: expected slug or keep, not both",
        ),
        (
            'subject = { column = "镇",',
            'subject = { column = "镇", scale = 2,',
            "subject: sum and scale are for numbers",
        ),
        ("[id]", "[id", "is not TOML: "),
        ('"丁蜀镇"', "丁蜀镇", "a key that holds Chinese characters stands in quotation marks"),
    ],
)
def test_what_is_wrong_is_said_with_key_value_and_expectation(
    old: str, new: str, message: str
) -> None:
    assert old in GOOD
    with pytest.raises(MappingError) as caught:
        mappings.parse(GOOD.replace(old, new, 1))
    assert message in str(caught.value)
    assert caught.value.said.zh != caught.value.said.en


def test_constants_fit_the_field() -> None:
    accident = """
        source = "s"
        zone = "UTC"
        id = { columns = ["n"] }
        [[event]]
        type = "traffic.accident"
        time = { column = "t" }
        data = { severity = { column = "s", table = { 1 = "fatal" } }, deaths = %s, injuries = { sum = ["a", "b"] } }
    """
    assert mappings.parse(accident % 0).columns == {"n", "t", "s", "a", "b"}
    with pytest.raises(MappingError, match=r"event\[0\]\.data\.deaths = 'none': expected a number"):
        mappings.parse(accident % '"none"')


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"mapping none\.toml: .*No such file"):
        mappings.load(tmp_path / "none.toml")


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_fits_its_profile(name: str) -> None:
    mapping, city = mappings.load(ROOT / "examples" / f"{name}.toml"), profile.load(name)
    assert mapping.zone == city.zone
    assert all(CODE.fullmatch(area) for area in city.areas)
    assert all(town.point != (0.0, 0.0) and town.name.en and town.name.zh for town in city.towns)
    for rule in mapping.rules:
        subject = rule.subject or mapping.subject
        assert subject is not None
        unlisted = set(mapping.table(subject).values()) - set(city.areas)
        assert unlisted <= ({"UM"} if name == "cfpb" else set())
        category = rule.data.get("category")
        if isinstance(category, Value):
            family = eventtypes.TYPES[rule.type].family
            assert set(mapping.table(category).values()) <= {*city.categories[family], "unknown"}


def test_every_community_board_of_new_york_can_be_reached() -> None:
    city, mapping = (
        profile.load("nyc_council"),
        mappings.load(ROOT / "examples" / "nyc_council.toml"),
    )
    assert set(mapping.tables["boards"].values()) == set(city.town_by_code)
    assert len(city.towns) == 59
