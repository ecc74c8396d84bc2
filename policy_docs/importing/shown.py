"""What the screen of one import shows: its remarks, its fields, its outline, its duties, the original beside it."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from cms.accounts.viewer import Viewer
from policy_docs.duties.marks import CLASSES
from policy_docs.duties.models import RoleChoices
from policy_docs.opinions.blocks import KIND_LABELS, kind_words
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.types import Block, BlockKind
from policy_docs.opinions.validity import written as written_day
from policy_docs.units.aliases import current_vocabulary

from .actions import (
    DATES_CHOSEN,
    EARLIER,
    LATER,
    NO_DATE,
    NO_ISSUER,
    Filled,
    age_said,
    dates_differ,
    filled,
    is_older,
    known_as,
    missing,
    prepared_of,
)
from .confidence import LOW, OK, Sure, assess, dates_of
from .corrections import INSIDE
from .draft import Draft, Seen, day_words, end_of, offset_of, says_open, typed_of
from .forms import LABELS
from .models import ImportFile
from .near import near_documents, near_imports
from .remarks import Remark, outline_remarks

_AROUND = 15_000  # signs of the original that are shown before and behind the part being corrected
ROWS = 200  # blocks of a page of the outline: the browser, not the server, is slow with more
_TWINS = 5  # other imports that are named
_ROW = 90  # signs of a block in the outline
WIDE = ("title", "issuer", "addressees")
ORDER = ("title", "number", "kind", "issuer", "issue_date", "place", "disclosure", "effective_date", "expiry_date", "addressees")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of the identity block."""

    name: str
    label: str
    value: str
    sure: Sure
    error: str
    wide: bool
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A block in the outline."""

    index: int
    block: Block
    words: str
    kind: str  # in words, "" for headings and clauses
    depth: int
    duties: int
    odd: str
    place: str


@dataclass(frozen=True, slots=True)
class Look:
    """An import as somebody looks at it: its draft, the identity block as it is filled in, the document that it would be a new text of, and whether it
    is older than the text that stands. Each is asked for once."""

    row: ImportFile
    draft: Draft
    block: Filled
    known: OpinionPage | None
    older: bool
    viewer: Viewer

    @property
    def is_earlier(self) -> bool:
        """Whether a person has said that it is to be filed before the text that stands."""
        return self.older and age_said(self.draft) == EARLIER


def look_at(row: ImportFile, draft: Draft, viewer: Viewer) -> Look:
    """Look at an import."""
    block = filled(draft)
    known = known_as(draft, prepared_of(row, draft, block))
    return Look(row, draft, block, known, is_older(block, known), viewer)


def remarks_of(look: Look) -> list[Remark]:
    """Return what must be settled first, then what is only said; what was answered with «as in the source» is left out."""
    draft = look.draft
    found = [*_musts(look), *_known(look), *_parts(look), *_alike(look), *_others(look)]
    found += [*_no_document(draft), *_wrapped(draft)]
    found += [Remark(f"warning:{text[:40]}", text, "", block=-1) for text in draft.warnings]
    found += outline_remarks(draft.blocks)
    found += [
        Remark(f"unknown:{at}:{name[:20]}", _("“%s”没有认出是哪个单位") % name, _("保存后列入待核对的名称，可能漏掉职责。"), block=at)
        for at, name in draft.unknown
    ]
    open_ones = [remark for remark in found if remark.must or remark.code[:80] not in draft.accepted]
    return sorted(open_ones, key=lambda remark: not remark.must)


def _musts(look: Look) -> list[Remark]:
    draft, known = look.draft, look.known
    dates, errors = dates_of(draft.blocks), missing(draft, look.block, look.known, older=look.older, live=True)
    found = []
    if errors.pop("text", "") and known is not None:
        words = _("现行文字自%s起施行，这份文字的日期更早。较早的文字只收录备查，现行文字和职责不变；现行文字的修改先存为草稿，再核对发布。")
        found.append(Remark("text", _("请选定这份文字放在哪里"), words % _first_day(known), must=True, choices=(_as_earlier(), _as_change())))
    if dates_differ(draft):
        errors.pop("issue_date", None)
        words = _("版头为 %(head)s，落款为 %(back)s。通常以落款为准。") % {"head": day_words(dates.head), "back": day_words(dates.back)}
        choices = ((f"date:{day_words(dates.back)}", _("用落款日期")), (f"date:{day_words(dates.head)}", _("用版头日期")))
        found.append(Remark(DATES_CHOSEN, _("成文日期前后不一致"), words, must=True, field="issue_date", choices=choices))
    titles = {
        "disclosure": _("没有注明公开属性"), "place": _("没有行政区划"), "title": _("没有标题"), "issuer": _("没有发文机关"), "issue_date": _("没有日期"),
    }  # fmt: skip
    ways = {"issuer": ((f"accept:{NO_ISSUER}", _("原文没有发文机关")),), "issue_date": ((f"accept:{NO_DATE}", _("原文没有日期，自发布之日起算")),)}
    for name, words in errors.items():
        typed = bool(draft.typed.get(name))
        title = str(LABELS[name]) if typed else titles.get(name, str(LABELS[name]))
        found.append(Remark(f"field:{name}", title, words, must=True, field=name, choices=() if typed else ways.get(name, ())))
    return found


def _no_document(draft: Draft) -> list[Remark]:
    """A recipe or a letter: nothing of what makes a document, neither read nor filled in."""
    if draft.duties or any(draft.typed.get(name) for name in ("issuer", "number", "issue_date")):
        return []
    words = _("没有读到发文机关、发文字号和成文日期，也没有识别出职责。如果不是政策文件，请放弃导入；如果是，请补填。")
    return [Remark("no-document", _("可能不是政策文件"), words)]


def _wrapped(draft: Draft) -> list[Remark]:
    """A document that is forwarded bears a date of its own: whose title and whose date stand in the form is said."""
    inner = dates_of(draft.blocks).inner
    if not inner or inner == draft.identity.notice_date:
        return []
    words = _("标题、文种取自所附文件，发文字号、发文机关、成文日期取自通知。所附文件另写有日期：%(inner)s；通知的日期：%(notice)s。") % {
        "inner": day_words(inner), "notice": day_words(draft.identity.notice_date),
    }  # fmt: skip
    return [Remark("wrapped", _("通知转发或印发的文件另有日期"), words)]


def _known(look: Look) -> list[Remark]:
    draft, known = look.draft, look.known
    if known is None:
        return []
    apart = (("into:", _("改为另行收录")),) if draft.into else ()
    more: dict[str, Any] = {"beside": known.public_key, "choices": apart}
    if look.is_earlier:
        more["choices"] = (*apart, _as_change())
        return [Remark("known", _("本库已收录《%s》") % known.title, _("将收录为它较早的文字，只供查阅；现行文字和职责不变。"), **more)]
    if known.live:
        more["choices"] = (*apart, *((_as_earlier(),) if look.older and age_said(draft) else ()))
        words = _("这是它的新文字，先存为草稿。下一步核对这次是文字更正还是修订、已核对的职责怎样办，核对完才发布；现在公开的文字在此之前不变。")
        return [Remark("known", _("本库已收录《%s》") % known.title, words, **more)]
    return [Remark("known", _("本库已有《%s》的草稿") % known.title, _("这次保存后替换草稿中的文字。"), **more)]


def _as_earlier() -> tuple[str, str]:
    return f"accept:{EARLIER}", _("收录为较早的文字")


def _as_change() -> tuple[str, str]:
    return f"accept:{LATER}", _("是现行文字的修改")


def _first_day(page: OpinionPage) -> str:
    standing = page.current_version
    return written_day(standing.in_force_from) if standing and standing.in_force_from else _("不详的日期")


def _alike(look: Look) -> list[Remark]:
    """Duplicates are shown, never refused."""
    found = near_documents(look.draft.blocks, OpinionPage.objects.visible_to(look.viewer))
    return [_document(page, share) for page, share in found if look.known is None or page.pk != look.known.pk]


def _document(page: OpinionPage, share: float) -> Remark:
    name, choice = {"number": page.document_number, "title": page.title}, _("设为新版本")
    if page.live:
        title, words = _("可能重复：%(number)s《%(title)s》"), _("正文相同 %d%%。两份都会保留；如果是同一份文件的新文字，可以设为新版本。")
    elif page.first_published_at:
        title, words = _("可能重复：%(number)s《%(title)s》（已撤回）"), _("正文相同 %d%%。两份都会保留；如果是同一份文件的新文字，可以设为新版本。")
    else:
        title, words = _("可能重复：%(number)s《%(title)s》（草稿）"), _("正文相同 %d%%。两份都会保留；如果是同一份文件，可以用这次的文字替换草稿。")
        choice = _("替换草稿的文字")
    choices = ((f"into:{page.public_key}", choice),)
    return Remark(f"alike:{page.public_key}", title % name, words % int(100 * share), choices=choices, beside=page.public_key)


def _others(look: Look) -> list[Remark]:
    """Imports still being checked that bear the same number, or title and date, or say the same: from another file, or from another person."""
    among = ImportFile.objects.visible_to(look.viewer).filter(state=ImportFile.State.READY).exclude(pk=look.row.pk)
    same = _same_name(look.draft)
    named = set(among.filter(same).order_by("pk").values_list("pk", flat=True)[:_TWINS]) if same else set()
    near = near_imports(look.draft.blocks, among)
    found = among.light().filter(pk__in=named | near.keys()).select_related("uploaded_by").order_by("pk")[:_TWINS] if named or near else []
    return [_other(other, near.get(other.pk), is_named=other.pk in named) for other in found]


def _parts(look: Look) -> list[Remark]:
    """What was divided from this file, or what this one was divided from."""
    found = []
    whole = look.row.parted_from
    if whole is not None and whole.state != ImportFile.State.JOINED:
        words = _("两份各自核对、保存，互不影响。要合并回一份，请打开那一份。")
        found.append(Remark(f"whole:{whole.public_key}", _("这是从“%s”分出的文字") % whole.name, words, other=whole.public_key))
    parts = ImportFile.objects.visible_to(look.viewer).light().filter(parted_from=look.row).exclude(state=ImportFile.State.JOINED).order_by("-pk")
    for at, part in enumerate(parts[:_TWINS]):
        back = ((f"back:{part.public_key}:{part.revision}", _("并回一份文件")),) if not at and part.state != ImportFile.State.SAVED else ()
        found.append(Remark(
            f"part:{part.public_key}", _("后面的文字已分到“%s”") % part.name, _("两份各自核对、保存，都保留原来的文件。那一份：%s。") % part.get_state_display(),
            other=part.public_key, choices=back, ask=_("并回一份文件？") if back else "",
            ask_words=_("恢复到分开以前的拆分；分开以后对拆分的修改、对那一份的修改都不保留。"),
        ))  # fmt: skip
    return found


def _same_name(draft: Draft) -> Q | None:
    """What imports have that bear the number of this one, or where it has none its title and date."""
    number, title, day = (draft.typed.get(name, "") for name in ("number", "title", "issue_date"))
    if number:
        return Q(draft__typed__number=number)
    return Q(draft__typed__title=title, draft__typed__issue_date=day) if title and day else None


def _other(other: ImportFile, share: float | None, *, is_named: bool) -> Remark:
    words = _("正在导入，由%(who)s于%(when)s上传。") % {
        "who": other.uploaded_by or _("其他人"), "when": written_day(timezone.localdate(other.uploaded_at)),
    }  # fmt: skip
    if share is not None:
        words = _("正文相同 %d%%。") % int(100 * share) + words
    if is_named:
        words += _("先保存的成为政策文件，后保存的会作为它的新文字；重复的请放弃一份。")
        return Remark(f"twin:{other.public_key}", _("“%s”可能是同一份文件，也在核对中") % other.name, words, other=other.public_key)
    words += _("两份都会保留；重复的请放弃一份。")
    return Remark(f"near:{other.public_key}", _("可能重复：“%s”，也在核对中") % other.name, words, other=other.public_key)


def fields_of(draft: Draft, errors: Mapping[str, str]) -> list[Field]:
    """Return the fields of the identity block with how sure they are and what is wrong with them."""
    read = typed_of(draft.identity, draft.blocks)
    day_chosen = dates_of(draft.blocks).differ and not dates_differ(draft)
    sure = assess(draft.identity, draft.blocks, typed=draft.typed, read=read, day_chosen=day_chosen)
    options = tuple((value, str(words) if value else _("请选择")) for value, words in OpinionPage.Disclosure.choices)
    return [
        Field(
            name, str(LABELS[name]), draft.typed.get(name, ""), Sure(LOW, _("请更正")) if name in errors else sure[name], errors.get(name, ""), name in WIDE,
            options if name == "disclosure" else (),
        )
        for name in ORDER
    ]  # fmt: skip


def rows_of(draft: Draft, remarks: Sequence[Remark], among: range) -> list[Row]:
    """Return the blocks of the outline whose index is ``among`` them."""
    numbers = Counter(seen.block for seen in draft.duties)
    odd = {remark.block: remark.title for remark in remarks if remark.block >= 0 and remark.code.startswith(("jump", "rest"))}
    return [
        Row(
            index, block, block.text[:_ROW] + ("……" if len(block.text) > _ROW else ""),
            "" if block.kind in (BlockKind.HEADING, BlockKind.CLAUSE) else kind_words(block.kind, block.text),
            min(block.level, 6) if block.kind in INSIDE else 0, numbers[index], odd.get(index, ""), place_of(block, index),
        )
        for index in among
        for block in [draft.blocks[index]]
    ]  # fmt: skip


def place_of(block: Block, index: int) -> str:
    """Return the name of a block for those who do not see the list."""
    return "".join(block.path)[:60] or _("第 %d 段") % (index + 1)


def summary_of(draft: Draft) -> dict[str, Any]:
    """Return the numbers of the duties card."""
    roles = Counter(seen.role for seen in draft.duties)
    shown = [(CLASSES[role], label, draft.mentions if role == "mention" else roles[role]) for role, label in RoleChoices.choices]
    kinds = {block.kind for block in draft.blocks}
    return {
        "roles": shown, "duties": len(draft.duties), "units": len({seen.kind for seen in draft.duties}), "unknown": [name for _at, name in draft.unknown],
        "parts": sum(block.kind is BlockKind.HEADING for block in draft.blocks), "clauses": sum(block.kind is BlockKind.CLAUSE for block in draft.blocks),
        "attachments": sum(block.kind is BlockKind.ATTACHMENT for block in draft.blocks) if BlockKind.ATTACHMENT in kinds else 0,
        "left_out": sum(block.kind is BlockKind.LEFT_OUT for block in draft.blocks),
    }  # fmt: skip


def panel_of(draft: Draft, at: int) -> dict[str, Any] | None:
    """Return what the panel of one block offers, None where there is no such block."""
    if not 0 <= at < len(draft.blocks):
        return None
    block, names = draft.blocks[at], current_vocabulary().kinds_by_key
    inside = block.kind in INSIDE
    return {
        "at": at, "block": block, "first": at == 0, "inside": inside, "duties": [_duty(seen, names) for seen in draft.duties if seen.block == at],
        "unknown": [name for index, name in draft.unknown if index == at], "kinds": [(kind.value, words) for kind, words in KIND_LABELS.items()],
        "lines": min(12, 2 + len(block.text) // 40), "place": place_of(block, at),
    }  # fmt: skip


def _duty(seen: Seen, names: Any) -> tuple[str, str, str, str]:
    kind = names.get(seen.kind)
    return CLASSES[seen.role], str(RoleChoices(seen.role).label), kind.name if kind else seen.kind, seen.quote


def original_of(source: str, blocks: Sequence[Block], at: int) -> tuple[SafeString, bool]:
    """Return the source around a block, the block marked, and whether that is all of it."""
    if not 0 <= at < len(blocks):
        return format_html("{}", source[: 2 * _AROUND]), len(source) <= 2 * _AROUND
    start, end = offset_of(source, blocks, at), end_of(source, blocks, at)
    low, high = max(0, start - _AROUND), min(len(source), end + _AROUND)
    shown = format_html('{}<mark id="here">{}</mark>{}', source[low:start], source[start:end], source[end:high])
    return shown, low == 0 and high == len(source)


def screen_of(row: ImportFile, draft: Draft, viewer: Viewer, *, at: int, page: int = 1) -> dict[str, Any]:
    """Return everything that the screen of an import shows; of a long outline the page that holds the block with index ``at``, else ``page``."""
    pages = Paginator(range(len(draft.blocks)), ROWS).get_page(at // ROWS + 1 if 0 <= at < len(draft.blocks) else max(page, 1))
    look = look_at(row, draft, viewer)
    remarks, fields = remarks_of(look), fields_of(draft, look.block.errors)
    source, whole = original_of(row.source, draft.blocks, at)
    musts, sure = [remark for remark in remarks if remark.must], sum(field.sure.grade == OK for field in fields)
    return {
        "row": row, "draft": draft, "known": look.known, "earlier": look.is_earlier, "remarks": remarks, "musts": musts, "notices": len(remarks) - len(musts),
        "fields": fields, "sure": sure, "unsure": len(fields) - sure, "rows": rows_of(draft, remarks, cast(range, pages.object_list)), "pages": pages,
        "shown": json.dumps({name: draft.typed.get(name, "") for name in ORDER}, ensure_ascii=False), "panel": panel_of(draft, at), "summary": summary_of(draft), "source": source, "whole": whole, "read_open": says_open(draft.blocks),
    }  # fmt: skip
