"""Blocks → findings: names, groups, the first rule that speaks, and the duties that headings and lead-ins carry down."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from policy_docs.duties.types import Act, ClauseFindings, Finding, Role, Span
from policy_docs.opinions.types import Block, BlockKind
from policy_docs.units.bodies import SETS_UP
from policy_docs.units.defined import find_defined
from policy_docs.units.match import Matcher
from policy_docs.units.types import Addressee, Context, Name

from ._columns import Columns, column_at, due_column, due_in, roles_of_columns
from ._groups import Group, groups_of
from ._handovers import handed
from ._heads import Doers, doers_above, doers_of_head
from ._patterns import ACTS_ALONE, ANY_MODAL, INTERPRETS, LEADS, ONLY_LEADS, VERB_NEXT
from ._rules import RULES, Rule
from ._structural import STRUCTURAL
from ._verdict import MENTION, Clause, Verdict

LONGEST = 20_000  # characters of a block that is read: no clause of an official text is near it, and a hostile one would take minutes
_VERSIONS = {rule.id: rule.version for rule in STRUCTURAL}
_DOING = frozenset({Role.LEAD, Role.RESPONSIBLE})
_SENTENCE = re.compile(r"[^。]+")
_PIECE = re.compile(r"[^。；;！？\n]+")
_DUTIFUL = frozenset({BlockKind.CLAUSE, BlockKind.NOTICE, BlockKind.ATTACHMENT, BlockKind.TABLE})
_SILENT = frozenset({BlockKind.TITLE, BlockKind.FRONT, BlockKind.BACK, BlockKind.LEFT_OUT})
_MEMBERS = re.compile(
    r"成员单位(?:由|包括|有|为|：|:)|^(?:组\s*长|副\s*组\s*长|成\s*员|召集人|主\s*任|副主任)\s*[：:]|等(?:部门|单位)组成|组成(?:。|$)|(?:部门|单位|机关)为[^。；，]{0,8}成员单位"
)
_FORMULA = re.compile(r"^(?:现?将|经|特此|请结合实际|现予以)?.{0,200}(?:(?:印发|转发)给?你们|请结合实际|请认真贯彻|贯彻执行|特此通知|抓好贯彻落实)")
_BACKGROUND = re.compile(
    r"^(?:党的十八|为(?:了|深入|贯彻|进一步|切实)|“切实解决|近年来|目前|当前[，,]|但也必须清醒)|(?:是|事关).{0,60}(?:重要内容|必然要求|关键环节|重要手段|迫切需要)"
)
_PURPOSE = re.compile(
    r"^(?:为|根据|依照|依据|按照)[^。；]{2,200}，(?:特|现)?(?:制定|制订|提出|作出)(?:本|如下|以下)[^。；]{0,20}。?$"
)  # 为提高…水平，制定本办法。
_RESOLVED = re.compile(r"(?:会议|与会[\u4e00-\u9fa5]{0,8}?)(?:一致)?(?:明确|要求|决定|议定|确定|同意)")  # what the head of minutes already resolves
_CLOSES = re.compile(r"^本[\u4e00-\u9fa5]{1,6}(?:自|由)[^，。；]{2,40}(?:施行|实施|执行|生效|解释)")  # 本意见自…起施行
# what follows are cases and not acts: 有下列情形之一的，由公安机关责令改正：
_CASES = re.compile(
    r"(?:下列|以下|前款)[^：；。]{0,40}之一|应当(?:为|是)(?:下列|以下)|(?:情形|行为|条件|规定|内容|权利)(?:(?!下列|以下|如下)[^。；]){0,14}[：:]$|(?:设立|成立|组建)[^，。；]{2,20}(?:委员会|领导小组|联席会议|机构)，[^。；]*[：:]$"
)
# 不得有下列行为：, 应当遵守下列规定： the doer of the lead-in keeps to each
_KEEPS_TO = re.compile(
    r"(?:不得|不准)[^。；：]{0,30}，(?:实施|从事|进行)(?:下列|以下)[^。；：]{0,10}(?:行为|活动)[：:]$|(?:不得|不准)[^，。；：]{0,16}(?:下列|以下)[^。；：]{0,16}[：:]$|(?:应当|必须|应|须)[^，。；：]{0,8}遵守(?:下列|以下)[^。；：]{0,8}[：:]$"
)
# （一）违反第八条规定的，处二千元以下罚款: no case but what is to be done about it
_PUNISHES = re.compile(r"[，；](?:可以)?(?:并)?(?:每[^，。；]{1,4})?(?:处以?|并处)[^，。；]{1,40}罚款")
_COURT_HEAD = re.compile(
    r"(?:人民法院|法院).{0,6}执行工作|执行(?:工作)?(?:信息化|规范化|智能化)|强制执行力度|(?:创新|拓展).{0,6}执行措施|(?<!案件)执行工作机制|执行队伍|执行模式|执行体制|执行管理|财产处置|执行规范体系|执行监督|执行领域|司法公信"
)
_COURT_ACTS = re.compile(
    r"财产报告|财产申报|执行强制措施|超标的查封|执行措施(?:的|，|。)|网络查控|律师调查令|财产调查|终结本次执行|执行查控(?:网络|系统|信息)|与[^，。；]{2,30}网络连接|司法拍卖|网络拍卖|限制消费措施|罚款、拘留|强制执行措施|执行公开|执行案款|恢复执行|立案、审判|审判、执行"
    r"|执行指挥|执行机构|执行人员|规避执行|执行流程|执行转破产|执转破|悬赏举报|刑事自诉|诉讼引导|消极执行|执行信息公开|立案阶段|保全立案|执行案件|司法救助程序|破产程序|破产审判|申请破产|无财产可供执行|执行干警|执行岗位|一案双查"
)
_NEXT_SUBJECT = re.compile(r"(?:应当|必须|负责|不得|[应要须])[^，,。；]*[，,](?:并?由)?[^，,。；]{0,8}$")  # 人民法院应当发函，税务机关…
_WHEN = re.compile(r"[^，,。；;]*(?:内|前|后|时|底|末)[，,]\Z")
_LONGEST_TIME = 40  # signs of a part of the sentence that is a time alone
_TIME = re.compile(
    r"(?:及时|立即|当日|定期|每(?:半年|年|季度|月|周|日)(?:\d{1,2}月)?(?:\d{1,2}[日号])?(?:[底末初])?(?:前|内)?|(?<!\d)(?<!年)\d{1,2}月(?:\d{1,2}[日号]|底)前|[\d一二三四五六七八九十两]+个?(?:工作日|日|小时|天|个月)(?:以?内|前)|\d{4}年(?:\d{1,2}月)?(?:\d{1,2}日)?底?前|次(?:年|月)(?:\d{1,2}月)?(?:\d{1,2}[日号])?底?前|年底前|月底前)"
)
_CONDITION = re.compile(r"(?:^|[。；，])((?:对|对于|被|因|经|需要|发现|在)[^，。；]{2,60}?(?:的|时|后|前))，")
_CASE_FIRST = re.compile(r"[^，。；]{4,60}的，(?:(?:根据|按照|依照|依据)[^，。；]{2,40}，)?")


@dataclass(slots=True)
class _Draft:
    """Findings of one clause by unit kind × addressee."""

    table: dict[tuple[str, Addressee], list[Span]] = field(default_factory=dict)

    def add(self, kind: str, to: Addressee, span: Span) -> None:
        self.table.setdefault((kind, to), []).append(span)

    def due(self, words: str) -> None:
        """Give the acts that say no time of their own that of the row they stand in."""
        for spans in self.table.values():
            spans[:] = [replace(span, time_words=words) if span.role is not Role.MENTION and not span.time_words else span for span in spans]

    def duties(self) -> set[str]:
        """Kinds with something to do."""
        return {kind for (kind, _to), spans in self.table.items() if any(span.role is not Role.MENTION for span in spans)}

    def doers(self) -> list[tuple[str, Addressee]]:
        """Those who act, not those who stand by."""
        return [key for key, spans in self.table.items() if any(span.role in _DOING for span in spans)]

    def last_doers(self, text: str, since: int, until: int = LONGEST) -> list[tuple[str, Addressee]]:
        """Those who act in what stands behind ``since`` and are named before ``until``; where one subject follows another with its own verb, the last."""
        acts = [(span, key) for key, spans in self.table.items() for span in spans if span.role in _DOING and span.end > since and span.name_start < until]
        acts.sort(key=lambda act: act[0].name_start)
        first = 0
        for index in range(1, len(acts)):
            before, behind = acts[index - 1][0], acts[index][0]
            if behind.name_written and _NEXT_SUBJECT.search(text[before.name_end : behind.name_start]):
                first = index
        return list(dict.fromkeys(key for _span, key in acts[first:]))

    def findings(self) -> tuple[Finding, ...]:
        """Everything found, the strongest span of each deciding its role."""
        done = []
        for (kind, to), spans in self.table.items():
            strongest = min(spans, key=lambda span: span.role.rank)
            named = any(span.name_written for span in spans if span.role is not Role.MENTION)
            done.append(Finding(kind, to, strongest.role, strongest.role is not Role.MENTION and not named, tuple(spans)))
        return tuple(done)


def extract(blocks: Sequence[Block], matcher: Matcher, context: Context) -> list[ClauseFindings]:
    """Return the findings of each block that names or binds a unit. Pure; never raises on any text."""
    by_court = _is_court_document(blocks)
    parents: dict[tuple[str, ...], tuple[str, list[tuple[str, Addressee]]]] = {}
    heads: dict[tuple[str, ...], str] = {}
    named_heads: dict[tuple[str, ...], Doers] = {}
    found = []
    columns: Columns = ()
    due: int | None = None
    bodies = _bodies(blocks)
    defined = find_defined([block.text for block in blocks if len(block.text) <= LONGEST], matcher, context)
    for index, block in enumerate(blocks):
        if len(block.text) > LONGEST:
            continue  # whoever imports is told; see LONGEST
        if block.kind is BlockKind.HEADING:
            heads[block.path] = block.text
        heads_of_columns = roles_of_columns(block.text) if block.kind is BlockKind.TABLE else ()
        columns = (heads_of_columns or columns) if block.kind is BlockKind.TABLE else ()
        due = due_column(block.text) if heads_of_columns else due if columns else None
        matched = matcher.match(block.text, context, bodies, defined)
        if block.kind is BlockKind.HEADING:
            named_heads[block.path] = doers_of_head(block.text, matched.names)
        draft = _clause(block, () if heads_of_columns else matched.names, columns)
        if due is not None and not heads_of_columns and (words := due_in(block.text, due)):
            draft.due(words)
        if block.kind is BlockKind.CLAUSE:
            _inherit(block, draft, parents)
            _inherit_head(block, draft, named_heads)
            _imply_court(block, draft, heads, by_court=by_court)
            if block.label or block.text.endswith(("：", ":")):
                parents[block.path] = block.text, _doers_of_list(block.text, draft)
        unknown = matched.unknown if block.kind not in _SILENT else ()
        if draft.table or unknown:
            findings = draft.findings()
            found.append(ClauseFindings(index, findings, unknown, handed(block.text, findings) if block.kind in _DUTIFUL else ()))
    return found


def _bodies(blocks: Sequence[Block]) -> tuple[str, ...]:
    """Names of the standing groups that the document sets up: they and their offices are not unknown."""
    names = {found.group(1) for block in blocks for found in SETS_UP.finditer("".join(block.text.split()))}
    seated = names or any("办公室设在" in block.text for block in blocks)
    return (*names, *(name + "办公室" for name in names), *(("领导小组办公室", "联席会议办公室", "领导小组", "联席会议") if seated else ()))


def _clause(block: Block, names: Sequence[Name], columns: Columns) -> _Draft:
    draft = _Draft()
    if columns:
        names = _from_columns(block.text, names, columns, draft)
    text = block.text
    words = "".join(text.split())
    silent = block.kind not in _DUTIFUL or (block.kind is BlockKind.NOTICE and _says_nothing(words))
    formulas = _formulas(text) if block.kind is BlockKind.NOTICE else []
    clause = Clause(words, orders=not _BACKGROUND.match(words))
    quiet = formulas + [sentence.span() for sentence in _SENTENCE.finditer(text) if _MEMBERS.search(sentence.group()) or _lays_nothing(sentence.group())]
    resolved = [sentence.span() for sentence in _SENTENCE.finditer(text) if block.kind is BlockKind.PREAMBLE and _RESOLVED.match(sentence.group().lstrip())]
    groups = groups_of(text, names)
    judged = [next((rule, verdict) for rule in RULES if (verdict := rule.test(group, clause)) is not None) for group in groups]
    cuts = _cuts(text, groups, judged)
    for group, (rule, verdict) in zip(groups, judged, strict=True):
        time = _time_of(text, group, cuts.get(group.piece_start, ()))
        heard = (not silent and not any(start <= group.start < end for start, end in quiet)) or (
            block.kind is BlockKind.PREAMBLE
            and ((rule.id == "modal" and group.opens and not _BACKGROUND.match(group.before)) or any(start <= group.start < end for start, end in resolved))
        )
        for name in group.names:
            own = verdict.of(name.kind) if heard else MENTION
            draft.add(name.kind, name.addressee, _span(text, group, name, own, rule.id if heard else "silent", rule.version, time))
    if not silent:
        _carry_on(text, draft, formulas)
    return draft


def _from_columns(text: str, names: Sequence[Name], columns: Columns, draft: _Draft) -> list[Name]:
    """Give each name in a column of units the role that the column's head says; return the names of the other columns."""
    others = []
    for name in names:
        column, start, end = column_at(text, name.start, columns)
        if column is None:
            others.append(name)
        else:
            leads = column.first_leads and not any(start <= other.start < name.start for other in names)
            role = Role.LEAD if leads else column.role
            draft.add(name.kind, name.addressee, Span(Act.DUTY, start, end, name.start, name.end, name.written, role, "column", _VERSIONS["column"]))
    return others


