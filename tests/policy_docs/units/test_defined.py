"""Short names that a document gives to units."""

import pytest

from policy_docs.units.defined import find_defined
from policy_docs.units.match import Matcher
from policy_docs.units.types import Context, Level, Reach
from policy_docs.units.vocabulary import load_default

MATCHER = Matcher(load_default())
COUNTY = Context("532326", Level.COUNTY, "2021-01-01")


@pytest.mark.parametrize(
    ("text", "defined"),
    [
        ("县公安局、县民政局（以下统称核查部门）应当比对信息。", {"核查部门": ("public_security", "civil_affairs")}),
        ("海关、税务、公安、民政、财政等部门（以下统称缉查部门）分工办理。", {"缉查部门": ("@members",)}),
        ("县人民政府确定的部门（以下称信用归口部门）负责归集。", {"信用归口部门": ("@members",)}),
        ("社会团体（以下简称登记对象单位）应当年检。", {"登记对象单位": ("@members",)}),
        ("县人民政府设立的工作机构（以下简称归集机构）负责汇总。", {}),
        ("从事寄递的企业（以下简称寄递企业）应当查验。", {"寄递企业": ("enterprises",)}),
        ("本办法所称饲养人，是指饲养信鸽的个人。", {"饲养人": ("public",)}),
        ("人民法院（以下简称法院）应当公开。", {}),  # known by itself
        ("《县域信用管理办法》（以下简称办法）已经通过。", {}),
        ("本办法所称数据，是指登记簿记载的内容。", {}),
        ("房屋所有权人为房屋使用安全责任人。房屋使用安全责任人应当检查。", {"房屋使用安全责任人": ("public",)}),
        ("市场监督管理部门负责对违法行为进行监督检查。监督检查部门应当公开结果。", {"监督检查部门": ("market_regulation",)}),
        ("街道办事处或者县人民政府确定的单位（以下统称组织实施单位）应当公示。", {"组织实施单位": ("grassroots",)}),
        ("县人民政府确定的单位（以下统称组织实施单位）应当公示。", {"组织实施单位": ("@members",)}),
    ],
)
def test_definitions(text: str, defined: dict[str, tuple[str, ...]]) -> None:
    assert find_defined([text], MATCHER, COUNTY) == defined


def test_a_defined_name_is_found_with_its_level_and_its_definition_is_not() -> None:
    defined = find_defined(["县公安局、县民政局（以下统称核查部门）应当比对信息。"], MATCHER, COUNTY)
    names = MATCHER.match("县核查部门应当每月复核。", COUNTY, (), defined).names
    assert [(name.kind, name.written, name.addressee.reach) for name in names] == [
        ("public_security", "县核查部门", Reach.OWN),
        ("civil_affairs", "县核查部门", Reach.OWN),
    ]
    assert MATCHER.match("（以下统称核查部门）", COUNTY, (), defined).names == ()


def test_a_longer_name_goes_before_a_defined_one() -> None:
    names = MATCHER.match("民政部门应当答复。", COUNTY, (), {"政部门": ("finance",)}).names
    assert [name.kind for name in names] == ["civil_affairs"]
