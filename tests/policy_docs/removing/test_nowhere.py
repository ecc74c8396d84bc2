"""One document in the trash, and every page, export, command and search that there is: its words occur nowhere."""

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from cms.accounts.models import Role, User
from policy_docs.duties.actions import decide
from policy_docs.duties.models import Duty
from policy_docs.importing.models import ImportFile
from policy_docs.opinions import bulk
from policy_docs.opinions.many import Verb
from policy_docs.opinions.models import ClauseText, SetAside
from policy_docs.opinions.pages import OpinionIndexPage, OpinionPage
from policy_docs.opinions.removing import ask
from policy_docs.opinions.trash import restore
from policy_docs.units.models import Body
from search.engines import registry
from search.index.indexer import drain
from tests.cms.test_matrix import MATRIX
from tests.factories.imports import upload
from tests.factories.removing import office, trashed
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db
MARK = "孤鹜"  # in the title, the number, a clause and the name of a body of the one in the trash, and nowhere else
GONE = f"""楚{MARK}发〔2017〕8号
中共楚雄州委政法委员会
关于{MARK}协作的意见
一、职责
（一）公安机关应当协助查找{MARK}被执行人。
（二）成立{MARK}领导小组，成员单位包括公安、税务。{MARK}联合处置组应当协调。
（三）按照《{MARK}工作规定》办理。
"""
LEFT = """楚政办发〔2018〕3号
楚雄州人民政府办公室
关于落实会商的通知
一、要求
（一）公安机关应当协助查询。
2018年5月1日
"""
#: the trash itself, what takes no GET, and the record of what units were told (tests/policy_docs/notices/test_presence.py: told to whom)
_ITSELF = {"policy_docs:trash", "policy_docs:trashed", "policy_docs:removals", "policy_docs:removal", "logout", "policy_docs:notices"}
_ADMIN = (
    "wagtailadmin_home", "wagtailadmin_explore_root", "wagtailadmin_pages:search", "wagtailadmin_choose_page", "wagtailadmin_choose_page_search",
    "wagtailadmin_reports:locked_pages", "wagtailadmin_reports:aging_pages", "wagtailadmin_reports:page_types_usage", "wagtailadmin_reports:workflow",
    "wagtailadmin_reports:workflow_tasks",
)  # fmt: skip


@pytest.fixture
def indexed(settings: Settings, tmp_path: Path) -> Iterator[None]:
    settings.SEARCH_ENGINE, settings.SEARCH_DIR = "embedded", tmp_path / "index"
    registry.reset()
    with registry.engine().rebuild():
        pass
    yield
    registry.reset()


@pytest.fixture(scope="module")
def stored(keeping: Callable[[], AbstractContextManager[Path]]) -> int:
    """A document that was published, imported by a file, edited and confirmed."""
    with keeping() as folder:
        page = opinion(folder, f"{MARK}文件", GONE)
        ImportFile.objects.create(name=f"{MARK}文件.txt", state=ImportFile.State.SAVED, opinion=page)
        SetAside.objects.create(opinion=page, user=office(), started_from=[None, None, False])
        decide(Duty.objects.filter(opinion=page)[:1], state=Duty.State.CONFIRMED, actor=office())
        page.save_revision(user=office(), log_action=True).publish(user=office())
        return page.pk


@pytest.fixture
def gone(stored: int, indexed: None) -> OpinionPage:
    """This document, in the index; the tests put it into the trash."""
    drain(registry.engine())
    return OpinionPage.objects.get(pk=stored)


def _text(answer: object) -> str:
    body = b"".join(answer) if getattr(answer, "streaming", False) else answer.content  # type: ignore[attr-defined,call-overload]
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return "".join(book.read(name).decode("utf-8", "ignore") for name in book.namelist())
    return str(body.decode("utf-8", "ignore")).replace("<wbr>", "")


def _addresses(left: OpinionPage, user: User) -> dict[str, str]:
    """Every address of the matrix, with the document that is left."""
    row = ClauseText.objects.filter(clause__opinion=left, text__startswith="公安机关")[0]
    keys = {
        "OPINION": left.public_key, "CLAUSE": row.clause.public_key, "PAGE": str(left.pk), "SECTION": left.body.raw_data[0]["id"],
        "DUTY": str(Duty.objects.filter(clause=row.clause).exclude(role="mention")[0].pk),
        "IMPORT": upload(office("up"), "关于会商的意见\n一、公安机关应当会商。").public_key,
        "INPUT": str(SetAside.objects.create(opinion=left, user=user, started_from=[None, None, False]).pk),
    }  # fmt: skip
    deed = bulk.ask(bulk.new_key(), [(left.public_key, "x")], verb=Verb.VALIDITY, value="", actor=office())[0]
    keys["DEED"] = str(deed.key)
    wanted = {name: arguments for name, (arguments, _expected) in MATRIX.items() if name not in _ITSELF}
    keys["BODY"] = str(Body.objects.create(opinion=left, name="会商领导小组").pk)

    def key(argument: str) -> str:
        return keys.get(argument, "1" if argument.isupper() else argument)  # what has nothing to do with a document may be missing

    return {name: reverse(name, args=[key(argument) for argument in arguments]) for name, arguments in wanted.items()}


def _asked(address: str) -> list[str]:
    """An address as it is, and asking for the words."""
    return [address, f"{address}?q={MARK}&find={MARK}&of=names", f"{address}?of=cited&rel=all&state=suggested"]


