"""Checking one import: what is posted goes to an action, what comes back is shown."""

import json
from collections.abc import Mapping
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.accounts.handed_back import hand_back
from cms.accounts.models import User
from cms.accounts.viewer import viewer_of
from policy_docs.duties.choices import whole_number

from . import actions, dividing
from .corrections import CannotCorrect, Verb
from .draft import from_json
from .forms import LABELS
from .listing import check_viewer
from .models import ImportFile
from .report import Outcome
from .shown import ORDER, screen_of

State = ImportFile.State
_SPLIT = {verb.value: verb for verb in Verb}


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, key: str) -> HttpResponse:
    """Show the split and the identity of an import and take corrections."""
    check_viewer(request)
    row = (
        ImportFile.objects.visible_to(viewer_of(request.user))
        .select_related("uploaded_by", "changed_by", "opinion", "twin", "parted_from")
        .filter(public_key=key)
        .first()
    )
    if row is None:
        raise Http404
    if request.method != "POST":
        if row.state == State.READY and request.htmx.target == "waits":  # type: ignore[attr-defined]
            return _leave(request, request.path)  # the page that waited for it
        if row.state != State.READY:
            return render(request, "policy_docs/importing/waiting.html", {"row": row, "busy": row.state in ImportFile.UNDER_WAY})
        return _screen(request, row, at=_number(request.GET.get("at", "")), page=_number(request.GET.get("page", "")))
    return _posted(request, row)


def _posted(request: HttpRequest, row: ImportFile) -> HttpResponse:
    verb, _colon, rest = request.POST.get("verb", "").partition(":")
    typed = {name: request.POST[name].replace("\r\n", "\n").replace("\x00", "") for name in ORDER if name in request.POST}
    try:
        if verb in ("publish", "draft"):
            return _save(request, row, typed, live=verb == "publish")
        if verb == "discard":
            gone = actions.discard(row.public_key, seen=_number(request.POST.get("seen", "")), actor=cast(User, request.user))
            messages.success(request, _("已放弃导入“%s”，可以在列表中恢复。") % gone)
            return redirect("policy_docs:imports")
        if verb in ("part", "back"):
            return _divided(request, row, typed, verb, rest)
        changed, at = _changed(request, row, verb, rest, typed)
    except actions.Stale as stale:
        at, divided = _parting(request, rest, stale.row) if verb == Verb.DIVIDE else (-1, "")
        mine = _differing(typed, stale.row, _shown_to(request))
        return _screen(request, _again(row), at=at, status=409, said=str(stale), mine=mine, divided=divided)
    except actions.Settled as settled:
        messages.warning(request, str(settled))
        if verb != "discard":
            hand_back(request, {item["label"]: item["mine"] for item in _differing(typed, settled.row, _shown_to(request))})
        return _leave(request, reverse("policy_docs:import", args=[row.public_key]))
    except actions.NotReady as errors:
        return _screen(request, _again(row), status=422, errors=errors.errors)
    except CannotCorrect as refusal:
        return _screen(request, _again(row), status=422, said=str(refusal), at=_number(rest))
    except actions.ImportRefused as refusal:
        return _screen(request, _again(row), status=422, said=str(refusal))
    if request.htmx and verb == "describe":  # type: ignore[attr-defined]
        opened, page = _number(request.POST.get("open", "")), _number(request.POST.get("page", ""))  # the rows that the page shows have new counts
        return render(request, "policy_docs/importing/_saved.html", screen_of(changed, from_json(changed.draft), viewer_of(request.user), at=opened, page=page))
    if request.htmx:  # type: ignore[attr-defined]
        return _screen(request, changed, at=at)
    place = f"?at={at}#row-{at}" if at >= 0 else ""
    return redirect(f"{reverse('policy_docs:import', args=[row.public_key])}{place}")


def _divided(request: HttpRequest, row: ImportFile, typed: Mapping[str, str], verb: str, rest: str) -> HttpResponse:
    """Divide a file that holds two documents, or join what was divided; what has been typed is kept first."""
    actor = cast(User, request.user)
    seen = actions.describe(row.public_key, seen=_number(request.POST.get("seen", "")), actor=actor, typed=typed).revision
    if verb == "part":
        second = dividing.part(row.public_key, seen=seen, actor=actor, at=_number(rest))
        messages.success(request, _("已分为两份文件。后一份“%s”正在识别，在导入列表中核对。") % second.name)
    else:
        dividing.join_back(row.public_key, seen=seen, actor=actor, part=rest)
        messages.success(request, _("已并回一份文件。"))
    return _leave(request, request.path)


def _changed(request: HttpRequest, row: ImportFile, verb: str, rest: str, typed: Mapping[str, str]) -> tuple[ImportFile, int]:
    """Do what the button asks for; return the import as it is now, and the block whose panel stays open."""
    key, actor, seen = row.public_key, cast(User, request.user), _number(request.POST.get("seen", ""))
    at = _number(request.POST.get("open", ""))
    if verb in _SPLIT:
        number, _colon, kind = rest.partition(":")
        at = _number(number)
        words = kind or request.POST.get("block_kind" if verb == Verb.KIND else "words", "")
        changed = actions.adjust(key, seen=seen, actor=actor, typed=typed, verb=_SPLIT[verb], at=at, words=words)
        return changed, at - 1 if verb == Verb.JOIN else at
    if verb == "undo":
        return actions.take_back(key, seen=seen, actor=actor, typed=typed), -1
    if verb == "accept":
        return actions.accept(key, seen=seen, actor=actor, typed=typed, code=rest), at
    if verb == "into":
        return actions.join_with(key, seen=seen, actor=actor, typed=typed, opinion=rest), at
    if verb == "date":
        return actions.accept(key, seen=seen, actor=actor, typed={**typed, "issue_date": rest}, code=actions.DATES_CHOSEN), at
    if verb == "mine":  # what one had written before somebody else saved, put over it on purpose
        mine = {name: request.POST[f"mine-{name}"] for name in ORDER if f"mine-{name}" in request.POST}
        return actions.describe(key, seen=seen, actor=actor, typed={**typed, **mine}), at
    return actions.describe(key, seen=seen, actor=actor, typed=typed), at


