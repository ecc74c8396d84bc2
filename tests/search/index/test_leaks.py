"""Nothing hidden can be told from any answer: each address says to each reader, byte for byte, what it says where the hidden items are not there at all.

Every word that only hidden items have is asked for at every address that takes one. What is hidden from a reader is added between two rounds of questions;
the store before it is the store «without them».
"""

import datetime
import io
import re
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

import pytest
import time_machine
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from wagtail.models import Page, PageViewRestriction

from cms.accounts.models import Role, User
from policy_docs.duties.models import Duty
from policy_docs.opinions.models import Change, ClauseText
from policy_docs.opinions.pages import OpinionPage
from policy_docs.topics.models import ClauseTopic, Topic
from search.engines.base import Engine
from search.index.indexer import drain
from search.index.rebuild import rebuild
from tests.cms.test_matrix import MATRIX
from tests.factories.imports import upload
from tests.factories.opinions import reword
from tests.factories.removing import office, trashed
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db
NOON = datetime.datetime(2026, 6, 1, 4, tzinfo=datetime.UTC)

SEEN = """云政法发〔2019〕1号
云南省关于协助执行工作的实施意见
一、职责分工
（一）公安机关应当协助查找车辆，并向人民法院反馈查控结果。
（二）税务机关应当提供纳税信息，按照云珊发〔2020〕77号的规定办理。
（三）民政部门应当协助查询婚姻登记信息。
（四）公安机关应当协助限制被执行人出境。
"""
BESIDE = """楚政法发〔2020〕5号
楚雄彝族自治州关于车辆查控工作的实施方案
一、职责分工
（一）公安机关应当协助查找车辆，并向人民法院反馈查控结果。
"""
HIDDEN = """云珊发〔2020〕77号
云南省珊瑚礁督办工作方案
一、职责分工
（一）公安机关应当协助查找车辆，并向人民法院反馈珊瑚礁查控结果。
（二）税务机关应当提供珊瑚礁纳税信息。
（三）珊瑚礁管护局应当协助查询云政法发〔2019〕1号所列事项。
"""
WORDS = ("珊瑚礁", "云珊发〔2020〕77号", "shj", "珊瑚礁管护局", "公安机关 车辆")
CHOICES = ("", "in=opinion", "in=duty", "level=province&unit=public_security", "unit=public_security@530000", "sort=new&valid=in_force")
ASKING = ("search:results", "search:suggest", "policy_docs:opinions", "policy_docs:opinions_xlsx", "policy_docs:units", "policy_docs:unit_suggest", "policy_docs:unit",
          "policy_docs:topics")  # fmt: skip
_VARYING = re.compile(rb"(?i)(csrf[-_a-z]*\W+(?:value)?\W*)[a-z0-9]{32,64}")


def test_each_answer_is_that_of_a_store_without_what_is_hidden(site_engine: Engine, tmp_path: Path) -> None:
    with time_machine.travel(NOON, tick=False):
        seen = _seen(tmp_path)
        rebuild(site_engine)
        drain(site_engine)
        staff, public, administrator = [_Reader(role, seen) for role in (Role.LIAISON, "", Role.SYSTEM_ADMIN)]
        _hide_from_all_but_the_office(seen, tmp_path)
        drain(site_engine)
        staff.check()
        _hide_from_the_public(seen, tmp_path)
        drain(site_engine)
        public.check()
        administrator.check()
        found = _client(Role.COORDINATION).get(reverse("search:results"), {"q": WORDS[0]})
        assert "珊瑚礁督办" in found.content.decode()  # the words do find what is there


class _Reader:
    """Somebody who has asked every address, and asks again."""

    def __init__(self, role: str, seen: OpinionPage) -> None:
        self._role, self._client = role or "public", _client(role)
        self._before = self._answers(list(_addresses(seen, administration=role == Role.SYSTEM_ADMIN)))

    def check(self) -> None:
        """Ask again: each answer is that of before."""
        after = self._answers(list(self._before))
        told = [f"{self._role} {address}: {_difference(self._before[address], after[address])}" for address in after if self._before[address] != after[address]]
        assert not told, "\n".join(told)

    def _answers(self, addresses: list[str]) -> dict[str, tuple[int, bytes]]:
        self._client.get("/")  # takes what the last refusal left to be said
        return {address: _said(self._client.get(address)) for address in addresses}


def _seen(folder: Path) -> OpinionPage:
    """Two documents open to all, their duties confirmed or rejected."""
    page, other = opinion(folder, "seen", SEEN, issue_date="2019-01-01"), opinion(folder, "beside", BESIDE, issue_date="2020-01-01")
    Duty.objects.filter(opinion__in=[page, other]).update(state=Duty.State.CONFIRMED)
    assert Duty.objects.filter(opinion=page, kind="tax").update(state=Duty.State.REJECTED)
    assert ClauseTopic.objects.filter(opinion=page).update(state=ClauseTopic.State.REJECTED)
    return page


