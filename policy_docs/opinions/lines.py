"""What one line of an official text looks like: titles, organs, dates, signatures, the noise of web pages. Pure.

All tests read no more than the first signs of a line: a hostile line may be megabytes long.
"""

import re

from .labels import CENTURY, HEADS, NUM, SPACE, Labelled, Style, label_of

__all__ = ["CENTURY", "HEADS", "NUM", "SPACE", "Labelled", "Style", "label_of"]

_LONG = 200  # no signature, date, note or title is longer

_TERMINAL = re.compile(r"[。；！？;!?：:…](?:[”’」』）)】》〕\]]*)$")
_BRACKETED = re.compile(r"[。；！？][”’」』]?[（(][^（）()]{1,80}[）)]$")  # …。（市公安局负责）
_MODAL = re.compile(r"应当|应该|必须|不得|可以|负责|应(?![用急对变届邀运付纳收]|诉)|(?<![重主需必扼简纲摘概首紧])要(?![求点素件领旨事义害闻])|须(?!知)")
_CUT = re.compile(
    r"[，、,“《（(]$|(?:(?<!理)由|(?<![总温共调饱缓])和|(?<!参)与|(?<![普涉提])及|(?<![方意趋走])向|(?<![行作认])为|[或对将把在以并被其该]|或各|以及|有关|之间)$"
)
_HEADLIKE = re.compile(r"^[^，。；]{2,12}应[^，。；]{1,8}的[^，。；]{1,6}$")  # 应坚持的原则: a modal inside a heading
GOES_ON = re.compile(r"^[的之等及和与或、，。；）)”》,]")

