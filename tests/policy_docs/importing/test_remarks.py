"""What the wizard says of a text as a whole."""

import pytest

from cms.accounts.viewer import viewer_of
from policy_docs.importing.shown import look_at, remarks_of
from tests.factories.imports import TEXT, draft, officer, upload

pytestmark = pytest.mark.django_db

_RECIPE = "红烧茄子的做法\n茄子两个切块，撒盐。\n锅中放油，小火炖熟即可。\n"
_FORWARDED = (
    "楚雄州水务局文件\n楚水发〔2025〕17号\n楚雄州水务局转发关于清理水闸的意见的通知\n各县市水务局：\n现转发给你们，请认真贯彻执行。\n楚雄州水务局\n2025年3月6日\n"
    "关于清理水闸的意见\n一、水闸\n（一）各县市水务局应当清理水闸。\n（二）公安机关应当协助。\n{}\n"
)


def _codes(text: str) -> set[str]:
    row = upload(actor := officer(), text)
    return {remark.code for remark in remarks_of(look_at(row, draft(row), viewer_of(actor)))}


@pytest.mark.parametrize("text", [_RECIPE, "会议室使用说明\n请随手关灯。\n请保持安静。\n", "给老同学的信\n好久不见。\n盼望回信。\n"])
def test_what_is_probably_no_document_is_told(text: str) -> None:
    assert "no-document" in _codes(text)


@pytest.mark.parametrize("text", [TEXT, "关于协作的意见\n一、总则\n（一）公安机关应当协助查询。\n", f"楚雄州水务局\n{_RECIPE}"])
def test_a_text_with_a_duty_or_an_issuer_is_a_document(text: str) -> None:
    assert "no-document" not in _codes(text)


@pytest.mark.parametrize(("end", "told"), [("2025年2月20日", True), ("2025年3月6日", False), ("", False)])
def test_another_date_of_what_a_notice_wraps_is_told_and_not_asked_for(end: str, *, told: bool) -> None:
    codes = _codes(_FORWARDED.format(end))
    assert ("wrapped" in codes, "dates" in codes) == (told, False)
