"""What the workbench adds to what was found: a duty by words of the text, a way of writing or a unit kind for an unknown name."""

import secrets
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from cms.accounts.models import User
from policy_docs.opinions.context import context_of
from policy_docs.opinions.models import Clause, ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.aliases import current_vocabulary

from . import agenda, bench, naming, panes
from .actions import DutyRefused
from .adding import add
from .models import UnknownUnitName
from .types import Act, Role

Outcome = tuple[int | None, dict[str, Any]]


def add_duty(request: HttpRequest, actor: User, clause_key: str) -> Outcome:
    """Add what the form says."""
    vocabulary = current_vocabulary()
    page, text = read(clause_key)
    kind = panes.kind_of(request.POST.get("kind", "").strip()[:60], vocabulary)
    to = bench.to_of(request.POST.get("to", ""), vocabulary)
    choice = request.POST.get("role", "")
    if not kind or to is None or choice not in dict(bench.CHOICES):
        raise DutyRefused(_("没有补入：请填写单位、角色和承担层级。"))
    role = Role.MENTION if choice == bench.COUNTERPART else Role(choice)
    act = Act.COUNTERPART if choice == bench.COUNTERPART else Act.MENTION if role is Role.MENTION else Act.DUTY
    batch = secrets.token_hex(8)
    quote, near = panes.chosen_words(request.POST, text.text)
    duty = add(
        text.clause, text, quote=quote, near=near, kind=kind, to=to, role=role, act=act,
        context=context_of(page, vocabulary), actor=actor, batch=batch,
    )  # fmt: skip
    unit = bench.Names(page.jurisdiction_id or "", vocabulary).unit(duty)
    words = _("已补入：%(unit)s，%(role)s") % {"unit": unit, "role": dict(bench.CHOICES)[choice]}
    return duty.pk, {"words": words, "batch": batch, "duty": duty.pk}


def preview_name(request: HttpRequest, actor: User, clause_key: str) -> Outcome:
    """Show what an entry would change, before it is made."""
    row = _unknown(request, clause_key)
    entry = panes.entry_of(request.POST, row, current_vocabulary())
    return None, {"preview": naming.preview(entry), "keep_form": True}


def enter_name(request: HttpRequest, actor: User, clause_key: str) -> Outcome:
    """Make the entry."""
    row = _unknown(request, clause_key)
    alias = naming.enter(row, panes.entry_of(request.POST, row, current_vocabulary()), actor=actor)
    words = _("已登记“%(text)s”为%(kind)s的写法，本文件已重新识别；其他文件在后台重新识别。") % {"text": alias.text, "kind": alias.kind.name}
    return None, {"words": words}


def ignore_name(request: HttpRequest, actor: User, clause_key: str) -> Outcome:
    """Say that a name is no unit."""
    row = _unknown(request, clause_key)
    count = naming.ignore(row, everywhere=bool(request.POST.get("everywhere")), actor=actor)
    return None, {"words": _("已标明“%(written)s”不是单位，共 %(count)d 处。") % {"written": row.written, "count": count}}


def read(clause_key: str) -> tuple[OpinionPage, ClauseText]:
    """Return the document and the text of a clause.

    Raises:
        DutyRefused: the standing text does not hold it.
    """
    clause = Clause.objects.filter(public_key=clause_key).first()
    page = OpinionPage.objects.defer("body").get(pk=clause.opinion_id) if clause else None
    text = ClauseText.objects.filter(version=agenda.version_of(page), clause=clause).select_related("clause").first() if page else None
    if page is None or text is None:
        raise DutyRefused(_("没有办理：本文件现行文本中没有这一条款。"))
    return page, text


def _unknown(request: HttpRequest, clause_key: str) -> UnknownUnitName:
    _page, text = read(clause_key)
    row = panes.unknown_of(request.POST.get("unknown", ""), text.clause_id)
    if row is None:
        raise DutyRefused(_("没有办理：这个名称已有人处理，或者原文已重新识别。"))
    return row