_YEAR = rf"(?:{CENTURY}\d{{2}}|二[{NUM}○О０Oo]{{3}}|一九[{NUM}○О０]{{2}})"
_DAY = rf"{_YEAR}[{SPACE}]*年[{SPACE}]*[\d{NUM}]{{1,3}}[{SPACE}]*月"
DATE = re.compile(rf"^[（(]?[{SPACE}]*{_DAY}[{SPACE}]*[\d{NUM}]{{1,3}}[{SPACE}]*日[{SPACE}]*[）)]?$")
_MONTH = re.compile(rf"^{_DAY}$")
STAMP = re.compile(rf"^{CENTURY}\d{{2}}[-./]\d{{1,2}}[-./]\d{{1,2}}(?:\s+\d{{1,2}}[:：]\d{{2}}(?:[:：]\d{{2}})?)?$")
_OPEN, _CLOSE = "〔\\[［【(（﹝〖„{｛", "〕\\]］】)）﹞〗‟“}｝"
NUMBER = re.compile(
    rf"^(?:[\u4e00-\u9fa5{SPACE}（）()]{{1,24}}[{_OPEN}][{SPACE}]*{CENTURY}\d{{2}}[{SPACE}]*年?[{SPACE}]*[{_CLOSE}][{SPACE}]*字?[{SPACE}]*第?[{SPACE}]*\d{{1,5}}[{SPACE}]*[号號]"
    rf"|[（(]?第?[{NUM}\d]{{1,7}}号(?:令|公告)?[）)]?|[（(]?{CENTURY}\d{{2}}[{SPACE}]*年[{SPACE}]*第[{SPACE}]*\d{{1,4}}[{SPACE}]*号(?:令|公告)?[）)]?)$"
)
ORGAN = re.compile(
    r"^(?!.*关于)[\u4e00-\u9fa5·（）()、\s\u3000]{2,60}(?:委员会|人民政府|办公厅|办公室|人民法院|人民检察院|法院|检察院|国务院|委|部|局|厅|署|总局|政协|会议|领导小组|联席会议|协调小组|院|会|银行|公司|主席|总理|省长|市长|州长|县长|部长|主任)$"
)
_SEAL = re.compile(r"[（(](?:公章|印章|盖章|代章|章)[）)]$")
MARK = re.compile(r"^[\u4e00-\u9fa5\s\u3000]{2,60}(?:文\s*件|公\s*报)$")
_NOTE_END = "通过|公布|发布|批准|修订|修正|施行|实施|颁布|印发|生效|修改|废止"
NOTE = re.compile(
    rf"^[（(].{{2,}}[）)]$|^(?:根据)?{_YEAR}[{SPACE}]*年[{SPACE}]*[\d{NUM}]{{1,3}}[{SPACE}]*月[^。]{{0,1500}}?(?:{_NOTE_END})[^。]{{0,20}}$"
    rf"|^{_YEAR}[{SPACE}]*年[{SPACE}]*[\d{NUM}]{{1,3}}[{SPACE}]*月[^。]{{0,200}}(?:通过|批准|公布|发布)的《[^。]{{2,300}}》$"
    rf"|^(?:自)?{_YEAR}[{SPACE}]*年[^。]{{2,80}}(?:{_NOTE_END})[^。]{{0,20}}$"
)
_ORGANS_END = re.compile(
    r"(?:厅|局|委|办|院|府|部|会|所|校|处|中心|公司|单位|机构|部门|企业|社|行|同志|代表|委员|科|室|署|司|队|库|站|团|盟|厂|机关|团体|大学|同志们|领导|地区|市|县|区|州|省|旗|乡|镇|街道|属|关|组|台|馆|会员|群众|居民)(?:[（(][^（）()]{1,30}[）)])?[：:]$"
)
_LEADS_IN = re.compile(
    r"如下|下列|以下|(?:规定|决定|通知|意见|要求|强调)[：:]$|^(?:为|根据|按照|依据|现(?!代)|经(?!济)|近|鉴于|由于|自(?!治)|(?:责任|牵头|配合|成员|参加|主办|承办)单位)"
)
TITLE = re.compile(
    r"(?:意见|方案|通知|办法|规定|条例|纲要|规划|决定|决议|细则|规则|规程|制度|指引|指南|准则|章程|要点|计划|清单|备忘录|协议|预案|公告|通告|通报|批复|复函|函|令|解释|法|法典|标准|大纲|安排|倡议书|补充|宣言|公约|议定书|目录|措施|若干措施|机制|报告|纪要|请示|规范|议案|答复|解答|公报|分工|分解表|任务表|责任分解|修正案|案例|(?<=[\u4e00-\u9fa5]{3})(?:纠纷|罪|一|[合诉]同|赔偿|继承|离婚)案)"
    r"(?:[（(〔][^）)〕]{1,20}[）)〕]){0,3}$"
)
WRAPPER = re.compile(
    r"(?:印发|转发|批转|发布|公布|下发|颁布|颁发|发出).{0,40}[《<〈「].*(?:通知|公告|函|令|通告)$|^(?:中华人民共和国)?[\u4e00-\u9fa5]{2,24}令$"
    r"|(?:印发|转发|批转).{4,100}的(?:通知|函)$"
)
_WORDS = (
    "责任编辑|责编|继续阅读|阅读全文|上一篇|下一篇|打印本页|打印|关闭窗口|关闭|分享到|分享|扫一扫|扫描二维码|点击数|点击量|点击次数|浏览次数|浏览量|阅读次数|阅读量|访问次数|访问量"
    "|相关链接|相关阅读|相关文章|相关解读|相关附件|附件下载|返回顶部|返回首页|返回列表|版权所有|字体|字号|当前位置|您现在的位置|您当前的位置|您所在的位置|首页|收藏本页|收藏|微信|微博|声明|免责声明|稿件来源|信息来源|文章来源|来源|作者"
    "|发布时间|发布日期|发布人|编辑|记者|无障碍浏览|下载本文|主办单位|承办单位|技术支持|网站标识码|网站地图|联系我们|设为首页|我要纠错|复制链接|语音播报|手机版|视力保护色|保护视力色"
)
WEB = re.compile(
    rf"^[{SPACE}•·]*[【\[（(]?[{SPACE}]*(?:{_WORDS})[{SPACE}]*(?:[：:].{{0,100}}|[】\]）)]?[{SPACE}|｜/·\-]*(?:[【\[（(]?(?:{_WORDS}|大|中|小)[】\]）)：:]?[{SPACE}|｜/·\-]*){{0,12}})$"
    r"|^(?:责任编辑|责编|继续阅读|阅读全文|扫一扫|扫描二维码|返回顶部|版权所有|【字体|分享到)|字数\s*\d+|阅读模式|\d+\s*阅读$"
    rf"|^(?:网站)?(?:首页|主页)[{SPACE}]*[>＞»›]|^[\u4e00-\u9fa5A-Za-z{SPACE}]{{1,20}}(?:[>＞»›]+[\u4e00-\u9fa5A-Za-z{SPACE}]{{1,40}}){{2,6}}$"
    r"|(?:来源|发布时间|发布日期|时间)[：:].{1,60}(?:浏览|点击|阅读|访问|来源|作者|字体)|^[\u4e00-\u9fa5]{0,4}ICP备|公网安备"
)
BACK = re.compile(
    r"^(?:【来源|（此件|\(此件|（联系人|\(联系人|抄送|抄\s*送|主\s*题\s*词|附件[：:]|附[：:]\s*\d|印发机关|分送|报\s*送[：:]|[—－-]+\s*\d+\s*[—－-]+$|（完）|\(完\)|（公章）|（盖章）|(?:出席|列席|请假|缺席)(?:人员|单位)?[：:])|日\s*印发$|^(?:特此|专此)(?:通知|公告|函告|通报|批复|公布|函复|函达|报告|答复|复函|证明)[。！]?$|^此复[。]?$"
)
OPEN_NOTE = re.compile(r"^[（(](?:此件|此文|本文|联系人|联系电话)")
ATTACHMENT = re.compile(
    rf"^附[{SPACE}]*(?:件|表|录|图|则表)?[{SPACE}]*[\d{NUM}０-９]{{0,3}}[{SPACE}]*(?:[：:].{{0,60}})?$|^附[件表录图][{SPACE}]*[\d{NUM}０-９]{{1,3}}[{SPACE}]*[\u4e00-\u9fa5（(《].{{0,60}}$"
)
ATTACHED_LIST = re.compile(rf"^附[{SPACE}]*件?[{SPACE}]*[：:]")
CONTENTS = re.compile(rf"^目[{SPACE}]*(?:录|次)$")
FOREWORD = re.compile(rf"^(?:序[{SPACE}]*言|前[{SPACE}]*言|引[{SPACE}]*言|导[{SPACE}]*言|总[{SPACE}]*则|附[{SPACE}]*则)$")
BRACKET_HEAD = re.compile(r"^【(?!来源|字体|打印|关闭|大|中|小|发文|发布|效力|时效|实施|法规|文号)[^【】]{2,20}】$")
_META_KEYS = (
    "索引号|主题分类|信息分类|体裁分类|组配分类|发文机关|发文机构|发布机构|发布机关|发布部门|发布单位|制定机关|制发机关|公开机关|责任部门|生成日期|成文日期|发文日期|印发日期|签发日期|公布日期|颁布日期|施行日期"
    "|实施日期|生效日期|失效日期|废止日期|文号|发文字号|发文号|文件编号|统一编号|规范性文件编号|登记号|有效性|时效性|是否有效|效力级别|效力状态|法规类别|公文种类|公开方式|公开范围|服务对象|内容概述|名称|标题|信息名称|文件名称"
    "|发布日期|发布时间|信息来源|来源"
)
META = re.compile(
    rf"^[{SPACE}•·*\-|]*[【\[]?((?:{'|'.join(f'[{SPACE}]*'.join(key) for key in _META_KEYS.split('|'))}))[{SPACE}]*[】\]]?[{SPACE}]*[：:|\t】\]](.*)$"
)
_META_KEEP = frozenset({"文号", "发文字号", "发文号", "发文机关", "发文机构", "成文日期", "发文日期", "印发日期", "签发日期", "制定机关"})


