"""The rules: each says what one pattern of official language lays on a group of names.

A rule looks at one group and answers with a verdict or None; the first verdict counts, so the order of ``RULES`` is part of their meaning.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from policy_docs.duties.types import Act, Role

from ._groups import Group
from ._words import begins_with_verb

# generic demands on these are exhortations: 督促有关部门, 引导社会公众
VAGUE = frozenset({"public", "@members", "government", "party_committee"})
# classes that a text describes more often than it orders about: their verbs must be among the known ones
OPEN = frozenset({"financial_institutions", "enterprises", "media", "schools", "villages", "internet_companies", "telecom"})
# what is granted to these is a right of theirs and no duty (gold guidelines)
BEARERS = frozenset({"public", "enterprises"})
_IS_LIST_OF_DATA = re.compile(r"等?(?:基本)?(?:信息|情况|材料|内容|事项|方式|名单|电话|凭证|渠道)$")
_HAS_SUBJECT = re.compile(r"(?:经|由|按|依|根据|属于|构成|给予|处)")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Role of the group's names; ``act`` tells a counterpart from a plain mention."""

    role: Role
    act: Act = Act.DUTY


@dataclass(frozen=True, slots=True)
class Clause:
    """What a rule may know of the clause: its words without white space."""

    words: str
    orders: bool  # the clause lays down something (it is no background)


