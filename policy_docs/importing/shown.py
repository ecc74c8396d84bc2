"""What the screen of one import shows: its remarks, its fields, its outline, its duties, the original beside it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.core.paginator import Paginator
from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from policy_docs.duties.marks import CLASSES
from policy_docs.duties.models import RoleChoices
from policy_docs.opinions.blocks import KIND_LABELS, kind_words
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.types import Block, BlockKind
from policy_docs.opinions.validity import written as written_day
from policy_docs.units.aliases import current_vocabulary

from .actions import DATES_CHOSEN, EARLIER, LATER, age_said, dates_differ, form_of, is_older, known_as, missing, prepared_of
from .confidence import LOW, OK, Sure, assess, dates_of
from .corrections import INSIDE
from .draft import Draft, Seen, day_words, says_open, typed_of
from .forms import LABELS
from .models import ImportFile
from .remarks import Remark, outline_remarks
from .run import alike

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


def remarks_of(row: ImportFile, draft: Draft, known: OpinionPage | None) -> list[Remark]:
    """Return what must be settled first, then what is only said; what was answered with «as in the source» is left out."""
    found = [*_musts(draft, known), *_known(draft, known), *_alike(row, draft, known), *_twins(row, draft)]
    found += [*_no_document(draft), *_wrapped(draft)]
    found += [Remark(f"warning:{text[:40]}", text, "", block=-1) for text in draft.warnings]
    found += outline_remarks(draft.blocks)
    found += [
        Remark(f"unknown:{at}:{name[:20]}", _("“%s”没有认出是哪个单位") % name, _("保存后列入待核对的名称，可能漏掉职责。"), block=at)
        for at, name in draft.unknown
    ]
    open_ones = [remark for remark in found if remark.must or remark.code[:80] not in draft.accepted]
    return sorted(open_ones, key=lambda remark: not remark.must)


def _musts(draft: Draft, known: OpinionPage | None) -> list[Remark]:
    dates, errors = dates_of(draft.blocks), missing(draft, known, live=True)
    found = []
    if errors.pop("text", "") and known is not None:
        words = _("现行文字自%s起施行，这份文字的日期更早。较早的文字只收录备查，现行文字和职责不变；现行文字的修改先存为草稿，再核对发布。")
        found.append(Remark("text", _("请选定这份文字放在哪里"), words % _first_day(known), must=True, choices=(_as_earlier(), _as_change())))
    if dates_differ(draft):
        errors.pop("issue_date", None)
        words = _("版头为 %(head)s，落款为 %(back)s。通常以落款为准。") % {"head": day_words(dates.head), "back": day_words(dates.back)}
        choices = ((f"date:{day_words(dates.back)}", _("用落款日期")), (f"date:{day_words(dates.head)}", _("用版头日期")))
        found.append(Remark(DATES_CHOSEN, _("成文日期前后不一致"), words, must=True, field="issue_date", choices=choices))
    titles = {"disclosure": _("没有注明公开属性"), "place": _("没有行政区划"), "title": _("没有标题")}
    for name, words in errors.items():
        found.append(
            Remark(f"field:{name}", titles.get(name, str(LABELS[name])) if not draft.typed.get(name) else str(LABELS[name]), words, must=True, field=name)
        )
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


def _known(draft: Draft, known: OpinionPage | None) -> list[Remark]:
    if known is None:
        return []
    apart = (("into:", _("改为另行收录")),) if draft.into else ()
    more: dict[str, Any] = {"beside": known.public_key, "choices": apart}
    if known.live and is_older(draft, known) and age_said(draft) == EARLIER:
        more["choices"] = (*apart, _as_change())
        return [Remark("known", _("本库已收录《%s》") % known.title, _("将收录为它较早的文字，只供查阅；现行文字和职责不变。"), **more)]
    if known.live:
        more["choices"] = (*apart, *((_as_earlier(),) if is_older(draft, known) and age_said(draft) else ()))
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


def _alike(row: ImportFile, draft: Draft, known: OpinionPage | None) -> list[Remark]:
    """Duplicates are shown, never refused."""
    return [
        Remark(
            f"alike:{page.public_key}",
            _("可能重复：%(number)s《%(title)s》") % {"number": page.document_number, "title": page.title},
            _("正文相同 %d%%。两份都会保留；如果是同一份文件的新文字，可以设为新版本。") % int(100 * share),
            choices=((f"into:{page.public_key}", _("设为新版本")),),
            beside=page.public_key,
        )
        for page, share in alike(prepared_of(row, draft))
        if known is None or page.pk != known.pk
    ]


def _twins(row: ImportFile, draft: Draft) -> list[Remark]:
    """Imports still being checked that bear the same number, or title and date: the same document from another file, or from another person."""
    number, title, day = (draft.typed.get(name, "") for name in ("number", "title", "issue_date"))
    if number:
        same = Q(draft__typed__number=number)
    elif title and day:
        same = Q(draft__typed__title=title, draft__typed__issue_date=day)
    else:
        return []
    found = ImportFile.objects.light().filter(same, state=ImportFile.State.READY).exclude(pk=row.pk).select_related("uploaded_by").order_by("pk")
    return [
        Remark(
            f"twin:{twin.public_key}",
            _("“%s”可能是同一份文件，也在核对中") % twin.name,
            _("由%(who)s于%(when)s上传。先保存的成为政策文件，后保存的会作为它的新文字；重复的请放弃一份。")
            % {"who": twin.uploaded_by or _("其他人"), "when": written_day(timezone.localdate(twin.uploaded_at))},
            other=twin.public_key,
        )
        for twin in found[:_TWINS]
    ]


def fields_of(draft: Draft) -> list[Field]:
    """Return the fields of the identity block with how sure they are and what is wrong with them."""
    form = form_of(draft)
    form.is_valid()
    read = typed_of(draft.identity, draft.blocks)
    day_chosen = dates_of(draft.blocks).differ and not dates_differ(draft)
    sure = assess(draft.identity, draft.blocks, typed=draft.typed, read=read, day_chosen=day_chosen)
    errors = {name: " ".join(str(error) for error in found) for name, found in form.errors.items()}
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
    """Return the source around a block, the block marked, and whether that is all of it.

    Words and their order are those of the source, so the place follows from the number of signs before it, white space aside.
    """
    if not 0 <= at < len(blocks):
        return format_html("{}", source[: 2 * _AROUND]), len(source) <= 2 * _AROUND
    before = sum(_signs(block) for block in blocks[:at])
    start = _offset(source, before)
    end = _offset(source, before + _signs(blocks[at]) - 1) + 1
    low, high = max(0, start - _AROUND), min(len(source), end + _AROUND)
    shown = format_html('{}<mark id="here">{}</mark>{}', source[low:start], source[start:end], source[end:high])
    return shown, low == 0 and high == len(source)


def _signs(block: Block) -> int:
    return len("".join(f"{block.label}{block.text}".split()))


def _offset(source: str, signs: int) -> int:
    """The place of the sign with a number, white space not counted."""
    count = -1
    for index, sign in enumerate(source):
        count += not sign.isspace()
        if count == signs:
            return index
    return len(source)


def screen_of(row: ImportFile, draft: Draft, *, at: int, page: int = 1) -> dict[str, Any]:
    """Return everything that the screen of an import shows; of a long outline the page that holds the block with index ``at``, else ``page``."""
    pages = Paginator(range(len(draft.blocks)), ROWS).get_page(at // ROWS + 1 if 0 <= at < len(draft.blocks) else max(page, 1))
    known = known_as(row, draft)
    remarks, fields = remarks_of(row, draft, known), fields_of(draft)
    source, whole = original_of(row.source, draft.blocks, at)
    return {
        "row": row, "draft": draft, "known": known, "earlier": age_said(draft) == EARLIER and is_older(draft, known), "remarks": remarks, "musts": [remark for remark in remarks if remark.must], "fields": fields,
        "notices": sum(not remark.must for remark in remarks), "sure": sum(field.sure.grade == OK for field in fields), "unsure": sum(field.sure.grade != OK for field in fields),
        "rows": rows_of(draft, remarks, cast(range, pages.object_list)), "pages": pages, "panel": panel_of(draft, at), "summary": summary_of(draft), "source": source, "whole": whole,
        "read_open": says_open(draft.blocks),
    }  # fmt: skip
