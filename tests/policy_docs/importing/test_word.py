"""Word documents as offices write them: automatic numbers, tracked changes, boxes, notes. Nothing is lost unsaid."""

import io
import zipfile
from collections.abc import Iterable

import docx
import pytest
from docx.oxml import parse_xml

from policy_docs.importing.sources.docx import read_docx
from policy_docs.importing.sources.numerals import numeral

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_LEVELS = f"""
<w:abstractNum {_W} w:abstractNumId="50">
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:pStyle w:val="Heading1"/><w:lvlText w:val="%1、"/></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:pStyle w:val="Heading2"/><w:lvlText w:val="（%2）"/></w:lvl>
  <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%3."/></w:lvl>
  <w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%4"/></w:lvl>
</w:abstractNum>"""
_ARTICLES = f"""
<w:abstractNum {_W} w:abstractNumId="51">
  <w:lvl w:ilvl="0"><w:start w:val="9"/><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="第%1条"/></w:lvl>
</w:abstractNum>"""


def paragraph(inner: str, *, number: tuple[int, int] | None = None, style: str = "") -> str:
    marks = f'<w:numPr><w:ilvl w:val="{number[1]}"/><w:numId w:val="{number[0]}"/></w:numPr>' if number else ""
    named = f'<w:pStyle w:val="{style}"/>' if style else ""
    return f"<w:p {_W}><w:pPr>{named}{marks}</w:pPr>{inner}</w:p>"