def _hide_from_all_but_the_office(seen: OpinionPage, folder: Path) -> None:
    """A draft, an upload, a text in the trash, a section that is closed, changes that wait, a text that begins later."""
    text = HIDDEN.replace
    opinion(folder, "draft", text("77号", "77号"), issue_date="2020-06-01").unpublish()
    upload(office("uploader"), text("云珊发〔2020〕77号", "云珊发〔2020〕79号"), "珊瑚礁.txt")
    trashed(opinion(folder, "binned", text("〔2020〕77号", "〔2020〕78号"), issue_date="2020-06-01"))
    section = Page.objects.get(pk=seen.get_parent().pk).add_child(instance=Page(title="珊瑚礁专栏", slug="shanhu"))
    PageViewRestriction.objects.create(page=section, restriction_type=PageViewRestriction.LOGIN)
    closed = opinion(folder, "closed", text("〔2020〕77号", "〔2020〕76号"), issue_date="2020-06-01")
    closed.move(section, pos="last-child")
    page = OpinionPage.objects.get(pk=seen.pk)
    page.title = "云南省珊瑚礁协助执行工作的实施意见"
    reword(page, "民政部门应当", "珊瑚礁管护局和民政部门应当")
    page.save_revision(user=office("drafting"))


def _hide_from_the_public(seen: OpinionPage, folder: Path) -> None:
    """Documents for staff alone, duties that nobody has confirmed, a topic that is only suggested."""
    for at, disclosure in enumerate(("on_request", "closed")):
        opinion(folder, f"only-{at}", HIDDEN.replace("〔2020〕77号", f"〔2020〕{at + 70}号"), disclosure=disclosure, issue_date="2020-06-01")
    Duty.objects.filter(opinion=seen, kind="tax").update(state=Duty.State.SUGGESTED)
    ClauseTopic.objects.filter(opinion=seen).update(state=ClauseTopic.State.SUGGESTED)
    Change.objects.create(item=Change.Item.OPINION, key=seen.public_key)


def _client(role: str) -> Client:
    client = Client()
    if role:
        client.force_login(User.objects.create(username=f"r-{role}", role=role), backend="django.contrib.auth.backends.ModelBackend")
    return client


def _addresses(seen: OpinionPage, *, administration: bool) -> Iterator[str]:
    """Every address of the site, with words where it takes some; those of the administration and for finding for those who else read what the public reads."""
    text = ClauseText.objects.filter(clause__opinion=seen, text__startswith="公安机关")[0]
    values = {
        "OPINION": seen.public_key, "CLAUSE": text.clause.public_key, "PAGE": str(seen.pk), "SECTION": seen.body.raw_data[0]["id"],
        "DUTY": str(Duty.objects.filter(clause=text.clause).exclude(role="mention")[0].pk), "TOPIC": str(Topic.objects.get(key="m_exit_ban").pk),
    }  # fmt: skip
    for name, (arguments, _roles) in MATRIX.items():
        if administration and ":" in name and name not in ASKING[:3]:
            continue
        address = reverse(name, args=[values.get(argument, argument if argument.islower() or argument.isdigit() else "1") for argument in arguments])
        for word in WORDS if name in ASKING else WORDS[:1]:
            for choice in CHOICES if name == "search:results" and word in WORDS[::4] else ("",):
                yield f"{address}?q={word}&find={word}&{choice}"
    yield "/"
    yield "/admin/"
    yield "/admin/pages/search/?q=珊瑚礁"


def _said(answer: HttpResponseBase) -> tuple[int, bytes]:
    assert not answer.streaming  # one that is must be closed, and that ends the connection to the database too
    body = getattr(answer, "content", b"")
    if "spreadsheetml" in answer.headers.get("Content-Type", ""):
        sheets = load_workbook(io.BytesIO(body)).worksheets
        body = repr([[sheet.title, *sheet.iter_rows(values_only=True)] for sheet in sheets]).encode()
    return answer.status_code, answer.headers.get("Location", "").encode() + _VARYING.sub(rb"\1", body)


def _difference(before: tuple[int, bytes], after: tuple[int, bytes]) -> str:
    if before[0] != after[0]:
        return f"{before[0]} became {after[0]}"
    lines = [said[1].decode("utf-8", "replace").splitlines() for said in (before, after)]
    return " / ".join(line.strip() for line in unified_diff(*lines, n=0, lineterm="") if not line.startswith(("---", "+++", "@@")))[:400]
