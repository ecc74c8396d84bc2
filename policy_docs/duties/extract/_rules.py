"""The rules: each says what one pattern of official language lays on a group of names.

A rule looks at one group and answers with a verdict or None; the first verdict counts, so the order of ``RULES`` is part of their meaning.
"""

import re

from policy_docs.duties.types import Role

from . import _patterns as p
from ._groups import Group
from ._verdict import COOPERATE, COUNTERPART, DIRECTED, LEAD, MENTION, RESPONSIBLE, Clause, Rule, Verdict
from ._words import begins_with_verb

SET_ROLES = {"party_committee": LEAD, "political_legal": LEAD, "court": LEAD, "npc": RESPONSIBLE, "cppcc": RESPONSIBLE, "government": RESPONSIBLE}


def _bracket(group: Group, clause: Clause) -> Verdict | None:
    """（X牵头，Y配合）, （X、Y按职责分工负责）, （X会同有关部门负责）; （X、Y） alone at the end of an item."""
    if not group.bracket or len(group.bracket) > 160:
        return None
    if not p.DUTY_BRACKET.search(group.bracket):
        alone = (len(group.names) > 1 or group.before == "（") and not group.pre and not group.post and clause.words.endswith(("）", "）。"))
        ends = clause.words.rstrip("。").endswith(f"{group.bracket}）")
        return RESPONSIBLE if alone and ends and p.ENDED.search(group.before) else None
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
    before = group.before[-160:]
    heads = list(p.HEAD_OF_LIST.finditer(before))
    if not heads or re.search("[。；]", before[heads[-1].end() :]):
        return None
    return {"牵头": LEAD, "主责": LEAD, "配合": COOPERATE, "协办": COOPERATE, "参与": COOPERATE, "参加": COOPERATE}.get(heads[-1].group(1), RESPONSIBLE)


def _pattern(group: Group, clause: Clause) -> Verdict | None:
    """The set phrase 党委领导、政法委协调、…社会参与, where the clause orders the pattern to be built."""
    before = group.before[-100:]
    for found in p.SET_PHRASE.finditer((before + "".join(name.written for name in group.names) + group.post)[:260]):
        if found.start() <= len(before) < found.end():
            built = re.search(r"构建|建立|健全|完善|形成|坚持|落实|推动|坚持和完善", before) and not re.match(r"为|在", group.before)
            if not built or not clause.orders:
                return MENTION
            return SET_ROLES.get(group.names[0].kind, COOPERATE)
    return None


def _qualifies(group: Group, clause: Clause) -> Verdict | None:
    """县级以上人民政府X部门: the first name only says whose department it is."""
    body = group.names[0].kind == "government" and p.BODY_NEXT.match(group.post)
    writ = group.post.startswith("调查令")  # 律师调查令: a writ that the court makes out
    return MENTION if group.touches_next or body or writ else None


def _leads(group: Group, clause: Clause) -> Verdict | None:
    """X牵头, 由X牵头, X主办, X承担主体责任."""
    told_to = group.post.startswith("主导") and re.search(r"(?:^|以|应|要)由", group.pre)  # 由政法委牵头、法院主导; 政府主导 is a way of speaking
    return LEAD if told_to or (p.LEADS.match(group.post) and not p.WITH.search(group.pre)) else None


def _headed(group: Group, clause: Clause) -> Verdict | None:
    """X：负责…；配合…: the name stands as the head of what it has to do."""
    if not group.before and not group.post and not group.piece_start and not group.bracket:
        return _headed_by_sentence(clause.words.partition("。")[2])
    head = p.HEAD.match(group.post) if not group.before else None
    if head is None:
        return None
    act = group.post[head.end() :]
    if act and (head.group() != "：" or p.VERB_NEXT.match(act) or p.MODAL_NEXT.match(act) or begins_with_verb(act)):
        return LEAD if p.LEADS.match(act) else RESPONSIBLE
    return None


def _headed_by_sentence(act: str) -> Verdict | None:
    """（一）市财政局。将资金纳入预算: the name is the whole first sentence."""
    if act and (p.VERB_NEXT.match(act) or p.MODAL_NEXT.match(act) or begins_with_verb(act)):
        return LEAD if p.LEADS.match(act) else RESPONSIBLE
    return None


