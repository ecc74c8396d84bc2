"""Names of units: lists, levels, what only looks like a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy_docs.units.bodies import find_bodies
from policy_docs.units.match import Matcher
from policy_docs.units.types import Context, Level, Reach
from policy_docs.units.vocabulary import load_default

MATCHER = Matcher(load_default())
CHUXIONG = Context("532300", Level.PREFECTURE, "2021-01-01")


def _kinds(text: str) -> list[str]:
    return [name.kind for name in MATCHER.match(text, CHUXIONG).names]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("会同公安、民政、住建等部门开展核查", ["public_security", "civil_affairs", "housing_construction"]),
        ("公、检、法等部门统一标准", ["public_security", "procuratorate", "court"]),
        ("督促邮政、快递等物流运营单位登记", ["enterprises"]),
        ("由税务局、市场监管局办理", ["tax", "market_regulation"]),
        ("原国土局、工商局、国税局、地税局、安监局移交", ["natural_resources", "market_regulation", "tax", "tax", "emergency"]),
        ("楚雄银监分局督促整改", ["financial_regulation"]),
        ("加强教育引导，组织专门力量", []),
        ("依照《人民法院组织法》办理", []),
        ("登录综治平台查询", []),
        ("法院内部组织人事、监察部门考核", ["court", "court", "court"]),
        ("任何单位和个人不得泄露", ["enterprises", "public"]),
        ("有关部门和单位、个人应当保密", ["@members", "public"]),
        ("有关部门、单位应当核对", ["@members"]),
        ("金融、电信、网信部门应当检查", ["financial_regulation", "communications", "cyberspace"]),
        ("电信、金融等业务经营者应当登记", ["telecom", "financial_institutions", "enterprises"]),
        ("与民政、税务等部门以及各金融机构对接", ["civil_affairs", "tax", "financial_institutions"]),
        ("公安、兽医、互联网信息服务、卫生等部门参加", ["public_security", "agriculture", "health"]),
        ("海关等缉私委员会成员单位应当", ["customs"]),
        ("税务、海关等缉私委员会成员单位应当", ["tax", "customs"]),
        ("司法机关应当公开文书", ["court", "procuratorate"]),
        ("公民、法人和其他组织应当配合", ["public", "enterprises"]),
        ("告知有管辖权的部门", ["@members"]),
        ("参展单位、场馆单位不得收费", ["enterprises", "enterprises"]),
        ("有关单位应当核对", ["@members"]),
        ("推行律师调查令", ["legal_services"]),
        ("负责码头安全监督工作的部门应当巡查", ["@members"]),
        ("机关、企业事业单位、社会组织应当自查", ["government", "enterprises", "public"]),
        ("政府及其部门应当公开", ["government", "@members"]),
        ("县（市、区）爱国卫生委员会应当通报", []),
        ("县（市、区）应当建立协调机构", ["government"]),
        ("省委、省政府要求", ["party_committee", "government"]),
        ("市委政法委牵头", ["political_legal"]),
        ("县委员会换届，社区委员会改选", []),
        ("由文化市场综合执法机构处罚", ["culture_tourism"]),
    ],
)
def test_names(text: str, kinds: list[str]) -> None:
    assert _kinds(text) == kinds


@pytest.mark.parametrize(
    ("text", "reach", "levels", "place"),
    [
        ("公安机关应当协助", Reach.GENERIC, (), ""),
        ("州公安局应当协助", Reach.OWN, (), ""),
        ("各县、市公安局应当协助", Reach.LOWER, (Level.COUNTY,), ""),
        ("县、市人大常委会督促", Reach.LOWER, (Level.COUNTY,), ""),
        ("大姚县人民法院受理", Reach.NAMED, (), "532326"),
        ("省公安厅通报", Reach.NAMED, (), "530000"),
        ("州委听取汇报", Reach.OWN, (), ""),
        ("省委听取汇报", Reach.NAMED, (), "530000"),
        ("公安部通报", Reach.NAMED, (), "100000"),
        ("楚雄州中级人民法院受理", Reach.OWN, (), ""),
        ("各级公安机关应当协助", Reach.GENERIC, (), ""),
    ],
)
def test_addressee(text: str, reach: Reach, levels: tuple[Level, ...], place: str) -> None:
    to = MATCHER.match(text, CHUXIONG).names[0].addressee
    assert (to.reach, to.levels, to.place) == (reach, levels, place)


def test_a_list_shares_its_prefix() -> None:
    names = MATCHER.match("由州公安局、司法局、自然资源和规划局牵头", CHUXIONG).names
    assert [(name.kind, name.addressee.reach) for name in names] == [("public_security", Reach.OWN), ("justice", Reach.OWN), ("natural_resources", Reach.OWN)]
    assert len({name.enumeration for name in names}) == 1


@pytest.mark.parametrize(
    ("code", "level", "text", "kind", "reach", "place"),
    [
        ("330000", Level.PROVINCE, "杭州市审计局按月核对。", "audit", Reach.NAMED, "330100"),
        ("330100", Level.PREFECTURE, "杭州市审计局按月核对。", "audit", Reach.OWN, ""),
        ("360200", Level.PREFECTURE, "景德镇市司法局负责登记。", "justice", Reach.OWN, ""),
        ("330100", Level.PREFECTURE, "各县市场监管局按月报送。", "market_regulation", Reach.LOWER, ""),
        ("431224", Level.COUNTY, "由县民政局牵头，会同县教育局核对。", "education", Reach.OWN, ""),
        ("431225", Level.COUNTY, "会同县教育局负责核对。", "education", Reach.OWN, ""),
    ],
)
def test_signs_inside_a_name_are_no_level_words(code: str, level: Level, text: str, kind: str, reach: Reach, place: str) -> None:
    names = {name.kind: name.addressee for name in MATCHER.match(text, Context(code, level)).names}
    assert (names[kind].reach, names[kind].place) == (reach, place)
    assert "government" not in names


@pytest.mark.parametrize("text", ["（国办发〔2021〕9号）同时停止执行。", "按照国办函（2020）14号办理。"])
def test_a_document_number_names_nobody(text: str) -> None:
    assert MATCHER.match(text, CHUXIONG).names == ()


def test_places_are_a_tree_of_single_codes() -> None:
    places = load_default().places
    codes = [place.code for place in places]
    assert len(set(codes)) == len(codes)
    assert all(place.parent in set(codes) - {place.code} for place in places if place.level is not Level.COUNTRY)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("县工业信息化商务科技局应当核验。", ["industry_it", "commerce", "science"]),
        ("由县农业农村水利局、县公安局办理", ["agriculture", "water", "public_security"]),
        ("县发展和改革局负责公布", ["development_reform"]),
        ("县自然资源和规划局负责登记", ["natural_resources"]),
    ],
)
def test_a_merged_bureau_is_the_organ_of_each_of_its_kinds(text: str, kinds: list[str]) -> None:
    names = MATCHER.match(text, CHUXIONG).names
    assert [name.kind for name in names] == kinds
    assert len({name.enumeration for name in names}) == 1
    assert all(text[name.start : name.end] == name.written for name in names)


def test_a_name_does_not_reach_over_the_cells_of_a_table() -> None:
    names = MATCHER.match("1\t接入登记信息\t县数据局", CHUXIONG).names
    assert [(name.kind, name.written) for name in names] == [("cyber_data", "县数据局")]


def test_words_that_are_also_places_are_read_as_words() -> None:
    (first, second) = MATCHER.match("县委政法委会同县人民法院抽查", CHUXIONG).names
    assert (first.written, second.written) == ("县委政法委", "县人民法院")


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("州档案开发局应当提供馆藏目录。", ["州档案开发局"]),
        ("由县蚕桑发展局、公安局负责。", ["县蚕桑发展局"]),
        ("优化区域布局，立足市场格局，顾全县城大局。", []),
        ("州公安局负责。", []),
        ("州信用中心负责归集。", ["州信用中心"]),
        ("报县矛盾纠纷调处中心备案，由县法律援助中心、县公安局派员。", ["县矛盾纠纷调处中心", "县法律援助中心"]),
        ("蚕桑发展中心应当登记。", ["蚕桑发展中心"]),
        ("县蚕桑室负责核查，县治蚕办配合，县仲裁院应当派员。", ["县蚕桑室", "县治蚕办", "县仲裁院"]),
        ("以执行为中心，建成区域中心，县中心城区的交通中心位置。", []),
        ("县政务服务中心设立窗口，县人民法院要派员，县城的院落、住所应当清理。", []),
        ("郭志刚同志任办公室主任，张三兼任联络办公室主任。", []),
        ("本州推进国际蚕桑中心建设，本州支持航运交易所按照规定开展运价交易。", []),
        ("按照州办发〔２０１８〕５号办理。", []),
    ],
)
def test_a_bureau_that_no_name_covers_is_reported(text: str, unknown: list[str]) -> None:
    assert [item.written for item in MATCHER.match(text, CHUXIONG).unknown] == unknown


def test_unknown_names_are_reported_with_their_place() -> None:
    text = "由联合处置组会同公安机关处置。"
    unknown = MATCHER.match(text, CHUXIONG).unknown
    assert [(item.written, text[item.start : item.end]) for item in unknown] == [("联合处置组", "联合处置组")]


def test_page_breaks_inside_a_name_do_not_hide_it() -> None:
    text = "由市场监督 管理局办理"
    name = MATCHER.match(text, CHUXIONG).names[0]
    assert (name.kind, text[name.start : name.end]) == ("market_regulation", "市场监督 管理局")


def test_members_of_a_body_are_read() -> None:
    texts = [
        "成立某州执行联动工作领导小组。",
        "成员单位由州公安局、州民政局、州税务局、州教育局组成。",
        "领导小组下设办公室，办公室设在州中级人民法院，负责日常工作。",
    ]
    (body,) = find_bodies(texts, MATCHER, CHUXIONG)
    assert [member.kind for _number, member in body.members] == ["public_security", "civil_affairs", "tax", "education"]
    assert body.office_kind == "court"


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(["州", "公安", "、", "等部门", "人民法院", "与", "县", "市", "《", "》", " ", "（", "）", "局", "组"]), max_size=30).map("".join)
)
def test_any_text_gives_ordered_names_inside_it(text: str) -> None:
    matched = MATCHER.match(text, CHUXIONG)
    reach = 0
    for name in matched.names:
        assert 0 <= name.start < name.end <= len(text)
        assert text[name.start : name.end] == name.written
        reach = max(reach, name.end)
    for item in matched.unknown:
        assert text[item.start : item.end] == item.written
