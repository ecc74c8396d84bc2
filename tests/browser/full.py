"""What the full store of the gallery holds beside the sample set: one of each state that a screen can show."""

import datetime
from collections.abc import Mapping
from typing import Any

from cms.accounts.models import User
from policy_docs.directory.models import ConfirmationRound, DirectoryUpload
from policy_docs.duties import publishing, second
from policy_docs.duties.models import Duty, UnknownUnitName
from policy_docs.opinions import bulk
from policy_docs.opinions.drafts import newest, start_of
from policy_docs.opinions.many import Verb
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.publication import Manner, Publication
from policy_docs.opinions.removing import approve, ask
from policy_docs.opinions.setaside import set_aside
from policy_docs.opinions.starting import start_from
from policy_docs.saved.actions import save_listing
from policy_docs.units.events import ReformEvent
from policy_docs.units.models import Body
from search.asked.noting import note
from tests.factories.imports import TEXT, upload
from tests.factories.opinions import drop, raw, reword

TODAY = datetime.date.today()
SEARCHES = {"欠钱不还": 0, "房子过户": 0, "查封": 12}  # what people ask on several days, and how much it finds


def of_full() -> dict[str, str]:
    """Make the states, once, and return the keys of what shows them."""
    office, other = User.objects.get(username="trial-xietiao"), User.objects.get(username="trial-fuhe")
    pages = list(OpinionPage.objects.live().order_by("pk"))
    page = max(pages, key=lambda one: len(one.body.raw_data))
    duty = Duty.objects.filter(clause__opinion=page).exclude(role="mention").select_related("clause").earliest("pk")
    repealed = OpinionPage.objects.exclude(repealed_on=None).first() or page
    amended = next(one for one in pages if one not in (page, repealed) and Duty.objects.filter(clause__opinion=one, state="confirmed").count() > 9)
    free = [one for one in pages if one not in (page, repealed, amended) and one.pk != repealed.repealed_by_id]
    gone, asked, reviewed, *others = reversed(free)
    second.submit(page, actor=other, words="第二条的角色请再看一下。")
    _listings(office)
    return {
        "OPINION": page.public_key,
        "PAGE": str(page.pk),
        "SECTION": page.body.raw_data[0]["id"],
        "CLAUSE": duty.clause.public_key,
        "DUTY": str(duty.pk),
        "REPEALED": repealed.public_key,
        "OTHER": others[0].public_key,
        "TRASHED": _trashed(gone, office, other),
        "REMOVAL": str(ask(asked, actor=other, reason="收录有误").pk),
        "REFORM": ReformEvent.objects.latest("pk").public_key,
        "BODY": str(Body.objects.earliest("pk").pk),
        "ROUND": str(ConfirmationRound.objects.latest("pk").pk),
        "UPLOAD": (DirectoryUpload.objects.first() or DirectoryUpload.objects.create(name="通讯录.xlsx")).public_key,
        "DEED": str(bulk.ask(bulk.new_key(), [(page.public_key, "x")], verb=Verb.VALIDITY, value="", actor=office)[0].key),
        "UNKNOWN": str(UnknownUnitName.objects.earliest("pk").pk),
        **_imports(office),
        **_amended(amended, office),
        **_unpublished(page, reviewed, office),
    }


def _trashed(page: OpinionPage, asks: User, answers: User) -> str:
    approve(ask(page, actor=asks, reason="重复收录").pk, actor=answers)
    return page.public_key


def _imports(office: User) -> dict[str, str]:
    """A file to be checked, a broken one, a duplicate, one given as pasted words."""
    good = upload(office, name="关于协作的意见.txt")
    upload(office, name="关于协作的意见（再次发来）.txt")
    upload(office, "%PDF-1.4 broken", name="扫描件.pdf")
    upload(office, TEXT.replace("〔2017〕8号", "〔2017〕9号").replace("2017年5月3日", ""), name="协作意见（第二稿）.txt")
    return {"IMPORT": good.public_key}