@pytest.mark.parametrize("who", ["", Role.LIAISON, Role.COORDINATION, "superuser"])
def test_no_address_shows_it(gone: OpinionPage, tmp_path: Path, client: Client, who: str) -> None:
    left = opinion(tmp_path, "left", LEFT)
    user = office("super") if who == "superuser" else office("someone", who)
    if who == "superuser":
        user.is_superuser = user.is_staff = True
        user.save()
    addresses = _addresses(left, user)
    if who:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    if who in (Role.COORDINATION, "superuser"):  # the marks are where they are looked for
        assert MARK in _text(client.get(reverse("policy_docs:opinions")))
    trashed(gone)
    drain(registry.engine())
    for name, plain in addresses.items():
        for address in _asked(plain):
            answer = client.get(address)
            # what was asked for is told back; what was found is not
            told = _text(answer).replace(f'value="{MARK}"', "")
            assert "协作的意见" not in told, (name, address)
            assert f"{MARK}被执行人" not in told, (name, address)
            assert f"{MARK}文件" not in told, (name, address)
            if MARK not in address:
                assert MARK not in told, (name, address)


@pytest.mark.parametrize("way", ["", "compare/", "d/1/", "c/KEY/", "c/KEY/kin/", "withdraw/", "delete/"])
def test_its_own_addresses_lead_nowhere(gone: OpinionPage, client: Client, way: str) -> None:
    clause = ClauseText.objects.filter(clause__opinion=gone, text__contains="查找")[0].clause.public_key
    trashed(gone)
    address = f"/opinions/{gone.public_key}/{way.replace('KEY', clause)}"
    if way not in ("withdraw/", "delete/"):  # those ask for the right first
        assert client.get(address).status_code == 404
    client.force_login(User.objects.create(username="liaison", role=Role.LIAISON), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).status_code in ((403, 404) if way in ("withdraw/", "delete/") else (404,))
    client.force_login(office(), backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(address).headers["Location"] == reverse("policy_docs:trashed", args=[gone.public_key]), "who may restore it is led to the trash"
    for name in ("workbench", "workbench_clause"):
        keys = [gone.public_key] if name == "workbench" else [gone.public_key, clause]
        assert client.get(reverse(f"policy_docs:{name}", args=keys)).headers["Location"] == reverse("policy_docs:trashed", args=[gone.public_key])
    for name in ("opinion_outline", "opinion_shape"):
        assert client.get(reverse(name, args=[gone.pk])).status_code == 404


@pytest.mark.parametrize("superuser", [True, False])
def test_the_admin_does_not_show_it(gone: OpinionPage, client: Client, superuser: bool) -> None:
    user = office()  # who has edited it
    user.is_superuser = user.is_staff = superuser
    user.save()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    index = OpinionIndexPage.objects.get()
    assert MARK in _text(client.get(reverse("wagtailadmin_explore", args=[index.pk])))
    assert MARK in _text(client.get(f"{reverse('wagtailadmin_pages:search')}?q={MARK}")).replace(f'value="{MARK}"', "")
    trashed(gone)
    says_something = {reverse("wagtailadmin_home"), reverse("wagtailadmin_reports:page_types_usage")}  # that a page was edited, not which
    for address in [*(reverse(name) for name in _ADMIN), reverse("wagtailadmin_explore", args=[index.pk]), reverse("wagtailadmin_explore", args=[1])]:
        for asked in (address, f"{address}?q={MARK}"):
            answer = client.get(asked, follow=True)
            assert answer.status_code == 200, asked
            told = _text(answer).replace(f"?q={MARK}", "").replace(f'value="{MARK}"', "").replace(f"<em>{MARK}</em>", "").replace(f"“{MARK}”", "")
            assert "协作的意见" not in told, asked
            assert MARK not in told or f"q={MARK}" in asked, asked
            assert "回收站中的文件" not in told or address in says_something, asked


@pytest.mark.parametrize(
    "command",
    [["export_clauses"], ["export_documents"], ["export_duties"], ["export_gold"], ["rule_report"], ["unit_duties", "public_security", "532300"],
     ["run_search", MARK], ["run_search", "公安机关应当协助查找"]],
    ids=lambda command: " ".join(command),
)  # fmt: skip
def test_no_command_writes_it(gone: OpinionPage, command: list[str]) -> None:
    trashed(gone)
    drain(registry.engine())
    out = io.StringIO()
    call_command(*command, stdout=out)
    assert "协作的意见" not in out.getvalue()
    assert f"{MARK}被执行人" not in out.getvalue()
    assert f"{MARK}文件" not in out.getvalue()


def test_search_finds_it_again_when_it_is_back(gone: OpinionPage, client: Client) -> None:
    def found() -> bool:
        drain(registry.engine())
        shown = re.sub("<wbr>|</?mark>", "", _text(client.get(f"/search/?q={MARK}被执行人")))
        return f"关于{MARK}协作的意见" in shown

    client.force_login(office(), backend="django.contrib.auth.backends.ModelBackend")
    assert found()
    entry = trashed(gone)
    assert not found()
    restore(entry, actor=office())
    assert found()


def test_the_desk_says_that_a_request_waits(gone: OpinionPage, client: Client) -> None:
    ask(gone, actor=office(), reason="重复收录")
    client.force_login(office("wang"), backend="django.contrib.auth.backends.ModelBackend")
    assert "1 项待批准" in _text(client.get(reverse("desk")))
    assert MARK in _text(client.get(reverse("policy_docs:removals")))
