"""Who sees whose contacts, and that looking at telephone numbers leaves a trace without the numbers."""

import json

import pytest
from django.test import Client

from cms.accounts.models import Role
from cms.accounts.viewer import PUBLIC, viewer_of
from cms.audit.models import AuditEntry
from policy_docs.admin.removal import why_kept
from policy_docs.directory.models import DirectoryEntry
from policy_docs.units.models import Jurisdiction, UnitKind
from tests.factories.directory import CITY, COUNTY, LEADER, LIAISON, OTHER, account, entry, office

pytestmark = pytest.mark.django_db
PROVINCE, FAR = "530000", "330100"


@pytest.fixture
def units() -> dict[str, DirectoryEntry]:
    made = {code: entry("public_security", code, LEADER, LIAISON) for code in (PROVINCE, CITY, COUNTY, OTHER, FAR)}
    made["court"] = entry("court", CITY, LEADER)
    return made


def seen(user: object) -> set[tuple[str, str]]:
    entries = DirectoryEntry.objects.visible_to(viewer_of(user))  # type: ignore[arg-type]
    return set(entries.values_list("kind", "jurisdiction"))


def signed_in(client: Client, user: object) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
    return client


def test_a_liaison_officer_sees_own_place_above_and_directly_below(units: dict[str, DirectoryEntry]) -> None:
    everywhere = {("public_security", code) for code in (PROVINCE, CITY, COUNTY, OTHER)} | {("court", CITY)}
    assert seen(account("州")) == everywhere
    assert seen(account("县", place=COUNTY)) == {("public_security", PROVINCE), ("public_security", CITY), ("court", CITY), ("public_security", COUNTY)}
    assert seen(account("省", place=PROVINCE)) == {("public_security", PROVINCE), ("public_security", CITY), ("court", CITY)}


def test_the_office_sees_all_and_nobody_else_sees_anything(units: dict[str, DirectoryEntry]) -> None:
    assert len(seen(office())) == 6
    assert not DirectoryEntry.objects.visible_to(PUBLIC).exists()
    for role in (Role.WRITER, Role.REVIEWER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN):
        assert not seen(account(role.value, role))
    assert not seen(account("无地方", place=""))
    stopped = account("停用")
    stopped.is_active = False
    assert not seen(stopped)


def test_only_the_own_unit_is_written(units: dict[str, DirectoryEntry]) -> None:
    own = DirectoryEntry.objects.written_by(viewer_of(account("州")))
    assert list(own.values_list("kind", "jurisdiction")) == [("public_security", CITY)]
    assert not DirectoryEntry.objects.written_by(viewer_of(account("领导", Role.LEADER))).exists()


def test_lists_and_counts_show_nothing_of_other_places(units: dict[str, DirectoryEntry], client: Client) -> None:
    signed_in(client, account("县", place=COUNTY))
    body = client.get("/directory/?place=100000&below=1&phones=1").content.decode()
    assert "杭州" not in body
    assert "4 个单位" in body
    assert client.get(f"/directory/public_security/{OTHER}/").status_code == 404
    assert client.get(f"/directory/public_security/{FAR}/history/").status_code == 404
    assert client.get(f"/directory/public_security/{CITY}/").status_code == 200
    assert client.get(f"/directory/public_security/{CITY}/history/").status_code == 403
    assert client.get(f"/directory/public_security/{CITY}/edit/").status_code == 403
    assert "没有找到" in client.get("/directory/?q=杭州市公安局").content.decode()


def test_numbers_are_shown_when_asked_for_and_that_is_noted(units: dict[str, DirectoryEntry], client: Client) -> None:
    signed_in(client, account("州"))
    reads = AuditEntry.objects.filter(action="directory.read")
    body = client.get("/directory/").content.decode()
    assert "罗世安" in body
    assert "13900000001" not in body
    assert reads.count() == 0
    body = client.get("/directory/?phones=1").content.decode()
    assert "13900000001" in body
    assert reads.get().details["entries"] == [units[CITY].pk, units["court"].pk]
    assert "13900000001" in client.get(f"/directory/public_security/{CITY}/").content.decode()
    assert reads.count() == 2
    client.get(f"/directory/public_security/{CITY}/edit/")
    client.get(f"/directory/public_security/{CITY}/history/")
    assert reads.count() == 4


def test_neither_names_nor_numbers_get_into_the_trail_or_the_public_pages(units: dict[str, DirectoryEntry], client: Client) -> None:
    held = json.dumps(list(AuditEntry.objects.values("target", "label", "details")), ensure_ascii=False, default=str)
    for words in (LEADER.name, LEADER.mobile, LEADER.office_phone):
        assert words not in held
        for address in ("/", "/units/?q=公安局", f"/units/public_security/{CITY}/", f"/search/?q={words}", f"/units/suggest/?q={words}"):
            page = client.get(address).content.decode().replace(f'value="{words}"', "").replace(f"“{words}”", "")
            assert words not in page or "没有" in page
    assert client.get("/directory/").status_code == 403


def test_the_list_asks_the_same_number_of_queries_however_many_units(
    units: dict[str, DirectoryEntry], client: Client, django_assert_max_num_queries: object
) -> None:
    signed_in(client, office())
    client.get("/directory/")
    for kind in ("tax", "finance", "civil_affairs", "audit", "customs"):
        entry(kind, CITY, LEADER, LIAISON)
    with django_assert_max_num_queries(12):  # type: ignore[operator]
        body = client.get(f"/directory/?place={CITY}").content.decode()
    assert "7 个单位" in body
    with django_assert_max_num_queries(21):  # type: ignore[operator]
        client.get(f"/directory/?place={CITY}&q=gaj&phones=1&below=1")


def test_a_kind_and_a_place_that_the_directory_needs_cannot_be_deleted(units: dict[str, DirectoryEntry]) -> None:
    assert "个通讯录单位" in why_kept(UnitKind.objects.get(pk="court"))
    assert "个通讯录单位" in why_kept(Jurisdiction.objects.get(pk=OTHER))


@pytest.mark.parametrize(
    ("words", "found"),
    [("公安局", "楚雄州公安局"), ("cxzgaj", "楚雄州公安局"), ("罗世安", "楚雄州公安局"), ("ylq", "楚雄州公安局"), ("法院", "楚雄州中级人民法院")],
)
def test_units_are_found_by_name_initials_and_persons(units: dict[str, DirectoryEntry], client: Client, words: str, found: str) -> None:
    signed_in(client, account("州"))
    assert found in client.get(f"/directory/?q={words}").content.decode().replace("<wbr>", "")