def _confirmed_words(page: OpinionPage) -> list[str]:
    """Words of clauses that say 应当 and on which duties were decided, each once."""
    found = Duty.objects.filter(clause__opinion=page, state="confirmed").exclude(role="mention").order_by("pk")
    of_clauses = {str(block_id) for block_id in found.values_list("clause__block_id", flat=True)}
    return [child["value"]["text"] for child in raw(page) if child["id"] in of_clauses and len(child["value"]["text"]) > 20]


def _amended(page: OpinionPage, office: User) -> dict[str, str]:
    """A document with a second text in force, a draft upon that which touches duties, and an input that came too late for it."""
    first, again, third, *_more = _confirmed_words(page)
    _reworded(page, {first: f"{first[:8]}及时{first[8:]}"}, office)
    found = publishing.ready(page.pk, actor=office)
    choices = {touch.held.duty: touch.choices[0] for touch in found.plan.asked}
    said = Publication(Manner.AMENDMENT, datetime.date(2026, 1, 1), basis="澜政法发〔2025〕30号", choices=choices)
    publishing.publish(page.pk, said, seen=found.mark, actor=office)
    page = newest(page.pk)
    began = start_of(page)
    _reworded(page, {again: f"{again[:8]}依法{again[8:]}", third: ""}, office)
    late = OpinionPage.objects.get(pk=page.pk)
    reword(late, again, f"{again[:8]}主动{again[8:]}")
    reword(late, first[-10:], f"{first[-10:-1]}，并于每季度末报告。")
    late.notice_issuer = "中共澜江市委办公室"
    kept = set_aside(late, began, blocks=raw(late), actor=office)
    return {
        "AMENDED": page.public_key,
        "AMENDED_PAGE": str(page.pk),
        "AMENDED_BLOCK": next(child["id"] for child in raw(newest(page.pk)) if child["type"] == "clause"),
        "INPUT": str(kept.pk),
    }


def _reworded(page: OpinionPage, changes: Mapping[str, str], office: User) -> None:
    for old, new in changes.items():
        if new:
            reword(page, old, new)
        else:
            drop(page, old)
    page.save_revision(user=office)


def _unpublished(page: OpinionPage, reviewed: OpinionPage, office: User) -> dict[str, str]:
    """A draft that was begun from a document, and a changed document that waits for its review."""
    draft = start_from(page, title="关于加强网络查控和失信联合惩戒工作的实施细则", actor=office)
    reworded = newest(reviewed.pk)
    words = next(child["value"]["text"] for child in raw(reworded) if len(child["value"]["text"]) > 30)
    _reworded(reworded, {words: f"{words[:-1]}，不得推诿。"}, office)
    workflow: Any = reworded.get_workflow()
    if workflow is not None:
        workflow.start(newest(reviewed.pk), office)
    return {
        "DRAFT": draft.public_key,
        "DRAFT_PAGE": str(draft.pk),
        "REVIEWED": reviewed.public_key,
        "REVIEWED_PAGE": str(reviewed.pk),
    }


def _listings(office: User) -> None:
    """Kept filters of two readers, one of them shared, and what people asked on several days."""
    liaison, leader = User.objects.get(username="trial-gongan"), User.objects.get(username="trial-lingdao")
    save_listing("/opinions/?level=province&valid=in_force", name="省里现行有效的文件", shared="office", actor=office)
    save_listing("/search/?q=查封", name="查封", shared="", actor=office)
    save_listing("/units/public_security/990100/?role=lead", name="本单位牵头的职责", shared="unit", actor=liaison)
    save_listing("/opinions/?level=prefecture", name="市级文件", shared="", actor=leader)
    for back in (3, 2, 1, 0):
        for words, hits in SEARCHES.items():
            note(words, hits=hits, on=TODAY - datetime.timedelta(days=back))