def _assists_leader(group: Group, clause: Clause) -> Verdict | None:
    """X牵头，Y、Z配合; X提供信息，Y配合核查; 由Y配合落实. Y配合X is an act of Y's own (gold guidelines)."""
    if p.HELPS_LEADER.match(group.post) and re.search(r"牵头|主办|负责", group.before):
        return COOPERATE
    by = re.search(r"(?:^|，)由[\u4e00-\u9fa5]{0,2}$", group.before) and group.post.startswith("配合")
    return COOPERATE if p.HELPS.match(group.post) and (by or (group.opens and p.acts_before(group.before))) else None


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
    if p.LINK.match(group.post) and group.names[0].kind == "court" and not p.WITH.search(group.pre):
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


def _supervised_by(group: Group, clause: Clause) -> Verdict | None:
    """接受X监督: a mention, unless the clause also invites X."""
    if re.search(r"接受[^，。；]{0,30}$", group.before) and re.match(r"[^，。；]{0,10}监督", group.post):
        written = "|".join(
            [*(re.escape(name.alias[:2]) for name in group.names if name.alias), *(p.INVITED[name.kind] for name in group.names if name.kind in p.INVITED)]
        )
        return COOPERATE if re.search(rf"邀请(?:其|[^，。；]{{0,10}}(?:{written}))", clause.words) else MENTION
    if re.search(r"邀请$", group.pre) and not group.kinds & p.VAGUE:
        return COOPERATE
    return None


def _jointly(group: Group, clause: Clause) -> Verdict | None:
    """建立人民法院与X…协作机制: both sides on an equal footing."""
    if (
        len(group.kinds) == 2
        and "court" in group.kinds
        and re.search(r"(?:建立|健全|完善|深化|加强|推动|形成|构建)$", group.pre)
        and p.MECHANISM.match(group.post)
    ):
        return RESPONSIBLE
    return None


def _recipient(group: Group, clause: Clause) -> Verdict | None:
    """向X移送, 报送X, 告知X, 通报X."""
    if re.search(r"经$", group.pre) and re.match(r"会同", group.post):
        return RESPONSIBLE  # 经教育部门会同卫生健康部门评估
    if re.search(r"(?:转|移)?交由$", group.pre) and p.VERB_NEXT.match(group.post):
        return RESPONSIBLE  # 审议意见交由市人民政府研究处理
    if not p.TO.search(group.pre) or re.search(r"(?:应|要|须)$", group.pre):
        return None
    if re.search(r"(?:请求|商请|提请|通知)[^，。；]{0,8}$", group.pre) and re.match(r"(?:予以|依法)?(?:协助|配合|执行)(?![的权])", group.post):
        return COOPERATE  # 请求公安机关协助处理: it is to act
    return COOPERATE if re.match(r"[^。；]{0,40}，[^。；]{0,16}共同", group.post) else COUNTERPART


def _with(group: Group, clause: Clause) -> Verdict | None:
    """与X建立机制, 与X之间的网络连接, 与X信息共享."""
    if not p.WITH.search(group.pre):
        return None
    return COOPERATE if p.JOINT_NEXT.match(group.post) else MENTION