Test = Callable[[Group, Clause], Verdict | None]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: id, version, the pattern of official language it stands for, its test."""

    id: str
    version: int
    pattern: str
    test: Test


LEAD = Verdict(Role.LEAD)
RESPONSIBLE = Verdict(Role.RESPONSIBLE)
COOPERATE = Verdict(Role.COOPERATE)
MENTION = Verdict(Role.MENTION, Act.MENTION)
COUNTERPART = Verdict(Role.MENTION, Act.COUNTERPART)

_DUTY_BRACKET = re.compile(r"牵头|负责|配合|按职责|责任单位|主办|协办|参加|参与|落实")
_SET_PHRASE = re.compile(r"党委(?:统一|的?坚强)?领导[、，].{4,90}?社会(?:各界|公众)?(?:广泛)?参与")
_SET_ROLES = {"party_committee": LEAD, "political_legal": LEAD, "court": LEAD, "npc": RESPONSIBLE, "cppcc": RESPONSIBLE, "government": RESPONSIBLE}
# 必要, 相应, 认可, 提请 hold no modal
_MODAL = r"(?:应当|应该|(?<![相对反响供适效回感])应|(?<![必主需重只首摘纪简紧概讨索])要|必须|须|不得|严禁|禁止|负责|可以|(?<![许认])可|有权|均|需(?!要)|(?<![申提报邀聘])请|务必)"
_FILLER = r"(?:在[^，。；]{1,24}?[，、]?|根据[^，。；]{1,30}?，?|按照[^，。；]{1,30}?，?|依照[^，。；]{1,30}?，?|依据[^，。；]{1,30}?，?|依法|及时|分别|共同|结合[^，。；]{1,20}?，?|通过[^，。；]{1,24}?，?|对[^，。；]{1,60}?，?|发现[^，。；]{1,50}?，?|收到[^，。；]{1,24}?，?|接到[^，。；]{1,24}?，?|因[^，。；]{1,24}?，?)"
_MODAL_NEXT = re.compile(rf"^，?{_FILLER}?{_MODAL}(?!求|点|素|件|领|害|闻)")
_ADVERBIAL = re.compile(
    r"(?:在|对|按|根据|依|自|于|以|经|向|与|为|将|会同|通过|结合|因|除|凡|如|从|就|当|同时|及时|立即|并|也|还|均|都|一般|必要|可|不|应|确|需|认|收到|接到|发现|符合|情|未|由|审查|统一|分别|一律|原则|尽|每|先|再|及|积极|主动|严格|认真|充分|切实)"
)
_ANY_MODAL = re.compile(r"应当|不得|必须|[应须要](?=[\u4e00-\u9fa5])")
_MODAL_LATER = re.compile(r"^[^。；]{0,70}?(?:的，|，|[^的，需主重讨索必简摘概])(?:应当|应|要|须|必须|不得|可以)(?!求|点|素|件|领|害|闻|用|急|对|时)")
# verbs with which official language says what a unit does
_VERBS = (
    r"实行|商(?:请|同级|有关|相关)|各司其职|依职权|受委托|经审查|进一步|下达|不予|严格|主动|主管|主要|予以|互相|优化|会同|会商|依托|依据|依法|依照|保障|做好"
    r"|停止|健全|充分|先行|全面|公布|公开|共同|具体|决定|出具|出台|分别|分工|切实|划定|利用|制定|办理|加大|加强|加快|协助"
    r"|协同|协调|印发|参与|参加|及时|发布|发现|受理|召开|吊销|同意|坚持|增强|处理|备案|妥善|安排|完善|定期|实施|审批|审查"
    r"|审核|宣传|尽快|履行|带头|应急|建立|开展|引导|强化|执行|批准|承担|报送|拒绝|拨付|指定|指导|按照|探索|接到|接受|推动"
    r"|推进|提供|提出|提请|支付|支持|收到|收集|教育|明确|暂扣|查处|查询|核准|核定|核实|根据|检查|汇总|没收|深化|牵头|申请"
    r"|登记|监督|相互|督促|研究|确定|禁止|积极|移送|立即|管理|组成|组织|结合|给予|统一|统筹|统计|编制|联合|联系|自觉|落实"
    r"|规范|警告|认为|认定|认真|设立|评估|调查|负责|责令|适时|通报|配合|配备|采取|限制|高度|与|为|予|向|在|处|对|将|应|把"
    r"|按|每|要"
)
VERB_NEXT = re.compile(rf"^，?(?:{_VERBS})(?!工作(?:是|的)|信息管理系统|(?:单位|部门)[：:])")
_NOUN_NEXT = re.compile(r"^(?:执行工作|执行案件|工作人员|的|内部|领导|主要负责人|规定的|审查批准|办案|组成|执行信息|生效|周边|附近|以外|之外)")
# 人民法院移送的案件, 公安机关依法查封的车辆: the name only qualifies a noun
_ATTRIBUTE = re.compile(
    r"^(?:依法|书面|已经|所|在[^，。；]{1,20}(?:中|时)|需要|可能)?(?:"
    r"(?:请求|移送|交办|督办|转办|送诊|送达|决定|委托|作出|查封|扣押|认定|审理|裁定|批准|核准|要求|掌握|主管|规定|出具|确定|颁发|签订|签发|依法认定|依法作出|依法查封|依法出具|举办|发放|核发|选派|聘用|指派|派出)[^，。；应]{0,18}?"
    r"|(?:提供|发布|公布|办理|受理|监管|制定|建设|公告|通知|公开|申请|建立|组织|工作|设立))的(?![，对])"
)
# 作出…的决定 is an act of the name, 作出的决定 only qualifies
_ACT_OF_ITS_OWN = re.compile(r"^作出[^，。；]{3,}的(?:行政)?(?:处罚|处理)?决定")
_TO = re.compile(
    r"(?:向|报|报送|报请|报告|告知|通知|移送|移交|送达|通报|推送|提供给|反馈给?|抄送|抄报|抄告|提请|(?<![推移报抄发])送|请求|寄送|商请|报经|经|征求|征得|听取|取得|发送给?|转交|交由|提交|书面告知|上报|函告)(?:其|所属|其所属|所在地?|本级|同级|当地|上级|上一级|相关|有关|有管辖权的|有[^，。；]{1,8}的|[^，。；]{0,10}的)?$"
)
_WITH = re.compile(
    r"(?:(?:与|同|跟)(?:其|各|相关|有关|同级|当地|所在地?|全省|全市|[^，。；、的应要对将]{0,4})?|(?:应当?|要|须|可以|及时|主动|积极|^|[，；])和(?:其|各|相关|有关|同级|当地|所在地?)?)$"
)
_PIVOT = re.compile(
    r"(?:督促|协调|推动|指导|组织|引导|鼓励|敦促|要求|责令|监督|责成|(?<![受被])授权|(?<![受被])委托|邀请|支持|动员|促使|促进|依靠|发动|带动|规范|鼓励引导|指导和督促|指导、督促|组织、协调)(?:和督促|和监督|、督促|、监督|、协调|辖区内?|各|本|其|相关|有关|[^，。；]{0,6}的)?$"
)
_PIVOT_FAR = re.compile(r"(?:^|[应要须并]|当|依法|积极|及时|和|、)(?:督促|协调|指导|监督|指导和督促|指导、督促|组织|组织、协调)[^，。；应要须]{1,26}的?$")
_JOINT_NEXT = re.compile(
    r"^[^，。；]{0,24}?(?:之间|建立|加强|共同|开展|实现|联合|协调|协作|完善|签订|形成|衔接|共享|对接|沟通|联动|配合|进行|实行|合作|网络连接|开通|会商|联网|互联互通|统一|制定|研究)"
)
_OBJECT = re.compile(
    r"(?:对|对于|允许|招用|把|将|被|给|从|因|至|到|在|涉及?|以|于|依|按|由于|自|是|为|作为|包括|属于|等为|除|非|凡|帮助|保护|属|如|含|涉|含有|成为|担任|列入|纳入|代表)$"
)
_LINK = re.compile(
    r"^(?:的)?(?:执行)?(?:查控|信息|办案|指挥|管理|审批|案件|点对点|“点对点”|系统|数据|网络).{0,16}?(?:与|和|同).{1,120}?(?:连接|对接|共享|互联互通|联网|嵌入|联通)"
)


def _bracket(group: Group, clause: Clause) -> Verdict | None:
    """（X牵头，Y配合）, （X、Y按职责分工负责）, （X会同有关部门负责）."""
    if not group.bracket or not _DUTY_BRACKET.search(group.bracket) or len(group.bracket) > 160:
        return None
    if re.search(r"(?:会同|联合)$", group.pre):
        return COOPERATE
    if re.match(r"(?:牵头|总牵头|主办)", group.post) or re.search(r"牵头(?:单位|部门)?[：为]?$", group.before):
        return LEAD
    if re.match(r"(?:等)?(?:分别|共同|按职责分工)?(?:配合|协助|参加|参与|协办)", group.post) or re.search(
        r"(?:配合|协办|参加)(?:单位|部门)[：为]?$", group.before
    ):
        return COOPERATE
    return RESPONSIBLE


def _listed(group: Group, clause: Clause) -> Verdict | None:
    """牵头单位：X；责任单位：Y；配合单位：Z."""
    found = re.search(r"(牵头|责任|主办|主责|承办|落实|配合|协办|参与|参加)(?:单位|部门|机关)(?:为|是|：|:)[^。；]{0,60}$", group.before[-80:])
    if not found:
        return None
    return {"牵头": LEAD, "主责": LEAD, "配合": COOPERATE, "协办": COOPERATE, "参与": COOPERATE, "参加": COOPERATE}.get(found.group(1), RESPONSIBLE)


def _pattern(group: Group, clause: Clause) -> Verdict | None:
    """The set phrase 党委领导、政法委协调、…社会参与, where the clause orders the pattern to be built."""
    around = group.before[-100:] + "\x00" + group.post
    for found in _SET_PHRASE.finditer((group.before[-100:] + "".join(name.written for name in group.names) + group.post)[:260]):
        if found.start() <= len(group.before[-100:]) < found.end():
            built = re.search(r"构建|建立|健全|完善|形成|坚持|落实|推动|坚持和完善", around.split("\x00")[0]) and not re.match(r"为|在", group.before)
            if not built or not clause.orders:
                return MENTION
            return _SET_ROLES.get(group.names[0].kind, COOPERATE)
    return None


def _qualifies(group: Group, clause: Clause) -> Verdict | None:
    """县级以上人民政府X部门: the first name only says whose department it is."""
    return MENTION if group.touches_next else None


def _leads(group: Group, clause: Clause) -> Verdict | None:
    """X牵头, 由X牵头, X主办, X承担主体责任."""
    if re.match(
        r"(?:应当?|要)?(?:切实|进一步)?加强对?[^，。；]{2,24}工作的?(?:统一|组织)?领导|(?:应当?|要|负责)?(?:统一|组织)领导|(?:统一)?负责[^，。；、]{2,24}的?(?:组织|综合|统筹)协调|(?:要|应当?|负责)?统筹协调[^，。；]{2,24}工作"
        r"|(?:具体|要|应当?|负责|负)?(?:牵头|主办|总牵头|承担主体责任|承担主要责任|负总责|为牵头|是牵头|作为牵头|履行牵头|统一领导|统一负责、领导|领导(?:全|本|辖区|[^，。；]{0,6}行政区域))",
        group.post,
    ) and not _WITH.search(group.pre):
        return LEAD
    return None


def _assists_leader(group: Group, clause: Clause) -> Verdict | None:
    """X牵头，Y、Z配合."""
    if re.match(r"(?:共同|积极|予以|做好|分工)?(?:配合|协助|参与|参加|协同)(?:[，。；]|$)", group.post) and re.search(r"牵头|主办|负责", group.before):
        return COOPERATE
    return None


def _coordinates(group: Group, clause: Clause) -> Verdict | None:
    """X统筹Y、Z: X leads, Y and Z cooperate."""
    if re.search(r"统筹(?:协调)?$", group.pre):
        return COOPERATE
    if group.opens and re.search(r"[^。；]{0,90}，?统筹[\u4e00-\u9fa5]{2,4}、", group.post):
        return LEAD
    return None


def _each_his_part(group: Group, clause: Clause) -> Verdict | None:
    """X、Y等部门各司其职、通力协作、齐抓共管."""
    if re.match(
        r"[^，。；]{0,6}(?:各司其职|各负其责|齐抓共管|通力协作|按(?:照)?(?:各自)?职责(?:分工)?|分工负责|根据各自职责|依职责|按照?规定职责|密切配合)", group.post
    ):
        return RESPONSIBLE
    return None


def _linked(group: Group, clause: Clause) -> Verdict | None:
    """建立人民法院执行查控网络与X之间的网络连接: the court builds it."""
    if _LINK.match(group.post) and group.names[0].kind == "court" and not _WITH.search(group.pre):
        return RESPONSIBLE
    return None


def _together(group: Group, clause: Clause) -> Verdict | None:
    """会同X, 联合X."""
    return COOPERATE if re.search(r"(?:会同|联合|协同|商同级|会商|商)(?:当地|同级|有关|相关|各)?(?:[\u4e00-\u9fa5]{2,8}、){0,4}$", group.pre) else None


def _assisted(group: Group, clause: Clause) -> Verdict | None:
    """配合X, 协助X: the doer stands before; X is helped."""
    return COUNTERPART if re.search(r"(?:配合|协助|支持|依法协助|(?:^|[应要须并、])服务)(?:好|各级|本级|当地)?$", group.pre) else None


def _embedded(group: Group, clause: Clause) -> Verdict | None:
    """建立X协助送达的机制: the mechanism is that X does it."""
    if re.search(r"(?:建立|健全|完善|推动|推进|形成|探索|构建)(?:健全|完善|建立)?$", group.pre) and re.match(
        r"(?:依法|积极|主动)?(?:协助|配合)(?!机制|制度|工作|执行人|单位|义务|[的，、])", group.post
    ):
        return RESPONSIBLE
    return None


_INVITED = {"npc": "代表", "cppcc": "委员"}


def _supervised_by(group: Group, clause: Clause) -> Verdict | None:
    """接受X监督: a mention, unless the clause also invites X."""
    if re.search(r"接受[^，。；]{0,30}$", group.before) and re.match(r"[^，。；]{0,10}监督", group.post):
        written = "|".join(
            [*(re.escape(name.alias[:2]) for name in group.names if name.alias), *(_INVITED[name.kind] for name in group.names if name.kind in _INVITED)]
        )
        return COOPERATE if re.search(rf"邀请(?:其|[^，。；]{{0,10}}(?:{written}))", clause.words) else MENTION
    if re.search(r"邀请$", group.pre) and not {name.kind for name in group.names} & VAGUE:
        return COOPERATE
    return None


_MECHANISM = re.compile(r"(?!信息共享)[^，。；]{0,30}?(?:合作|协作|联动|协调|沟通|配合|衔接|会商|协同|对接|联络)[^，。；、]{0,10}(?:机制|制度)")


def _jointly(group: Group, clause: Clause) -> Verdict | None:
    """建立人民法院与X…协作机制: both sides on an equal footing."""
    kinds = {name.kind for name in group.names}
    if len(kinds) == 2 and "court" in kinds and re.search(r"(?:建立|健全|完善|深化|加强|推动|形成|构建)$", group.pre) and _MECHANISM.match(group.post):
        return RESPONSIBLE
    return None


def _recipient(group: Group, clause: Clause) -> Verdict | None:
    """向X移送, 报送X, 告知X, 通报X."""
    if not _TO.search(group.pre) or re.search(r"(?:应|要|须)$", group.pre):
        return None
    if re.search(r"(?:请求|商请|提请|通知)[^，。；]{0,8}$", group.pre) and re.match(r"(?:予以|依法)?(?:协助|配合|执行)(?![的权])", group.post):
        return COOPERATE  # 请求公安机关协助处理: it is to act
    return COOPERATE if re.match(r"[^。；]{0,40}，[^。；]{0,16}共同", group.post) else COUNTERPART


def _with(group: Group, clause: Clause) -> Verdict | None:
    """与X建立机制, 与X之间的网络连接, 与X信息共享."""
    if not _WITH.search(group.pre):
        return None
    return COOPERATE if _JOINT_NEXT.match(group.post) else MENTION


def _pivot(group: Group, clause: Clause) -> Verdict | None:
    """督促X做Y: X cooperates where it is named and something is to be done."""
    if not _PIVOT.search(group.pre) and not _PIVOT_FAR.search(group.pre):
        return None
    if any(name.kind in VAGUE for name in group.names) or not group.post or re.match(r"[，的、](?!(?:通过|采取|利用|依法|建立|健全|共同))", group.post):
        return COUNTERPART
    if re.search("委托$", group.pre) and re.match(r"(?:调查|评估|审计|鉴定|拍卖)[^。；]{0,20}(?:制度|措施|方式)", group.post):
        return COUNTERPART  # 委托律师调查、悬赏举报等制度: what the court makes use of
    if {name.kind for name in group.names} <= OPEN | BEARERS and re.search(r"(?:鼓励|支持|引导)(?:和支持|和引导|各类|相关|有关)?$", group.pre):
        return COUNTERPART  # encouraged, not told
    if any(name.alias == "市场主体" for name in group.names):
        return COUNTERPART  # whoever trades: no party in particular
    if re.search("被执行人|作为|国家(?:鼓励|支持|引导)", group.pre) or re.match(r"(?:自觉|主动)?(?:履行|树立|增强|提高|依法行政|强化)", group.post):
        return COUNTERPART
    return COOPERATE


def _by(group: Group, clause: Clause) -> Verdict | None:
    """由X做; 由X等部门参加的机构: each takes part."""
    if re.search(r"由$", group.pre) and re.match(r"(?:共同)?(?:参加|参与)的?", group.post):
        return COOPERATE
    return (
        RESPONSIBLE
        if re.search(r"(?<![事理缘自经])(?:由|(?<![申商报提邀聘])请)(?:其|所在地?|本级|各级|当地|相关|有关|各|特邀|专业|具体|[^，。；]{0,12}的)?$", group.pre)
        and "不属于" not in group.pre
        and not (re.search(r"(?:需要?|应当?)由$", group.pre) and re.match(r"[^，。；]{1,24}的，", group.post))  # 需要由法院答复的，…: a case
        and not _ATTRIBUTE.match(group.post)  # 由政府指定的单位: the one that is named does it
        else None
    )


def _object(group: Group, clause: Clause) -> Verdict | None:
    """对X移送的案件, 被执行人是X, 对成效明显的X，…: no doer."""
    if re.match(r"对(?:于)?[^，。；]+$", group.pre) and re.match(r"[，、的]", group.post):
        return MENTION
    return MENTION if _OBJECT.search(group.pre) else None


_OFFENCE = re.compile(
    r"[^。；]{0,160}?(?:未|不|违反|拒不|擅自|拖欠|骗取|伪造|隐瞒|截留|挪用|侵占|弄虚作假|有下列(?:情形|行为)|有[^，。；]{0,20}(?:行为|情形))[^。；]{0,240}?的，"
    r"(?:按照?|由|处|责令|给予|依照|依法(?:给予|追究)|移送|构成|可以|[^，。；]{2,20}(?:部门|机关|机构|政府|法院)(?:应当|可以|依法|责令))"
)


def _offender(group: Group, clause: Clause) -> Verdict | None:
    """X未…的，处罚款: the penalty for X is no duty of X."""
    if _MODAL_NEXT.match(group.post):
        return None
    return MENTION if group.opens and _OFFENCE.match(group.post) else None


_SHARES = re.compile(r"^(?:之间)?的?[^，。；]{0,40}?(?:共享|互通|互认|互联|对接|联动|协作|协同|衔接)")


def _shared(group: Group, clause: Clause) -> Verdict | None:
    """实现X、Y等部门信息共享: each of them is a side of the arrangement."""
    if len(group.names) > 1 and re.search(r"(?:实现|推动|推进|促进|加强|建立|健全|打通|完善)(?:与)?$", group.pre) and _SHARES.match(group.post):
        return COOPERATE
    return None


def _plays_its_part(group: Group, clause: Clause) -> Verdict | None:
    """发挥X作用, 依托X: X does it; beside another doer it cooperates."""
    if {name.kind for name in group.names} & VAGUE:
        return None
    if re.search(r"(?:发挥|依靠|依托)(?:好)?(?:各级|[^，。；]{0,4})$", group.pre) and re.match(
        r"的?[^，。；]{0,14}(?:作用|优势)|，(?:将|建立|开展|加强|配合|做好|推动)", group.post
    ):
        return COOPERATE if re.search(r"应当|应|要|须|负责", group.before) or re.search(r"[局委办部院]应|机关应", clause.words) else RESPONSIBLE
    return None


def _takes_part(group: Group, clause: Clause) -> Verdict | None:
    """建立X等专业机构深度参与的机制, 引入X参与."""
    if {name.kind for name in group.names} <= BEARERS and re.search(r"(?:鼓励|支持|引导)[^，。；]{0,16}$", group.pre):
        return None
    if re.match(r"[^，。；]{0,24}(?:深度|积极|广泛|共同|依法)?参与", group.post) and re.search(r"建立|健全|引入|吸纳|吸收|邀请|推动|鼓励|支持|引导", group.pre):
        return COOPERATE
    return None


_RIGHT = re.compile(
    rf"^，?{_FILLER}?(?:均)?(?:有权|可以(?:依法|自愿|直接|向[^，。；]{{1,30}}|到[^，。；]{{1,24}})?(?:申请|提出|提起|请求|要求|举报|投诉|查阅|选择|申诉))"
)


# Y应当予以配合: whom it helps stands before
_ONLY_HELPS = re.compile(r"^，?(?:应当|应|要|须)(?:依法|积极|主动)?(?:予以|给予)?(?:配合|协助|协助配合|支持配合)(?:[，。；]|$)")


def _forbidden(group: Group, clause: Clause) -> Verdict | None:
    """禁止任何单位和个人做某事."""
    if {name.kind for name in group.names} <= BEARERS and re.search(r"(?:禁止|严禁)(?:任何|其他|各类)?$", group.pre) and not re.match(r"[的、，]", group.post):
        return RESPONSIBLE
    return None


def _modal(group: Group, clause: Clause) -> Verdict | None:
    """X应当, X要, X负责, X不得, X可以."""
    if _NOUN_NEXT.match(group.post) or (group.post.startswith("，") and _ANY_MODAL.search(group.before)):
        return None  # 应当补偿给单位和个人，不得截留: the verb goes on with the doer before
    if {name.kind for name in group.names} <= BEARERS and _RIGHT.match(group.post):
        return MENTION
    if not _MODAL_NEXT.match(group.post):
        return None
    return COOPERATE if _ONLY_HELPS.match(group.post) else RESPONSIBLE


# 最高人民法院制定了…: told, not ordered
_NARRATED = re.compile(r"^[^，。；]{0,12}?(?:制定|印发|作出|提出|开展|取得|发布|出台|建立|组织|召开|进行|通过)了")
# X落实…情况纳入考核: X is what is looked at
_ASSESSED = re.compile(r"^[^，。；]{2,30}情况[^，。；]{0,4}(?:纳入|列入|作为|计入)|^[^，。；]{0,20}(?:满意度|知晓率|安全感|获得感)")


def _topic(group: Group, clause: Clause) -> Verdict | None:
    """X…，应当: the topic stands some words before its modal."""
    if not group.opens or re.match(r"[的、。]", group.post) or _NOUN_NEXT.match(group.post):
        return None
    if (_ATTRIBUTE.match(group.post) and not _ACT_OF_ITS_OWN.match(group.post)) or _NARRATED.match(group.post):
        return None
    if {name.kind for name in group.names} <= BEARERS and re.search(rf"，{_RIGHT.pattern[1:]}", group.post):
        return None
    later = _MODAL_LATER.match(group.post)
    return RESPONSIBLE if later and not _has_own_subject(later.group()) else None


def _has_own_subject(words: str) -> bool:
    """法院受理申请前，申请人可以…: the words between the last sign and the verb name somebody else."""
    if "，" not in words:
        return False
    last = re.sub(_MODAL + "$", "", words.rsplit("，", 1)[1])
    return bool(last) and not _ADVERBIAL.match(last)


def _declared(group: Group, clause: Clause) -> Verdict | None:
    """X为Y提供查询, X加强…: a plain sentence that instructs."""
    if not group.opens or not clause.orders or _NOUN_NEXT.match(group.post) or _NARRATED.match(group.post) or _ASSESSED.match(group.post):
        return None
    first, *more = re.split(r"[，。；]", group.post, maxsplit=2)
    if first.endswith("的"):  # X在口岸发现的，立即控制: the case first, then the act
        act = more[0] if more and VERB_NEXT.match(first) else ""
        return RESPONSIBLE if VERB_NEXT.match(act) and not _HAS_SUBJECT.match(act) else None
    if _ATTRIBUTE.match(group.post):
        return None
    if VERB_NEXT.match(group.post):
        return RESPONSIBLE
    if _IS_LIST_OF_DATA.search(first):
        return None
    plain = not {name.kind for name in group.names} & (VAGUE | OPEN)
    return RESPONSIBLE if plain and begins_with_verb(first) else None


def _rest(group: Group, clause: Clause) -> Verdict | None:
    """Anything else that is named."""
    return MENTION


RULES: tuple[Rule, ...] = (
    Rule("bracket", 1, "条末括注：（X牵头，Y配合）、（X负责）、（X、Y按职责分工负责）", _bracket),
    Rule("listed", 1, "牵头单位：X；责任单位：Y；配合单位：Z", _listed),
    Rule("set_phrase", 1, "党委领导、政法委协调、人大监督、政府支持、法院主办、部门联动、社会参与", _pattern),
    Rule("qualifies", 1, "县级以上人民政府教育行政部门：前一名称只说明隶属", _qualifies),
    Rule("linked", 1, "建立人民法院执行查控网络与X之间的网络连接", _linked),
    Rule("together", 1, "会同X、联合X", _together),
    Rule("assisted", 1, "配合X、协助X：X是受协助的一方", _assisted),
    Rule("assists_leader", 1, "X牵头，Y、Z配合：Y、Z配合", _assists_leader),
    Rule("coordinates", 1, "X统筹Y、Z：X牵头，Y、Z配合", _coordinates),
    Rule("supervised_by", 1, "接受X监督；同条又邀请X的，X配合", _supervised_by),
    Rule("recipient", 1, "向X移送、报送X、告知X：X是接收的一方", _recipient),
    Rule("leads", 1, "X牵头、由X牵头、X主办、X承担主体责任", _leads),
    Rule("by", 1, "由X办理、请X办理", _by),
    Rule("with", 1, "与X建立机制、与X之间的网络连接、与X信息共享", _with),
    Rule("jointly", 1, "建立人民法院与X的协作机制：双方各负其责", _jointly),
    Rule("shared", 1, "实现X、Y等部门信息共享：X、Y都是一方", _shared),
    Rule("embedded", 1, "建立X协助（配合）做某事的机制", _embedded),
    Rule("takes_part", 1, "建立X等专业机构参与的工作机制", _takes_part),
    Rule("plays_part", 1, "发挥X作用，依托X开展工作", _plays_its_part),
    Rule("pivot", 1, "督促（协调、指导、推动）X做某事", _pivot),
    Rule("offender", 1, "X未依法办理的，处罚款：对X的处罚不是X的职责", _offender),
    Rule("object", 1, "对X移送的案件、被执行人是X：不是承担者", _object),
    Rule("each_part", 1, "X、Y等部门各司其职、齐抓共管", _each_his_part),
    Rule("forbidden", 1, "禁止X做某事", _forbidden),
    Rule("modal", 1, "X应当（要、须、不得、负责、可以）做某事", _modal),
    Rule("topic", 1, "X……的，应当做某事：名称与“应当”之间隔着别的词", _topic),
    Rule("declared", 1, "X为Y提供查询：不带“应当”的部署语句", _declared),
    Rule("rest", 1, "其他提到的名称", _rest),
)


def _elsewhere(group: Group, clause: Clause) -> Verdict | None:
    """What the engine reads from the structure and not from one group."""
    return None


STRUCTURAL: tuple[Rule, ...] = (
    Rule("column", 1, "分工表“牵头单位”“责任单位”“配合单位”一栏下的单位", _elsewhere),
    Rule("carried", 1, "没有主语的后一句，承前一句的承担者", _elsewhere),
    Rule("lead_in", 1, "“X履行下列职责：”之下的各项，承担者是X", _elsewhere),
    Rule("court_head", 1, "“加强人民法院执行工作”等标题之下的部署，承担者是人民法院", _elsewhere),
    Rule("silent", 1, "标题、名单、落款、印发用语里的名称，只作提及", _elsewhere),
)