def _lays_nothing(sentence: str) -> bool:
    """What a text is for (为规范公安机关协助执行行为，…，制定本办法) and who says what it means."""
    words = "".join(sentence.split())
    return bool(_PURPOSE.match(words) or INTERPRETS.match(words))


def _says_nothing(words: str) -> bool:
    """Addressees and titles in a wrapping notice."""
    return words.endswith(("：", ":", "的通知", "的函"))


def _formulas(text: str) -> list[tuple[int, int]]:
    """The sentences of a wrapping notice that order nothing: its set phrases, and what tells before the first of them how the text came about. What
    stands behind is heard (现转发给你们，请认真贯彻执行。县政府督查室负责跟踪督办。)."""
    sentences = [(found.span(), bool(_FORMULA.match("".join(found.group().split())))) for found in _SENTENCE.finditer(text)]
    first = next((index for index, (_span, formula) in enumerate(sentences) if formula), -1)
    return [span for index, (span, formula) in enumerate(sentences) if formula or index < first]


def _carry_on(text: str, draft: _Draft, formulas: Sequence[tuple[int, int]]) -> None:
    """A sentence without a doer of its own belongs to the doer of the sentence before, until another takes its place; a set phrase belongs to nobody."""
    doers: dict[int, list[tuple[str, Addressee]]] = {}
    for key, spans in draft.table.items():
        for span in spans:
            if span.role in _DOING:
                doers.setdefault(span.end, []).append(key)
    held: list[tuple[str, Addressee]] = []
    for piece in _PIECE.finditer(text):
        here = doers.get(piece.end())
        words = "".join(piece.group().split()) if held else ""
        if here is not None:
            held = here
        elif held and _orders(words) and not any(start <= piece.start() < end for start, end in formulas):
            start = piece.start() + len(piece.group()) - len(piece.group().lstrip())
            role = Role.LEAD if LEADS.match(words) else Role.RESPONSIBLE
            for kind, to in held:
                draft.add(kind, to, Span(Act.DUTY, start, piece.end(), start, start, "", role, "carried", _VERSIONS["carried"]))