def is_finished(text: str) -> bool:
    """Whether a paragraph ends where a sentence or a list item may end."""
    end = text[-100:]
    return bool(_TERMINAL.search(end) or _BRACKETED.search(end))


def is_sentence(text: str) -> bool:
    """Whether words without an end are a sentence that a page break cut, and no heading."""
    if len(text) > 70:
        return True
    if _HEADLIKE.search(text):
        return False
    return bool(_CUT.search(text)) or "。" in text or "；" in text or bool(_MODAL.search(text)) or (len(text) > 48 and "，" in text)


def is_web(text: str) -> bool:
    """Whether a line is what a web page puts around a text."""
    return bool(WEB.search(text[:160])) and len(text) < _LONG


def is_back(text: str) -> bool:
    """Whether a line belongs behind the text: notes, 抄送, 印发."""
    return bool(BACK.search(text[:60]))


def is_attachment(text: str) -> bool:
    """Whether a line names an attachment that begins here."""
    return len(text) < 70 and bool(ATTACHMENT.match(text)) and not text.endswith("。")


def organ_of(text: str) -> str:
    """Return the organ that makes up a line, a word for its seal aside; "" for any other line."""
    name = _SEAL.sub("", text) if len(text) <= 60 else ""
    return name if name and len(name) <= 50 and ORGAN.match(name) else ""