def _pivot(group: Group, clause: Clause) -> Verdict | None:
    """督促X做Y: X cooperates where it is named and something is to be done."""
    if not p.PIVOT.search(group.pre) and not p.PIVOT_FAR.search(group.pre):
        return None
    if p.QUOTED.search(group.pre):
        return COUNTERPART
    if (
        (group.kinds & p.VAGUE and group.kinds <= p.LOOSE)
        or not group.post
        or p.OWN_WORK.match(group.post)
        or re.match(r"[，的、](?!(?:通过|采取|利用|依法|建立|健全|共同|对[^，。；]{1,20}(?:开展|进行|实施)))", group.post)
    ):
        return COUNTERPART
    if re.search("委托[^，。；]{0,14}的?$", group.pre) and group.kinds <= p.OPEN | p.BEARERS:
        return COUNTERPART  # 委托具有资质的施工单位施工: by contract
    if re.search("委托$", group.pre) and re.match(r"(?:调查|评估|审计|鉴定|拍卖)[^。；]{0,20}(?:制度|措施|方式)", group.post):
        return COUNTERPART  # 委托律师调查、悬赏举报等制度: what the court makes use of
    if group.kinds <= p.OPEN | p.BEARERS and re.search(r"鼓励[^，。；]*$|(?:支持|引导)(?:和支持|和引导|各类|相关|有关)?$", group.pre):
        return COUNTERPART  # encouraged, not told
    if any(name.alias == "市场主体" for name in group.names):
        return COUNTERPART  # whoever trades: no party in particular
    if re.search("被执行人|作为|国家(?:鼓励|支持|引导)", group.pre) or re.match(r"(?:自觉|主动)?(?:履行|树立|增强|提高|依法行政|强化)", group.post):
        return COUNTERPART
    return DIRECTED


def _by(group: Group, clause: Clause) -> Verdict | None:
    """由X做; 由X等部门参加的机构: each takes part; 办公室设在X: X runs it."""
    if re.search(r"(?:办公室|办事机构|工作机构|日常工作)设在(?:同级|本级)?$", group.pre):
        return RESPONSIBLE
    if re.search(r"由$", group.pre) and re.match(r"(?:共同)?(?:参加|参与)的?", group.post):
        return COOPERATE
    if re.search(r"(?<![事理缘自经])由[^，。；]{2,30}、$", group.pre) and p.VERB_NEXT.match(group.post):
        return RESPONSIBLE  # 由政法委协调、政府督查室督办
    return (
        RESPONSIBLE
        if re.search(
            r"(?<![事理缘自经])(?:由|(?<![申商报提邀聘])请)(?:其|[\u4e00-\u9fa5、]{0,8}[级市地区县州]|国家|主管|原|上一级|同级|[^，。；由]{2,8}(?=所在地)|其?[^，。；]{0,10}(?:所在地|居住地|户籍地)|所在地?|本级|各级|当地|相关|有关|各|特邀|专业|具体|[^，。；]{0,12}的)?$",
            group.pre + _seat(group),
        )
        and "不属于" not in group.pre
        and not p.MADE_UP_OF.match(group.post)
        and not (re.search(r"(?:需要?|应当?|规定)由$", group.pre) and re.match(r"[^，。；]{1,24}的，", group.post))  # 需要由法院答复的，…: a case
        and not p.ATTRIBUTE.match(group.post)  # 由政府指定的单位: the one that is named does it
        else None
    )


def _seat(group: Group) -> str:
    """由广告主所在地市场监督管理部门处理: the seat is read as part of the name."""
    return "所在地" if group.names[0].written.startswith("所在地") else ""


def _object(group: Group, clause: Clause) -> Verdict | None:
    """对X移送的案件, 被执行人是X, 对成效明显的X，…: no doer."""
    if re.match(r"对(?:于)?[^，。；]+$", group.pre) and re.match(r"[，、的]", group.post):
        return MENTION
    if group.post.startswith("，") and re.search(r"对其[^，。；由]{0,20}的$", group.pre):
        return MENTION  # 价格部门对其指定的定点单位，应当给予补贴
    return MENTION if p.OBJECT.search(group.pre) else None


def _offender(group: Group, clause: Clause) -> Verdict | None:
    """X未…的，处罚款: the penalty for X is no duty of X."""
    if p.MODAL_NEXT.match(group.post):
        return None
    if group.kinds <= p.BEARERS | p.VAGUE and p.REFUSES.match(group.post):
        return MENTION
    return MENTION if group.opens and p.OFFENCE.match(group.post) else None


def _shared(group: Group, clause: Clause) -> Verdict | None:
    """实现X、Y等部门信息共享: each of them is a side of the arrangement."""
    if len(group.names) > 1 and re.search(r"(?:实现|推动|推进|促进|加强|建立|健全|打通|完善)(?:与)?$", group.pre) and p.SHARES.match(group.post):
        return COOPERATE
    return None


