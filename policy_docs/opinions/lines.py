"""What one line of an official text looks like: its label, and the marks of titles, organs, dates, signatures. Pure."""

import re
from dataclasses import dataclass
from enum import IntEnum

SPACE = "\\s\u3000\ufeff\u200b"
_NUM = "一二三四五六七八九十百千零〇"


class Style(IntEnum):
    """Styles of numbering, from the outermost in (DOMAIN: 编 章 节 条; 一、（一）1.（1）①)."""

    BOOK = 0
    PART = 1
    CHAPTER = 2
    SECTION = 3
    ARTICLE = 4
    CHINESE = 5  # 一、
    CHINESE_BRACKET = 6  # （一）
    ARABIC = 7  # 1.
    ARABIC_BRACKET = 8  # （1）
    CIRCLED = 9  # ①


_LABELS: tuple[tuple[Style, re.Pattern[str]], ...] = (
    # what follows 第X条 must part it from the text: 第十条规定的 begins a sentence
    (Style.ARTICLE, re.compile(rf"(第[{SPACE}]*[{_NUM}\d]+(?:[{SPACE}]+[{_NUM}]+)*[{SPACE}]*条(?:之[一二三四五六七八九十]+)?)(?=[{SPACE}：:【（(]|$)")),
    (Style.BOOK, re.compile(rf"(第[{SPACE}]*[{_NUM}\d]+[{SPACE}]*分?编)(?=[{SPACE}]|$)")),
    (Style.CHAPTER, re.compile(rf"(第[{SPACE}]*[{_NUM}\d]+[{SPACE}]*章)(?=[{SPACE}]|$)")),
    (Style.SECTION, re.compile(rf"(第[{SPACE}]*[{_NUM}\d]+[{SPACE}]*节)(?=[{SPACE}]|$)")),
    (Style.PART, re.compile(rf"(第[{SPACE}]*[{_NUM}\d]+[{SPACE}]*部分)(?=[{SPACE}：:]|$)")),
    (Style.CHINESE, re.compile(rf"([{_NUM}]{{1,4}}[、．.])")),
    (Style.CHINESE_BRACKET, re.compile(rf"([（(〔][{SPACE}]*[{_NUM}]{{1,4}}[{SPACE}]*[）)〕][、.．]?)")),
    (Style.ARABIC, re.compile(rf"([\d０-９]{{1,3}}[{SPACE}]*[.．、](?![\d０-９]))")),
    (Style.ARABIC_BRACKET, re.compile(r"([（(][\d０-９]{1,3}[）)][、.．]?)")),
    (Style.CIRCLED, re.compile(r"([①-⑳])")),
)
_FIRST = re.compile(r"^[第（(〔\s\u3000]*(一|1|１|①)[^十百\d]?")
HEADS = frozenset({Style.BOOK, Style.PART, Style.CHAPTER, Style.SECTION})


@dataclass(frozen=True, slots=True)
class Labelled:
    """A label as written, its style, the rest of the line."""

    style: Style
    label: str
    rest: str

    @property
    def is_first(self) -> bool:
        """Whether a numbering begins here."""
        return bool(_FIRST.match(self.label))


def label_of(line: str) -> Labelled | None:
    """Return the label that a line begins with, or None."""
    head = line[:1]
    if head not in "第（(〔①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳" and head not in _NUM and not head.isdigit():
        return None
    for style, pattern in _LABELS:
        found = pattern.match(line)
        if found:
            return Labelled(style, found.group(1), line[found.end() :].strip())
    return None


_TERMINAL = re.compile(r"[。；！？;!?：:…](?:[”’」』）)】》〕\]]*)$")
_BRACKETED = re.compile(r"[。；！？][”’」』]?[（(][^（）()]{1,80}[）)]$")  # …。（市公安局负责）
_MODAL = re.compile(r"应当|应该|必须|不得|可以|负责|应(?![用急对变届邀运付纳收]|诉)|(?<![重主需必扼简纲摘概首紧])要(?![求点素件领旨事义害闻])|须(?!知)")


def is_finished(text: str) -> bool:
    """Whether a paragraph ends where a sentence or a list item may end."""
    return bool(_TERMINAL.search(text) or _BRACKETED.search(text))


def is_sentence(text: str) -> bool:
    """Whether words without an end are a sentence that a page break cut, and no heading."""
    if _HEADLIKE.search(text):
        return False
    return len(text) > 70 or bool(_CUT.search(text)) or "。" in text or "；" in text or bool(_MODAL.search(text)) or (len(text) > 48 and "，" in text)


