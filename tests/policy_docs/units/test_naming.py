"""Which ways of writing a unit a reader knows at once, and which unit is meant by what people type."""

import pytest

from policy_docs.units.aliases import sounds
from policy_docs.units.naming import find_units, recognisable
from policy_docs.units.vocabulary import load_default


@pytest.mark.parametrize(
    ("written", "names", "known"),
    [
        ("市发改委", ("发展改革部门", "澜江市发展和改革委员会"), True),
        ("检察机关", ("人民检察院",), True),
        ("自然资源主管部门", ("自然资源部门",), True),
        ("银行业金融机构", ("金融机构",), True),
        ("公 安", ("公安机关",), True),
        ("工商部门", ("市场监督管理部门", "楚雄州市场监督管理局"), False),
        ("房屋管理部门", ("住房和城乡建设部门", "澜江市住房和城乡建设局"), False),
        ("公安交管部门", ("公安机关", "澜江市公安局"), False),
        ("110指挥中心", ("公安机关", ""), False),
    ],
)
def test_a_name_that_a_reader_knows_needs_no_hint(written: str, names: tuple[str, ...], known: bool) -> None:
    assert recognisable(written, *names) is known


@pytest.mark.parametrize(
    ("typed", "at", "kind", "place"),
    [
        ("省工商局", "532301", "market_regulation", "530000"),
        ("省市场监督管理局", "532300", "market_regulation", "530000"),
        ("国家药监局", "532300", "drug_regulation", "100000"),
        ("药监局", "532300", "drug_regulation", ""),
        ("州公安局", "532301", "public_security", "532300"),
        ("县公安局", "532323", "public_security", "532323"),
        ("省委组织部", "532300", "organization", "530000"),
        ("公安部", "532300", "public_security", "100000"),
        ("最高人民法院", "532300", "court", "100000"),
        ("最高检", "532300", "procuratorate", "100000"),
        ("省高院", "532300", "court", "530000"),
        ("市场监督管理局", "530100", "market_regulation", ""),
        ("市监局", "530100", "market_regulation", ""),
        ("国家安全局", "532300", "state_security", ""),
        ("县公安局", "530000", "public_security", ""),
        ("楚雄州公安局", "530100", "public_security", "532300"),
        ("gaj", "530100", "public_security", ""),
        ("gonganju", "530100", "public_security", ""),
        ("gongan", "530100", "public_security", ""),
        ("chuxiongzhougonganju", "530100", "public_security", "532300"),
    ],
)
def test_a_level_before_the_name_is_that_of_the_one_who_asks(typed: str, at: str, kind: str, place: str) -> None:
    best = find_units(typed, load_default(), sounds, at=at)[0]
    assert (best.kind, best.place) == (kind, place)