def _orders(words: str) -> bool:
    """A sentence that begins with its verb, or with the case and then the verb: …的，（根据…的要求，）停止办理."""
    case = _CASE_FIRST.match(words)
    return bool(VERB_NEXT.match(words[case.end() :] if case else words))


def _cuts(text: str, groups: Sequence[Group], judged: Sequence[tuple[Rule, Verdict]]) -> dict[int, list[tuple[int, int]]]:
    """Where the part of each later subject of a half-sentence begins, and where the subject itself: 每月10日前，公安机关… begins with its time."""
    last: dict[int, Group] = {}
    cuts: dict[int, list[tuple[int, int]]] = {}
    for group, (_rule, verdict) in zip(groups, judged, strict=True):
        if verdict.act is not Act.DUTY or not (group.opens or group.pre.endswith("由")) or group.bracket:
            continue
        before = last.get(group.piece_start)
        if before and _has_predicate(before, text[before.end : group.start]):
            when = _WHEN.search(text, max(group.piece_start, group.start - _LONGEST_TIME), group.start)
            cuts.setdefault(group.piece_start, []).append((when.start() if when else group.start, group.start))
        last[group.piece_start] = group
    return cuts


def _has_predicate(group: Group, words: str) -> bool:
    """Whether a subject has an act of its own before the next one: in 民政等部门，以及金融机构应当配合 and in 民政局牵头，财政局配合，每年核对 the first has
    none, and shares what follows."""
    if group.pre.endswith("由") and "，" in words:
        return True  # 由市公安局督办，市委政法委每季度通报
    return not ONLY_LEADS.match(group.post) and bool(VERB_NEXT.match(group.post) or ANY_MODAL.search(words) or ACTS_ALONE.search(words))


