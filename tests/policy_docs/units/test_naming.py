"""Which ways of writing a unit a reader knows at once."""

import pytest

from policy_docs.units.naming import recognisable


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