def run(words: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>'


def made(paragraphs: Iterable[str], *, numbers: dict[int, tuple[int, str]] | None = None, styles: Iterable[str] = ()) -> bytes:
    document = docx.Document()
    root = document.part.numbering_part.element
    for node in list(root):
        root.remove(node)
    root.append(parse_xml(_LEVELS))
    root.append(parse_xml(_ARTICLES))
    for number, (source, more) in (numbers or {1: (50, "")}).items():
        root.append(parse_xml(f'<w:num {_W} w:numId="{number}"><w:abstractNumId w:val="{source}"/>{more}</w:num>'))
    for style in styles:
        document.styles.element.append(parse_xml(style))
    body = document.element.body
    for text in paragraphs:
        body.insert(len(body) - 1, parse_xml(text))
    held = io.BytesIO()
    document.save(held)
    return held.getvalue()


def lines(data: bytes) -> list[str]:
    return [line for line in read_docx(data).text.split("\n") if line]


def said(data: bytes) -> str:
    return "".join(read_docx(data).warnings)


class TestAutomaticNumbers:
    def test_levels_count_below_each_other(self) -> None:
        steps = [(0, "总体"), (1, "甲"), (2, "子"), (2, "丑"), (1, "乙"), (2, "寅"), (0, "保障"), (1, "丙"), (3, "丁")]
        data = made(paragraph(run(words), number=(1, depth)) for depth, words in steps)
        assert lines(data) == ["一、总体", "（一）甲", "1.子", "2.丑", "（二）乙", "1.寅", "二、保障", "（一）丙", "2.1 丁"]

    def test_a_style_gives_list_and_level(self) -> None:
        own = f'<w:style {_W} w:type="paragraph" w:styleId="Own"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        below = f'<w:style {_W} w:type="paragraph" w:styleId="Below"><w:basedOn w:val="Own"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>'
        data = made(
            [paragraph(run("甲"), style="Own"), paragraph(run("乙"), style="Own"), paragraph(run("丙"), number=(0, 0), style="Own")], styles=[own, below]
        )
        assert lines(data) == ["一、甲", "二、乙", "丙"]

    def test_lists_that_share_their_levels_go_on_unless_they_begin_anew(self) -> None:
        anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
        numbers = {1: (50, ""), 2: (50, ""), 3: (50, anew), 4: (51, "")}
        texts = [("甲", 1), ("乙", 2), ("丙", 3), ("丁", 3), ("各单位的规定", 4), ("3日内办结", 4)]
        data = made((paragraph(run(words), number=(number, 0)) for words, number in texts), numbers=numbers)
        assert lines(data) == ["一、甲", "二、乙", "一、丙", "二、丁", "第九条 各单位的规定", "第十条 3日内办结"]

    def test_a_number_in_a_cell(self) -> None:
        cells = "".join(f"<w:tc>{paragraph(run(words), number=(1, 2))}</w:tc><w:tc>{paragraph(run(words))}</w:tc>" for words in ("登记", "查询"))
        table = f"<w:tbl {_W}><w:tblPr/><w:tblGrid><w:gridCol/><w:gridCol/><w:gridCol/><w:gridCol/></w:tblGrid><w:tr>{cells}</w:tr></w:tbl>"
        assert lines(made([table])) == ["1.登记\t登记\t2.查询\t查询"]

    @pytest.mark.parametrize(
        ("value", "style", "words"),
        [
            (10, "chineseCounting", "十"), (12, "japaneseCounting", "十二"), (20, "cjk-ideographic", "二十"), (101, "chineseCountingThousand", "一百零一"),
            (110, "ideographDigital", "一百一十"), (1005, "simp-chinese-informal", "一千零五"), (3, "decimalEnclosedCircleChinese", "③"), (2, "upperRoman", "II"),
            (28, "lowerLetter", "ab"), (7, "decimalZero", "07"), (1, "bullet", ""), (2, "ideographTraditional", "乙"), (21, "chineseLegalSimplified", "贰拾壹"),
        ],
    )  # fmt: skip
    def test_formats(self, value: int, style: str, words: str) -> None:
        assert numeral(value, style) == words


class TestWhatIsNotPlainText:
    def test_tracked_changes_are_read_as_accepted_and_said(self) -> None:
        changed = (
            run("公安机关应当") + f'<w:del w:id="1">{run("可以").replace("w:t", "w:delText")}</w:del><w:ins w:id="2">{run("协助")}</w:ins>' + run("查找。")
        )
        moved = f'<w:moveFrom w:id="3">{run("先前在此。")}</w:moveFrom>' + run("后文。") + f'<w:moveTo w:id="4">{run("移到此处。")}</w:moveTo>'
        joined = f"<w:p {_W}><w:pPr><w:rPr><w:del w:id='5'/></w:rPr></w:pPr>{run('上半句')}</w:p>"
        data = made([paragraph(changed), paragraph(moved), joined, paragraph(run("下半句。"))])
        assert lines(data) == ["公安机关应当协助查找。", "后文。移到此处。", "上半句下半句。"]
        assert "修订痕迹，按全部接受修订后的文字导入（插入 2 处，删除 2 处）" in said(data)

    def test_hidden_words_boxes_and_controls(self) -> None:
        box = f'<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox><w:txbxContent>{paragraph(run("框中的文字"))}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>'
        twice = f'<w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires="wps">{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>'
        control = f"<w:sdt {_W}><w:sdtContent>{paragraph(run('澜政法发〔2021〕7号'))}</w:sdtContent></w:sdt>"
        contents = f'<w:sdt {_W}><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr><w:sdtContent>{paragraph(run("一、职责 1"))}</w:sdtContent></w:sdt>'
        data = made([control, contents, paragraph(run("看得见") + run("看不见", "<w:vanish/>") + twice), paragraph(run("后面"))])
        assert lines(data) == ["澜政法发〔2021〕7号", "看得见", "框中的文字", "后面"]
        for words in ("1 处设为隐藏的文字", "1 个文本框", "目录没有导入"):
            assert words in said(data)

    def test_notes_stand_behind_their_paragraph_and_comments_are_counted(self) -> None:
        data = made([paragraph(run("正文。") + '<w:r><w:footnoteReference w:id="2"/></w:r>'), paragraph(run("2025年10月21日"))])
        footnotes = f'<w:footnotes {_W}><w:footnote w:id="0"><w:p/></w:footnote><w:footnote w:id="2">{paragraph(run("见前文。"))}</w:footnote></w:footnotes>'
        comments = f'<w:comments {_W}><w:comment w:id="1">{paragraph(run("请斟酌"))}</w:comment></w:comments>'
        data = with_parts(data, footnotes=footnotes, comments=comments)
        assert lines(data) == ["正文。", "脚注1：见前文。", "2025年10月21日"]
        assert "1 条脚注" in said(data)
        assert "1 条批注没有导入" in said(data)
        assert "请斟酌" not in read_docx(data).text

    def test_a_head_is_told_and_a_page_number_is_not(self) -> None:
        document = docx.Document()
        document.add_paragraph("正文。")
        document.sections[0].header.paragraphs[0].text = "内部资料"
        document.sections[0].footer.paragraphs[0].text = "— 1 —"
        held = io.BytesIO()
        document.save(held)
        assert said(held.getvalue()) == "页眉页脚没有导入：内部资料"


def with_parts(data: bytes, **parts: str) -> bytes:
    """A document with more parts, as Word writes them."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(held, "w") as new:
        for name in old.namelist():
            words = old.read(name)
            for part in parts:
                kind = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{part}"
                if name == "word/_rels/document.xml.rels":
                    words = words.replace(b"</Relationships>", f'<Relationship Id="x{part}" Type="{kind}" Target="{part}.xml"/></Relationships>'.encode())
                if name == "[Content_Types].xml":
                    sort = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{part}+xml"
                    words = words.replace(b"</Types>", f'<Override PartName="/word/{part}.xml" ContentType="{sort}"/></Types>'.encode())
            new.writestr(name, words)
        for part, words in parts.items():
            new.writestr(f"word/{part}.xml", words)
    return held.getvalue()