def _time_of(text: str, group: Group, cuts: Sequence[tuple[int, int]]) -> str:
    """The time words of a group: of its half-sentence the part from its subject to the next one (…的，应当申请，公安机关应当在2日内反馈)."""
    low, high = group.piece_start, group.piece_end
    for cut, subject in () if group.bracket else cuts:
        if subject > group.start:
            high = cut if cut > group.start else subject
            break
        low = cut
    found = _TIME.search(text, low, high)
    return found.group() if found else ""


def _span(text: str, group: Group, name: Name, own: Verdict, rule: str, version: int, time: str) -> Span:
    start, end = group.piece_start, group.piece_end
    while start < end and text[start].isspace():
        start += 1
    piece = text[start:end]
    condition = _CONDITION.search(piece)
    return Span(
        own.act, start, end, name.start, name.end, name.written, own.role, rule, version, condition=condition.group(1) if condition else "", time_words=time if own.act is Act.DUTY else "",
    )  # fmt: skip


def _implied(text: str, rule: str) -> Span:
    end = next((at for at, char in enumerate(text) if char in "。；"), len(text))
    return Span(Act.DUTY, 0, end, 0, 0, "", Role.RESPONSIBLE, rule, _VERSIONS[rule])


def _doers_of_list(text: str, draft: _Draft) -> list[tuple[str, Addressee]]:
    """Who does what a list below the text says: of the last sentence those named before 下列 (…可以采取下列措施，任何单位和个人不得阻挠：), and of several
    subjects the last (人民法院应当发函，税务机关应当回复：)."""
    since = 1 + max(text.rfind("。"), text.rfind("；"))
    listed = max(text.rfind("下列"), text.rfind("以下"))
    return (draft.last_doers(text, since, listed) if listed > since else []) or draft.last_doers(text, since)