_CUT = re.compile(r"[，、,“《（(]$|(?:[由和与及或对将把在向为以并被其该]|或各|以及|有关|之间)$")
_HEADLIKE = re.compile(r"^[^，。；]{2,12}应[^，。；]{1,8}的[^，。；]{1,6}$")  # 应坚持的原则: a modal inside a heading
GOES_ON = re.compile(r"^[的之等及和与或、，。；）)”》,]")
NUMBER = re.compile(
    rf"^[\u4e00-\u9fa5{SPACE}（）()]{{1,24}}[〔\[［【(（﹝〖][{SPACE}]*(?:19|20)\d{{2}}[{SPACE}]*年?[〕\]］】)）﹞〗][{SPACE}]*字?[{SPACE}]*第?[{SPACE}]*\d{{1,5}}[{SPACE}]*号$|^第?[{_NUM}\d]+号(?:令|公告)?$|^[（(]?(?:19|20)\d{{2}}年第\d+号[）)]?$"
)
DATE = re.compile(
    rf"^[（(]?[{SPACE}]*(?:(?:19|20)\d{{2}}|二[{_NUM}○О０]{{3}}|一九[{_NUM}○]{{2}})[{SPACE}]*年[{SPACE}]*[\d{_NUM}]{{1,3}}[{SPACE}]*月[{SPACE}]*[\d{_NUM}]{{1,3}}[{SPACE}]*日[{SPACE}]*[）)]?$"
)
ORGAN = re.compile(
    r"^(?!.*关于)[\u4e00-\u9fa5·（）()、\s\u3000]{2,60}(?:委员会|人民政府|办公厅|办公室|人民法院|人民检察院|法院|检察院|国务院|委|部|局|厅|署|总局|政协|会议|领导小组|联席会议|协调小组|院|会|银行|公司|主席|总理|省长|市长|州长|县长|部长|主任)$"
)
MARK = re.compile(r"^[\u4e00-\u9fa5\s\u3000]{2,40}(?:文件|公报)$")
NOTE = re.compile(rf"^[（(].{{2,}}[）)]$|^(?:19|20)\d{{2}}[{SPACE}]*年[^。]{{2,80}}(?:通过|公布|发布|批准|修订|修正|施行|颁布|印发)[^。]{{0,20}}$")
ADDRESSEES = re.compile(r"^[^。；]{2,400}[：:]$")
TITLE = re.compile(
    r"(?:意见|方案|通知|办法|规定|条例|纲要|规划|决定|决议|细则|规则|规程|制度|指引|指南|准则|章程|要点|计划|清单|备忘录|协议|预案|公告|通告|通报|批复|复函|函|令|解释|法|法典|标准|大纲|安排|倡议书|补充|宣言|公约|议定书|目录|措施|若干措施|机制|报告|纪要|请示)"
    r"(?:[（(〔][^）)〕]{1,20}[）)〕]){0,3}$"
)
WRAPPER = re.compile(
    r"(?:印发|转发|批转|发布|公布|下发|颁布|颁发|发出).{0,12}[《<〈「].*(?:通知|公告|函|令|通告)$|^(?:中华人民共和国)?[\u4e00-\u9fa5]{2,24}令$"
)
WEB = re.compile(
    r"^(?:责任编辑|责编|编辑|继续阅读|阅读全文|上一篇|下一篇|打印本页|打印|关闭|分享到|扫一扫|点击数|浏览次数|阅读次数|相关链接|相关阅读|返回顶部|版权所有|字体|【字体|当前位置|首页|收藏|微信|声明[：:]|免责声明|扫描二维码|发布时间[：:]|发布日期[：:]|来源[：:]|信息来源[：:]|作者[：:])|字数\s*\d+|阅读模式|\d+\s*阅读$"
)
BACK = re.compile(
    r"^(?:【来源|（此件|\(此件|（联系人|抄送|抄\s*送|主题词|附件[：:]|附[：:]\s*\d|印发机关|分送|[—－-]+\s*\d+\s*[—－-]+$|（完）|\(完\))|日印发$|^特此(?:通知|公告|函告|通报|批复|公布)。?$"
)
ATTACHMENT = re.compile(
    rf"^附[{SPACE}]*(?:件|表|录|图|则表)?[{SPACE}]*[\d{_NUM}０-９]{{0,3}}[{SPACE}]*(?:[：:].{{0,60}})?$|^附[件表录图][{SPACE}]*[\d{_NUM}０-９]{{1,3}}[{SPACE}]*[\u4e00-\u9fa5（(《].{{0,60}}$"
)
CONTENTS = re.compile(rf"^目[{SPACE}]*(?:录|次)$")
FOREWORD = re.compile(rf"^(?:序[{SPACE}]*言|前[{SPACE}]*言|引[{SPACE}]*言|导[{SPACE}]*言|总[{SPACE}]*则|附[{SPACE}]*则)$")
