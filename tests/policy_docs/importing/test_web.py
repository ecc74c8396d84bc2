"""Web pages and what is copied from them or from Word: numbers of lists become words, what is not seen is left out and said."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from policy_docs.importing import pasting
from policy_docs.importing.models import ImportFile
from policy_docs.importing.sources.base import SourceError
from policy_docs.importing.sources.html import read_html
from tests.factories.imports import officer

WORD_STYLES = """<style>@list l0:level1 {mso-level-number-format:chinese-counting; mso-level-text:"%1、";}
@list l0:level2 {mso-level-number-format:chinese-counting; mso-level-text:"（%2）";}</style>"""


def lines(html: str) -> list[str]:
    return [line for line in read_html(html.encode()).text.split("\n") if line]


def said(html: str) -> str:
    return "".join(read_html(html.encode()).warnings)


class TestNumbers:
    @pytest.mark.parametrize(
        ("html", "expected"),
        [
            ("<ol><li>甲<li>乙</ol>", ["1.甲", "2.乙"]),
            ("<ol><li>3日内办结</ol>", ["1. 3日内办结"]),
            ("<ol start=4><li>甲<li value=9>乙<li>丙</ol>", ["4.甲", "9.乙", "10.丙"]),
            ("<ol reversed><li>甲<li>乙</ol>", ["2.甲", "1.乙"]),
            ("<ol type=a><li>甲</ol><ol type=I><li>乙</ol>", ["a.甲", "I.乙"]),
            ('<ol style="list-style-type:cjk-ideographic"><li>甲<ol><li>子<li>丑</ol><li>乙</ol>', ["一、甲", "1.子", "2.丑", "二、乙"]),
            ("<ol><li>一、职责<li>二、保障</ol>", ["一、职责", "二、保障"]),
            ('<ol style="list-style:none"><li>甲</ol><ul><li>乙</ul>', ["甲", "乙"]),
        ],
    )
    def test_of_lists(self, html: str, expected: list[str]) -> None:
        assert lines(html) == expected

    def test_that_word_wrote_out(self) -> None:
        for shown in ("<![if !supportLists]>{}<![endif]>", "<!--[if !supportLists]-->{}<!--[endif]-->", "<!--[if !supportLists]>{}<![endif]-->"):
            number = shown.format("<span style='mso-list:Ignore'>一、<span>&nbsp;&nbsp;</span></span>")
            assert lines(f"<p style='mso-list:l0 level1 lfo1'>{number}职责</p>") == ["一、 职责"]

    def test_that_only_the_style_sheet_of_word_gives(self) -> None:
        steps = [(1, "职责"), (2, "公安"), (2, "财政"), (1, "保障"), (2, "经费")]
        html = WORD_STYLES + "".join(f"<p style='mso-list:l0 level{depth} lfo1'>{words}</p>" for depth, words in steps)
        assert lines(html) == ["一、职责", "（一）公安", "（二）财政", "二、保障", "（一）经费"]
        assert "5 段的自动编号已按原来的样式写成文字" in said(html)

    def test_that_nothing_tells_is_said(self) -> None:
        assert "1 段的自动编号没有带出" in said("<p style='mso-list:l9 level1 lfo1'>职责</p>")


def test_what_is_not_seen_is_left_out_and_said() -> None:
    html = (
        "<nav>首页 政务公开</nav><script>alert(1)</script><style>p{}</style><p>正文<span style='display: none'>暗</span><span hidden>暗</span><del>删</del><ins>插</ins></p>"
        "<img src='http://a.example/x.gif' width=1><img src='章.png'><div style='mso-element:comment-list'>批注</div><footer>版权所有</footer>"
    )
    assert lines(html) == ["正文插"]
    for words in ("1 处修订中删除", "2 处看不见", "1 张图片", "批注", "2 处没有导入：首页 政务公开；版权所有"):
        assert words in said(html)


def test_cells_of_a_row_are_parted_by_tabs() -> None:
    assert lines("<table><tr><th>单位<th>职责<tr><td>市公安局<td>协助</table>") == ["单位\t职责", "市公安局\t协助"]


@pytest.mark.django_db
class TestClipboard:
    def test_it_is_read_and_nothing_is_stored(self, office: Client) -> None:
        answer = office.post(reverse("policy_docs:import_paste_read"), {"html": SimpleUploadedFile("c.html", "<ol><li>公安机关应当协助。</ol>".encode())})
        assert answer.json() == {"words": "1.公安机关应当协助。", "said": ["有 1 段的自动编号已按原来的样式写成文字，请核对。"]}
        assert not ImportFile.objects.exists()

    def test_too_much_is_refused_with_the_way(self, office: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pasting, "LIMIT", 10)
        answer = office.post(reverse("policy_docs:import_paste_read"), {"html": SimpleUploadedFile("c.html", b"<p>" + b"x" * 100)})
        assert answer.status_code == 422
        assert "选择文件" in answer.json()["refused"]

    def test_others_may_not(self, client: Client) -> None:
        client.force_login(officer("甲"), backend="django.contrib.auth.backends.ModelBackend")
        type(officer("乙")).objects.filter(username="甲").update(role="liaison")
        assert client.post(reverse("policy_docs:import_paste_read")).status_code == 403


def test_a_page_without_words() -> None:
    with pytest.raises(SourceError, match="没有文字"):
        read_html(b"<script>1</script>")


def test_pages_within_the_page_are_said_and_what_counts_visitors_is_not() -> None:
    for frames in ("<frameset><frame src=a.htm><frame src=b.htm></frameset>", "<frameset><frame src=a.htm><noframes><body>不支持</body></noframes></frameset>"):
        with pytest.raises(SourceError, match="网页由几个框架拼成"):
            read_html(f"<html>{frames}</html>".encode())
    assert "有 1 处嵌入的其他网页没有导入" in said("<p>正文</p><iframe src=b.htm></iframe>")
    assert said('<p>正文</p><iframe src="x" width="0"></iframe><iframe src="x" style="display:none"></iframe><iframe></iframe>') == ""


def test_rows_of_a_table_stand_below_each_other() -> None:
    assert read_html("<p>前<table><tr><td>一<td>二<tr><td>三<td>四</table><p>后".encode()).text == "前\n\n一\t二\n三\t四\n\n后"