def _save(request: HttpRequest, row: ImportFile, typed: Mapping[str, str], *, live: bool) -> HttpResponse:
    actor, seen = cast(User, request.user), _number(request.POST.get("seen", ""))
    changed = actions.describe(row.public_key, seen=seen, actor=actor, typed=typed)
    return _told(request, actions.save(row.public_key, seen=changed.revision, actor=actor, live=live), live=live)


def _told(request: HttpRequest, saved: actions.Saved, *, live: bool) -> HttpResponse:
    """Say what became of a saved import, and lead on: the new text of a published document to the page that publishes it."""
    if saved.report.outcome in (Outcome.UNCHANGED, Outcome.DUPLICATE):
        messages.warning(request, _("《%(title)s》：%(what)s。") % {"title": saved.opinion.title, "what": saved.report.outcome.words})
        return redirect("policy_docs:imports")
    if saved.report.outcome is Outcome.NEW_DRAFT and live:
        messages.info(request, _("新文字已存为草稿，还没有发布。请先核对下面各项。"))
        return redirect("opinion_publish", saved.opinion.pk)
    if saved.report.outcome is Outcome.NEW_DRAFT:
        messages.success(request, _("《%s》的新文字已存为草稿，现行文字和职责不变。核对后在这里发布。") % saved.opinion.title)
        return redirect("opinion_outline", saved.opinion.pk)
    words = _("《%(title)s》%(what)s：%(clauses)d 段，识别出 %(duties)d 条职责，请核对。")
    what = _("已发布") if saved.opinion.live else _("已存为草稿")
    messages.success(request, words % {"title": saved.opinion.title, "what": what, "clauses": saved.report.clauses, "duties": saved.report.duties})
    for message in saved.report.messages:
        messages.info(request, message)
    return redirect("policy_docs:workbench", saved.opinion.public_key)


def _leave(request: HttpRequest, address: str) -> HttpResponse:
    """Lead elsewhere, also from a request of the script."""
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(address)
    answer = HttpResponse(status=204)
    answer["HX-Redirect"] = address
    return answer


def _again(row: ImportFile) -> ImportFile:
    return ImportFile.objects.select_related("uploaded_by", "changed_by", "opinion", "parted_from").get(pk=row.pk)


def _shown_to(request: HttpRequest) -> dict[str, str]:
    """Return the fields as the page showed them to this person; a page that does not say so showed nothing."""
    try:
        found = json.loads(request.POST.get("shown", ""))
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _differing(typed: Mapping[str, str], row: ImportFile, shown: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the fields that this person has written and that stand otherwise now."""
    now = from_json(row.draft).typed
    return [
        {"name": name, "label": str(LABELS[name]), "mine": value, "now": now.get(name, "")}
        for name, value in typed.items()
        if value not in (now.get(name, ""), shown.get(name))
    ]


def _parting(request: HttpRequest, rest: str, row: ImportFile) -> tuple[int, str]:
    """Return where the paragraph stands now that this person was dividing, and the lines into which it was to be divided; (-1, "") where it is gone."""
    words, at = request.POST.get("words", ""), _number(rest)
    found = [index for index, block in enumerate(from_json(row.draft).blocks) if "".join(block.text.split()) == "".join(words.split())]
    return (min(found, key=lambda index: abs(index - at)), words.replace("\r\n", "\n")) if found and words.strip() else (-1, "")


def _screen(
    request: HttpRequest, row: ImportFile, *, at: int = -1, page: int = 0, status: int = 200, said: str = "", errors: Mapping[str, str] | None = None,
    mine: list[dict[str, Any]] | None = None, divided: str = "",
) -> HttpResponse:  # fmt: skip
    if row.state != State.READY:
        return _leave(request, reverse("policy_docs:import", args=[row.public_key]))
    context = screen_of(row, from_json(row.draft), viewer_of(request.user), at=at, page=page if page > 0 else _number(request.POST.get("page", "")))
    missing = [(name, str(LABELS[name]) if name in LABELS else _("文字先后"), words) for name, words in (errors or {}).items()]
    context |= {"said": said, "missing": missing, "mine": mine, "divided": divided, "can_undo": bool(row.undo), "at": at}
    if not request.htmx:  # type: ignore[attr-defined]
        return render(request, "policy_docs/importing/check.html", context, status=status)
    answer = render(request, "policy_docs/importing/check.html", context)
    if said:  # also where the script had asked for less: whoever is refused must hear of it
        answer["HX-Retarget"] = answer["HX-Reselect"] = "#check"
        answer["HX-Reswap"] = "outerHTML show:top"
    return answer


def _number(written: str) -> int:
    return whole_number(written.partition(":")[0], -1)
