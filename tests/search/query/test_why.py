"""Why something was found, in words."""

import pytest

from search.query.parse import parse
from search.query.why import reasons

pytestmark = pytest.mark.django_db


def why(query: str, text: str, **values: object) -> dict[str, str]:
    return dict(reasons(parse(query), text, **values))  # type: ignore[arg-type]


def test_words_of_the_text_and_those_it_lacks() -> None:
    found = why("限制出境 拍卖", "公安机关依法限制出境。")
    assert "“限制出境”" in found["原词"]
    assert found["没有用到"] == "“拍卖”"


def test_everyday_words_by_what_the_text_says() -> None:
    found = why("扣车", "公安机关应当扣押机动车。")
    assert found["同义词"].startswith("“扣车”对应“")
    assert "没有用到" not in found


def test_a_unit_by_the_name_that_the_text_gives_it() -> None:
    found = why("自然资源局 查封", "国土资源部门负责办理查封登记。", kinds={"natural_resources": "自然资源部门"})
    assert found["单位写法"].startswith("“自然资源局”对应原文“国土资源")
    assert found["单位写法"].endswith("即自然资源部门")


def test_a_unit_that_the_clause_binds_without_naming_it() -> None:
    found = why("公安局", "应当及时反馈查询结果。", units={"public_security"}, kinds={"public_security": "公安机关"})
    assert found["单位写法"] == "“公安局”即公安机关，本条有它的职责"


def test_numbers_phrases_and_titles() -> None:
    assert why("云政法发[2019]3号", "按照云政法发〔2019〕3号执行。")["文号"] == "文中引用云政法发〔2019〕3号"
    assert why("云政法发[2019]3号", "按照执行。", number="云政法发〔2019〕3号")["文号"] == "本文件的文号云政法发〔2019〕3号"
    assert why("“限制 出境”", "依法限制出境。")["精确词"] == "“限制 出境”"
    assert why("车辆", "应当协助。", title="关于查控车辆的意见")["题名"] == "“车辆”"


def test_words_of_the_heading_above() -> None:
    found = why("经费保障 拍卖", "财政部门应当按年度安排。", heads=("经 费保障",))
    assert found["所在标题"] == "“经费保障”"
    assert found["没有用到"] == "“拍卖”"


def test_the_words_inside_a_long_word() -> None:
    found = why("车辆查控", "查控机动车辆的，应当登记。")
    assert found["原词"] == "“车辆”“查控”"
    assert "没有用到" not in found
    assert why("车辆查控", "车辆应当登记。")["没有用到"] == "“查控”"


def test_a_piece_of_what_was_searched_lacks_nothing() -> None:
    found = why("机动车 纳税信息", "公安机关协助查询机动车。", whole=False)
    assert found == {"原词": "“机动车”"}