def _plays_its_part(group: Group, clause: Clause) -> Verdict | None:
    """发挥X作用, 依托X: X does it; beside another doer it cooperates."""
    if group.kinds & p.VAGUE and group.kinds <= p.LOOSE:
        return None
    if re.search(r"(?:发挥|依靠|依托)(?:好)?(?:各级|[^，。；]{0,4})$", group.pre) and p.PLAYS_PART.match(group.post):
        beside = re.search(r"应当|应|要|须|负责", group.before) or re.search(r"[局委办部院]应|机关应", clause.words)
        return Verdict(Role.COOPERATE if beside else Role.RESPONSIBLE, vague=MENTION)
    return None


def _takes_part(group: Group, clause: Clause) -> Verdict | None:
    """建立X等专业机构深度参与的机制, 引入X参与."""
    if group.kinds <= p.BEARERS | p.OPEN and re.search(r"(?:鼓励|支持|引导)[^，。；]{0,16}$", group.pre):
        return None
    if re.match(r"[^，。；]{0,24}(?:深度|积极|广泛|共同|依法)?参与|，协助", group.post) and re.search(
        r"(?:建立|健全|引入|吸纳|吸收|邀请|推动|鼓励|支持|引导)[^，。；被由]{0,14}$", group.pre
    ):
        return COOPERATE
    return None


def _forbidden(group: Group, clause: Clause) -> Verdict | None:
    """禁止任何单位和个人做某事; what their staff must not do (禁止人民法院工作人员竞买) is another matter."""
    if p.NOUN_NEXT.match(group.post) or re.match(r"[的、，]", group.post):
        return None
    between = "任何|其他|各类|各级" + ("|[\u4e00-\u9fa5]{2,4}" if group.kinds <= p.BEARERS else "")
    return RESPONSIBLE if re.search(rf"(?:禁止|严禁)(?:{between})?$", group.pre) else None


def _modal(group: Group, clause: Clause) -> Verdict | None:
    """X应当, X要, X负责, X不得, X可以."""
    if p.NOUN_NEXT.match(group.post) or (group.post.startswith("，") and p.ANY_MODAL.search(group.before)):
        return None  # 应当补偿给单位和个人，不得截留: the verb goes on with the doer before
    if p.BOUND.match(group.post):
        return RESPONSIBLE
    if group.kinds <= p.BEARERS and p.RIGHT.match(group.post):
        return MENTION
    if not p.MODAL_NEXT.match(group.post) or _only_qualifies(group):
        return None
    return COOPERATE if p.ONLY_HELPS.match(group.post) else RESPONSIBLE


def _only_qualifies(group: Group) -> bool:
    """人民法院移送的案件，应当…: the name only says whose cases they are."""
    return bool(p.ATTRIBUTE.match(group.post) and not p.ACT_OF_ITS_OWN.match(group.post))


def _topic(group: Group, clause: Clause) -> Verdict | None:
    """X…，应当: the topic stands some words before its modal; X落实情况，请于…前报送."""
    if group.opens and p.ASKED_FOR.match(group.post):
        return RESPONSIBLE
    if not group.opens or re.match(r"[的、。]", group.post) or p.NOUN_NEXT.match(group.post):
        return None
    if _only_qualifies(group) or p.NARRATED.match(group.post) or p.SCOPE.search(group.post) or p.IS_A.match(group.post):
        return None
    if group.kinds <= p.BEARERS and p.RIGHT_LATER.search(group.post):
        return None
    later = p.MODAL_LATER.match(group.post)
    return RESPONSIBLE if later and not _has_own_subject(later.group()) else None


def _has_own_subject(words: str) -> bool:
    """法院受理申请前，申请人可以…: the words between the last sign and the verb name somebody else."""
    if "，" not in words:
        return False
    last = re.sub(p.MODAL + "$", "", words.rsplit("，", 1)[1])
    return bool(last) and not p.ADVERBIAL.match(last)


