"""Role × address: what each role gets. A new named address must get a line in MATRIX."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.core.signals import request_finished
from django.db import close_old_connections
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from cms.accounts.models import ENTERS_ADMIN, Role, User
from policy_docs.admin.urls import urlpatterns as admin_patterns
from policy_docs.directory.models import ConfirmationRound, DirectoryEntry, DirectoryUpload
from policy_docs.duties.models import Duty
from policy_docs.importing.run import run
from policy_docs.opinions import bulk
from policy_docs.opinions.many import Verb
from policy_docs.opinions.models import ClauseText, SetAside
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.removing import ask
from policy_docs.topics.models import Topic
from policy_docs.units.events import ReformEvent
from policy_docs.units.models import Body
from search.wagtail_hooks import admin_urls
from tests.factories.imports import upload

PUBLIC = ""
STAFF = (Role.LIAISON, Role.WRITER, Role.REVIEWER, Role.DUTY_OFFICER, Role.LEADER)
ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
OUTSIDE = (PUBLIC, *ADMINISTRATORS)  # they read what the public reads
ROLES = (PUBLIC, *Role.values)

# addresses inside the administration, for those who edit documents: who is signed out is sent to sign in, who works there on something else back to
# that, others are refused (led to the sign-in they would be sent back without end)
NO_EDITORS = {PUBLIC: 302} | {role: 302 if role in ENTERS_ADMIN else 403 for role in (*ADMINISTRATORS, *STAFF)}

# addresses that take forms alone: who opens one is led to the page that the form stands on, which asks who may see it
FORMS = dict.fromkeys(ROLES, 302)

# contacts of member units: nothing for those who do not work with them, and for accounts without a place no unit
NO_DIRECTORY = dict.fromkeys((*OUTSIDE, Role.WRITER, Role.REVIEWER), 403)
ELSEWHERE = NO_DIRECTORY | dict.fromkeys((Role.LIAISON, Role.DUTY_OFFICER, Role.LEADER), 404)

# name: (arguments, {role: status}); {} stands for 200 to everybody
MATRIX: dict[str, tuple[tuple[str, ...], dict[str, int]]] = {
    "health": ((), {}),
    "login": ((), dict.fromkeys(Role.values, 302)),
    "logout": ((), {PUBLIC: 302}),
    "desk": ((), {PUBLIC: 302}),
    "policy_docs:opinions": ((), {}),
    "policy_docs:opinions_xlsx": ((), {}),
    "policy_docs:opinions_csv": ((), {}),
    "policy_docs:many": ((), FORMS),
    "policy_docs:many_do": ((), FORMS),
    "policy_docs:many_run": (("DEED",), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:opinion": (("OPINION",), dict.fromkeys(OUTSIDE, 404)),
    "policy_docs:matrix": ((), {}),
    "policy_docs:matrix_xlsx": ((), dict.fromkeys(ROLES, 404)),  # nothing chosen
    "policy_docs:beside": ((), dict.fromkeys(ROLES, 404)),
    "policy_docs:beside_xlsx": ((), dict.fromkeys(ROLES, 404)),
    "policy_docs:handovers": ((), {}),
    "policy_docs:handover_list": ((), {}),
    "policy_docs:handovers_xlsx": ((), {}),
    "policy_docs:opinion_withdraw": (("OPINION",), dict.fromkeys(OUTSIDE, 404) | dict.fromkeys(STAFF, 403)),
    "policy_docs:opinion_start": (("OPINION",), dict.fromkeys(OUTSIDE, 404) | dict.fromkeys(STAFF, 403)),
    "policy_docs:opinion_delete": (("OPINION",), dict.fromkeys(OUTSIDE, 404) | dict.fromkeys(STAFF, 403)),
    "policy_docs:trash": ((), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:trashed": (("OPINION",), dict.fromkeys((*OUTSIDE, *STAFF), 403) | {Role.COORDINATION: 302}),  # not there (any more): to the document
    "policy_docs:removals": ((), dict.fromkeys((*OUTSIDE, *STAFF), 403) | {Role.SYSTEM_ADMIN: 200}),
    "policy_docs:removal": (("REMOVAL",), dict.fromkeys((*OUTSIDE, *STAFF), 403) | {Role.SYSTEM_ADMIN: 404}),  # for the office to answer
    "policy_docs:compare": (("OPINION",), dict.fromkeys(OUTSIDE, 404)),
    "policy_docs:clause": (("OPINION", "CLAUSE"), dict.fromkeys(OUTSIDE, 404) | dict.fromkeys((*STAFF, Role.COORDINATION), 302)),
    "policy_docs:clause_kin": (("OPINION", "CLAUSE"), dict.fromkeys(OUTSIDE, 404)),
    "policy_docs:clause_topics": (("OPINION", "CLAUSE"), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:duty": (("OPINION", "DUTY"), dict.fromkeys(OUTSIDE, 404)),
    "policy_docs:review": ((), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:review_documents": ((), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:review_exchange": ((), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:review_gold": ((), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:review_rules": ((), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:review_rule": (("modal",), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:workbench": (("OPINION",), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:workbench_clause": (("OPINION", "CLAUSE"), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:workbench_decide": (("OPINION", "CLAUSE"), FORMS),
    "policy_docs:second_review": (("OPINION",), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:recent": ((), {PUBLIC: 302} | dict.fromkeys(ADMINISTRATORS, 403)),
    "policy_docs:saved": ((), {PUBLIC: 302}),
    "policy_docs:saved_add": ((), FORMS),
    "policy_docs:saved_home": ((), {PUBLIC: 302}),
    "policy_docs:saved_news": (("1",), {PUBLIC: 302} | dict.fromkeys(Role.values, 404)),  # of those who have that filter
    "policy_docs:aging": ((), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:review_topics": ((), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:review_topic": (("xian-zhi-chu-jing",), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:topics": ((), {}),
    "policy_docs:topic": (("xian-zhi-chu-jing",), {}),
    "policy_docs:topic_xlsx": (("xian-zhi-chu-jing",), {}),
    "policy_docs:topic_csv": (("xian-zhi-chu-jing",), {}),
    "policy_docs:completeness": ((), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:bodies": ((), {}),
    "policy_docs:body_add": ((), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:body": (("BODY",), dict.fromkeys(OUTSIDE, 404)),
    "policy_docs:directory": ((), NO_DIRECTORY),
    "policy_docs:directory_add": ((), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:directory_rounds": ((), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:directory_round": (("ROUND",), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:directory_export": ((), NO_DIRECTORY),
    "policy_docs:directory_template": ((), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:directory_uploads": ((), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:directory_upload": (("UPLOAD",), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:directory_unit": (("court", "532300"), ELSEWHERE),
    "policy_docs:directory_edit": (("court", "532300"), ELSEWHERE),
    "policy_docs:directory_history": (("court", "532300"), ELSEWHERE),
    "policy_docs:directory_leave": (("court", "532300"), FORMS),
    "policy_docs:reforms": ((), dict.fromkeys(OUTSIDE, 403)),
    "policy_docs:reform": (("REFORM",), dict.fromkeys(OUTSIDE, 403)),
    "policy_docs:reform_enter": ((), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:reform_undo": (("REFORM",), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:reform_again": (("REFORM",), dict.fromkeys((*OUTSIDE, *STAFF), 403) | {Role.COORDINATION: 302}),  # in effect: nothing to enter again
    "policy_docs:units": ((), {}),
    "policy_docs:unit_suggest": ((), {}),
    "policy_docs:unit_switch": (("public_security",), dict.fromkeys(ROLES, 404)),  # without a place there is no unit to lead to
    "policy_docs:unit": (("public_security", "532300"), {}),
    "policy_docs:unit_xlsx": (("public_security", "532300"), {}),
    "policy_docs:unit_csv": (("public_security", "532300"), {}),
    "policy_docs:imports": ((), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:import_add": ((), FORMS),
    "policy_docs:import_paste": ((), FORMS),
    "policy_docs:import_paste_read": ((), FORMS),
    "policy_docs:import_beside": (("IMPORT", "OPINION"), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:import_settle": ((), FORMS),
    "policy_docs:import": (("IMPORT",), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:import_original": (("IMPORT",), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "policy_docs:notices": ((), dict.fromkeys(OUTSIDE, 403)),
    "policy_docs:notices_settle": ((), FORMS),
    "search:asked": ((), dict.fromkeys((*OUTSIDE, *STAFF), 403)),
    "search:missed": ((), FORMS),
    "search:missed_settled": ((), FORMS),
    "search:results": ((), {}),
    "search:suggest": ((), {}),
    "search:similar": (("OPINION", "CLAUSE"), dict.fromkeys(OUTSIDE, 404)),
    "opinion_conflict": (("INPUT",), NO_EDITORS),
    "opinion_outline": (("PAGE",), NO_EDITORS),
    "opinion_shape": (("PAGE",), NO_EDITORS | {Role.COORDINATION: 302}),  # without a block there is nothing to do
    "opinion_undo": (("PAGE",), FORMS | {role: NO_EDITORS[role] for role in STAFF} | {Role.SECURITY_ADMIN: 403}),
    "opinion_call_back": (("PAGE",), FORMS | {role: NO_EDITORS[role] for role in STAFF} | {Role.SECURITY_ADMIN: 403}),
    "opinion_publish": (("PAGE",), NO_EDITORS | {Role.COORDINATION: 302}),  # nothing waits to be published
    "opinion_section": (("PAGE", "SECTION"), NO_EDITORS),
    "opinion_section_preview": (("PAGE", "SECTION"), NO_EDITORS),
    "everyday_word_try": ((), NO_EDITORS | {Role.COORDINATION: 400}),  # nothing to try
    "admin_help": ((), NO_EDITORS | {Role.SYSTEM_ADMIN: 200, Role.AUDIT_ADMIN: 200}),
    "topic_tree": ((), NO_EDITORS),
    "topic_edit": (("TOPIC",), NO_EDITORS),
}

FOREIGN = ("wagtail", "admin", "django")  # Wagtail's own addresses have its own tests


def _names(resolver: URLResolver, prefix: str = "") -> set[str]:
    found: set[str] = set()
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            module = getattr(pattern.urlconf_name, "__name__", "")
            if not module.startswith(FOREIGN):
                space = f"{pattern.namespace}:" if pattern.namespace else ""
                found |= _names(pattern, prefix + space)
        elif isinstance(pattern, URLPattern) and pattern.name and not pattern.callback.__module__.startswith(FOREIGN[:1]):
            found.add(prefix + pattern.name)
    return found


def test_each_address_is_in_the_matrix() -> None:
    assert _names(get_resolver()) | {str(pattern.name) for pattern in (*admin_patterns, *admin_urls())} == set(MATRIX)


@pytest.fixture(scope="module")
def store(keeping: Callable[[], AbstractContextManager[Path]]) -> None:
    with keeping() as folder:
        (folder / "a.txt").write_text("楚政法发〔2017〕8号\n中共楚雄州委政法委员会\n关于协作的意见\n一、职责\n（一）公安机关应当协助查询。", encoding="utf-8")
        list(run([folder / "a.txt"], actor=None))


@pytest.fixture
def keys(store: None, db: None) -> dict[str, str]:
    page = OpinionPage.objects.get()
    row = ClauseText.objects.get(text__startswith="公安机关")
    return {
        "OPINION": page.public_key,
        "CLAUSE": row.clause.public_key,
        "PAGE": str(page.pk),
        "SECTION": page.body.raw_data[0]["id"],
        "REFORM": ReformEvent.objects.latest("pk").public_key,
        "TOPIC": str(Topic.objects.get(key="m_exit_ban").pk),
        "DUTY": str(Duty.objects.filter(clause=row.clause).exclude(role="mention")[0].pk),
    }


@pytest.mark.parametrize("name", MATRIX)
def test_matrix(name: str, keys: dict[str, str]) -> None:
    arguments, expected = MATRIX[name]
    if "policy_docs:directory" in name:
        DirectoryEntry.objects.create(kind_id="court", jurisdiction_id="532300", joined_on="2026-01-01")
    if "BODY" in arguments:
        keys["BODY"] = str(Body.objects.create(name="某领导小组", opinion=OpinionPage.objects.get()).pk)
    if "UPLOAD" in arguments:
        keys["UPLOAD"] = DirectoryUpload.objects.create(name="通讯录.xlsx").public_key
    if "ROUND" in arguments:
        opened = {"year": 2026, "deadline": "2026-12-31", "scope": "", "opened_by": "", "opened_at": timezone.now()}
        keys["ROUND"] = str(ConfirmationRound.objects.create(**opened).pk)
    if "IMPORT" in arguments:
        office = User.objects.create(username="office", role=Role.COORDINATION)
        keys["IMPORT"] = upload(office, "关于会商的意见\n一、公安机关应当会商。").public_key
    if "DEED" in arguments:
        office = User.objects.create(username="office", role=Role.COORDINATION)
        keys["DEED"] = str(bulk.ask(bulk.new_key(), [(keys["OPINION"], "x")], verb=Verb.VALIDITY, value="", actor=office)[0].key)
    if "REMOVAL" in arguments:
        asker = User.objects.create(username="asker", role=Role.COORDINATION)
        keys["REMOVAL"] = str(ask(OpinionPage.objects.get(), actor=asker, reason="重复收录").pk)
    if "INPUT" in arguments:
        keys["INPUT"] = "OWN"  # each person's own
    got, answers = {}, []
    for role in ROLES:
        user = User.objects.create(username=f"u-{role}", role=role)
        if keys.get("INPUT") == "OWN":
            kept = SetAside.objects.create(opinion=OpinionPage.objects.get(), user=user, started_from=[None, None, False])
        client = Client()
        if role:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        address = reverse(name, args=[str(kept.pk) if argument == "INPUT" else keys.get(argument, argument) for argument in arguments])
        answer = client.get(address)
        got[role] = answer.status_code
        answers.append(answer)
        if answer.status_code == 200 and role == "" and name.startswith("policy_docs:unit"):
            assert "协助查询" not in answer.content.decode("utf-8", "ignore")
    request_finished.disconnect(close_old_connections)  # as the client does where it closes an answer itself: the store is in this connection
    try:
        for answer in answers:
            answer.close()  # a file stays open otherwise
    finally:
        request_finished.connect(close_old_connections)
    assert got == {role: expected.get(role, 200) for role in ROLES}


def test_the_matrix_knows_every_role() -> None:
    assert {*STAFF, *ADMINISTRATORS, Role.COORDINATION} == set(Role)


@pytest.mark.parametrize("role", ROLES)
def test_who_enters_the_administration(role: str, db: None, client: Client) -> None:
    if role:
        user = User.objects.create(username="u", role=role)
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("wagtailadmin_home"))
    assert answer.status_code == (200 if role in ENTERS_ADMIN else 403 if role else 302)