def _inherit(block: Block, draft: _Draft, parents: dict[tuple[str, ...], tuple[str, list[tuple[str, Addressee]]]]) -> None:
    """(一) below «X履行下列职责：»: X is the doer, named in the lead-in only."""
    parent = parents.get(block.path[:-1]) if block.label else None
    if parent is None or not parent[0].endswith(("：", ":")):
        return
    if _CASES.search(parent[0]) and not _KEEPS_TO.search(parent[0]) and not _PUNISHES.search(block.text):
        return
    if draft.doers():
        return  # the item names a doer of its own
    for kind, to in parent[1]:
        draft.add(kind, to, _implied(block.text, "lead_in"))


def _inherit_head(block: Block, draft: _Draft, heads: dict[tuple[str, ...], Doers]) -> None:
    """An item below «公安机关工作职责» that says what to do and not who does it."""
    if draft.doers() or not _orders("".join(block.text.split())):
        return
    for kind, to in doers_above(block.path, heads):
        draft.add(kind, to, _implied(block.text, "unit_head"))


def _imply_court(block: Block, draft: _Draft, heads: dict[tuple[str, ...], str], *, by_court: bool) -> None:
    """A plain direction to the courts: below a heading on the courts' enforcement work, or in a document of the courts."""
    if "court" in draft.duties() or len(block.text) < 12 or any(pattern.match(block.text) for pattern in (_BACKGROUND, _PURPOSE, _CLOSES, INTERPRETS)):
        return
    above = "".join(heads.get(block.path[:depth], "") for depth in range(1, len(block.path) + 1)) + _run_in_head(block.text)
    if _COURT_HEAD.search(above) or (not draft.doers() and (by_court or _COURT_ACTS.search(block.text))):
        draft.add("court", Addressee(), _implied(block.text, "court_head"))


def _run_in_head(text: str) -> str:
    """(一)加强执行领域党风廉政建设。严格落实…: the first sentence, where it is as short as a heading."""
    head, stop, _rest = text.partition("。")
    return head if stop and len(head) <= 30 else ""


def _is_court_document(blocks: Sequence[Block]) -> bool:
    if any(block.label.startswith("第") and block.label.endswith("条") for block in blocks):
        return False  # an interpretation of law tells parties what holds; only orders are duties of the courts
    head = "".join(block.text for block in blocks[:6] if block.kind in (BlockKind.TITLE, BlockKind.NOTICE, BlockKind.FRONT))
    if re.search(r"解释|批复", head):
        return False
    return bool(re.search(r"最高人民法院(?!.{0,8}最高人民检察院)|^[\u4e00-\u9fa5]{2,8}(?:高级|中级)?人民法院", head))