def _declared(group: Group, clause: Clause) -> Verdict | None:
    """X为Y提供查询, X加强…: a plain sentence that instructs."""
    if (
        not group.opens
        or not clause.orders
        or p.NOUN_NEXT.match(group.post)
        or p.NARRATED.match(group.post)
        or p.ASSESSED.match(group.post)
        or p.SCOPE.search(group.post)
        or p.IS_A.match(group.post)
    ):
        return None
    if group.kinds <= p.BEARERS and p.RIGHT.match(group.post):
        return None
    first, *more = re.split(r"[，。；]", group.post, maxsplit=2)
    if first.endswith("的"):  # X在口岸发现的，立即控制: the case first, then the act
        act = more[0] if more and p.VERB_NEXT.match(first) else ""
        return RESPONSIBLE if p.VERB_NEXT.match(act) and not p.HAS_SUBJECT.match(act) else None
    if _only_qualifies(group):
        return None
    if p.VERB_NEXT.match(group.post):
        return RESPONSIBLE
    if p.IS_LIST_OF_DATA.search(first) and not p.ACTS.match(first):
        return None
    plain = not group.kinds & (p.VAGUE | p.OPEN)
    return RESPONSIBLE if plain and begins_with_verb(first) else None


def _rest(group: Group, clause: Clause) -> Verdict | None:
    """Anything else that is named."""
    return MENTION


RULES: tuple[Rule, ...] = (
    Rule("qualifies", 2, "县级以上人民政府教育行政部门：前一名称只说明隶属", _qualifies),
    Rule("bracket", 2, "条末括注：（X牵头，Y配合）、（X负责）、（X、Y按职责分工负责）", _bracket),
    Rule("listed", 2, "牵头单位：X；责任单位：Y；配合单位：Z", _listed),
    Rule("set_phrase", 1, "党委领导、政法委协调、人大监督、政府支持、法院主办、部门联动、社会参与", _pattern),
    Rule("linked", 1, "建立人民法院执行查控网络与X之间的网络连接", _linked),
    Rule("together", 1, "会同X、联合X", _together),
    Rule("assisted", 1, "配合X、协助X：X是受协助的一方", _assisted),
    Rule("assists_leader", 4, "X牵头（提供、负责……），Y、Z配合：Y、Z配合", _assists_leader),
    Rule("coordinates", 1, "X统筹Y、Z：X牵头，Y、Z配合", _coordinates),
    Rule("supervised_by", 2, "接受X监督；同条又邀请X的，X配合", _supervised_by),
    Rule("recipient", 2, "向X移送、报送X、告知X：X是接收的一方", _recipient),
    Rule("leads", 3, "X牵头、由X牵头、X主办、X承担主体责任", _leads),
    Rule("headed", 2, "X：负责某事；X。负责某事（名称作为一段的标题）", _headed),
    Rule("by", 5, "由X办理、请X办理", _by),
    Rule("with", 1, "与X建立机制、与X之间的网络连接、与X信息共享", _with),
    Rule("jointly", 1, "建立人民法院与X的协作机制：双方各负其责", _jointly),
    Rule("shared", 1, "实现X、Y等部门信息共享：X、Y都是一方", _shared),
    Rule("embedded", 1, "建立X协助（配合）做某事的机制", _embedded),
    Rule("takes_part", 3, "建立X等专业机构参与的工作机制", _takes_part),
    Rule("plays_part", 2, "发挥X作用，依托X开展工作", _plays_its_part),
    Rule("pivot", 4, "督促（协调、指导、推动）X做某事", _pivot),
    Rule("offender", 3, "X未依法办理的，处罚款：对X的处罚不是X的职责", _offender),
    Rule("object", 1, "对X移送的案件、被执行人是X：不是承担者", _object),
    Rule("each_part", 1, "X、Y等部门各司其职、齐抓共管", _each_his_part),
    Rule("forbidden", 2, "禁止X做某事", _forbidden),
    Rule("modal", 4, "X应当（要、须、不得、负责、可以）做某事", _modal),
    Rule("topic", 4, "X……的，应当做某事：名称与“应当”之间隔着别的词；X的情况，请于某日前报送", _topic),
    Rule("declared", 4, "X为Y提供查询：不带“应当”的部署语句", _declared),
    Rule("rest", 1, "其他提到的名称", _rest),
)