def is_signature(text: str) -> bool:
    """Whether a line is the organ that signs."""
    return len(text) <= 48 and "、" not in text and bool(organ_of(text))


def is_date(text: str) -> bool:
    """Whether a line is a date alone (the day may be left out)."""
    return len(text) <= 30 and bool(DATE.match(text) or _MONTH.match(text))


def is_note(text: str) -> bool:
    """Whether a line is a note below a title: when it was passed, published, amended."""
    return len(text) <= 2000 and bool(NOTE.match(text))


def is_addressees(text: str) -> bool:
    """Whether a line is the 主送: a list of organs with a colon, and no sentence that leads in a list."""
    if len(text) > 400 or not text.endswith(("：", ":")) or "。" in text or "；" in text:
        return False
    if _LEADS_IN.search(text):
        return False
    return bool(_ORGANS_END.search(text)) or text.startswith("各")


def is_number(text: str) -> bool:
    """Whether a line is a document number alone."""
    return len(text) <= 60 and bool(NUMBER.match(text))


def is_mark(text: str) -> bool:
    """Whether a line is the red head: organ and 文件."""
    return len(text) <= 62 and bool(MARK.match(text))


def is_table(text: str) -> bool:
    """Whether a line is a row of a table."""
    return "\t" in text or text.startswith("|")


def meta(text: str) -> tuple[str, str] | None:
    """Return key and value of a line of a portal's table of facts (发文字号：…), None for any other line."""
    found = META.match(text[:_LONG]) if len(text) < _LONG else None
    return ("".join(found.group(1).split()), found.group(2).strip(" \t|　")) if found else None


def is_kept_meta(key: str) -> bool:
    """Whether a portal's fact says something of the document itself."""
    return key in _META_KEEP


def is_history(text: str) -> bool:
    """Whether a line is a note without brackets: 2020年3月23日 …通过."""
    return text[:1] not in "（(" and is_note(text)


def stands_alone(text: str) -> bool:
    """Whether a line is never a part of a paragraph."""
    return (
        is_date(text) or is_number(text) or is_mark(text) or is_web(text) or bool(CONTENTS.match(text)) or is_back(text[:60])
        or is_attachment(text) or is_signature(text) or bool(BRACKET_HEAD.match(text)) or is_history(text)
    )  # fmt: skip
