"""What the gallery shows beside the plain addresses: the states of a store, and addresses that show them.

`python -m tests.browser.states full` makes them in the store of VAR_DIR and prints its keys as JSON, `empty` prints those of a store that has accounts
alone, and `accounts` makes one.
"""

import json
import sys

# lists with and without results, odd values, a past day, what is not there
STATES = (
    "/nothing/",
    "/login/?next=/admin/",
    "/opinions/?q=查无此词甲乙丙&level=county",
    "/opinions/?level=xxx&valid=bad&page=999&issued_from=2021-13-99",
    "/opinions/?on=2020-99-99",
    "/opinions/{OPINION}/?find=公安",
    "/opinions/{OPINION}/?find=查无此词甲乙丙",
    "/opinions/{OPINION}/?only=mine",
    "/opinions/{OPINION}/?on=2000-01-01",
    "/opinions/{AMENDED}/",
    "/opinions/{AMENDED}/compare/",
    "/opinions/{REPEALED}/",
    "/opinions/nosuchkey1/",
    "/opinions/{OPINION}/d/999999/",
    "/trash/{TRASHED}/",
    "/trash/requests/999999/",
    "/review/?q=查无此词甲乙丙",
    "/review/?state=zzz&page=abc&doc=nosuch",
    "/recent/?since=30",
    "/recent/?since=abc",
    "/aging/?of=issued-1",
    "/topics/?q=查无此词",
    "/topics/nosuch/",
    *(f"/completeness/?of={of}" for of in ("cited", "decided", "units", "names", "review", "valid", "index", "zzz")),
    "/bodies/999999/",
    "/directory/?q=查无此词",
    "/directory/?place=zzz",
    "/directory/import/nosuch/",
    "/reforms/?q=查无此词",
    "/reforms/nosuch/",
    *(f"/reforms/enter/?kind={kind}" for kind in ("merge", "split", "rename", "transfer", "new")),
    "/units/?q=gaj",
    "/units/?q=查无此词",
    "/units/public_security/990100/",
    "/units/public_security/990100/?role=lead&level=county",
    "/units/public_security/990100/?role=zzz&on=2026-99-99&page=9",
    "/units/public_security/990100/?on=2010-01-01",
    "/units/nosuch/990100/",
    "/imports/nosuch/",
    "/notices/?all=1",
    "/search/?q=查封",
    "/search/?q=公安局&in=opinion&level=prefecture",
    "/search/?q=查无此词甲乙丙",
    "/search/?q=，。",
    "/search/?q=查封&page=99&level=zz&from=2021-99-99",
)

ADMINISTRATION = (
    "/admin/",
    "/admin/nothing/",
    "/admin/pages/",
    "/admin/pages/{ROOT}/",
    *(f"/admin/pages/{{PAGE}}/{what}" for what in ("", "edit/", "history/", "workflow_history/", "delete/", "unpublish/", "copy/", "move/", "usage/")),
    "/admin/pages/{ROOT}/add_subpage/",
    "/admin/pages/search/?q=执行",
    "/admin/pages/search/?q=查无此词",
    "/admin/pages/999999/edit/",
    "/admin/account/",
    "/admin/snippets/",
    *(f"/admin/snippets/policy_docs/{model}/" for model in ("unitkind", "unitalias", "memberunit", "jurisdiction", "unknownunitname")),
    *(f"/admin/snippets/policy_docs/{model}/add/" for model in ("unitkind", "unitalias", "memberunit", "jurisdiction")),
    "/admin/snippets/policy_docs/unitkind/edit/public_security/",
    *(f"/admin/snippets/policy_docs/unitalias/{what}/{{ALIAS}}/" for what in ("edit", "delete", "history", "usage")),
    "/admin/snippets/policy_docs/memberunit/edit/{MEMBER}/",
    "/admin/snippets/policy_docs/unknownunitname/edit/{UNKNOWN}/",
    "/admin/snippets/search/everydayword/",
    "/admin/snippets/search/everydayword/add/",
    "/admin/images/",
    "/admin/documents/",
    "/admin/redirects/",
    "/admin/redirects/add/",
    "/admin/collections/",
    "/admin/workflows/list/",
    "/admin/workflows/tasks/index/",
    *(f"/admin/reports/{report}/" for report in ("locked", "workflow", "workflow_tasks", "site-history", "aging-pages", "page-types-usage")),
    "/admin/sites/",
    "/admin/users/",
    "/admin/users/new/",
    "/admin/users/edit/{USER}/",
    "/admin/groups/",
    "/admin/groups/new/",
)
NOTHING = dict.fromkeys(("OPINION", "CLAUSE", "DUTY", "TRASHED", "REPEALED", "AMENDED", "UNKNOWN", "PAGE"), "0") | {
    "SECTION": "00000000-0000-4000-8000-000000000000"
}  # what an empty store lacks


def _accounts() -> None:
    """Accounts, and the note that the sample set need not be loaded."""
    from django.core.management import call_command

    from cms.home import samples
    from policy_docs.jobs import Job

    call_command("migrate", verbosity=0, interactive=False)
    if not Job.objects.filter(kind=samples.JOB).exists():
        samples.begin()
        Job.objects.create(kind=samples.JOB, state=Job.State.DONE)


def _of_all() -> dict[str, str]:
    """Keys that every store has."""
    from cms.accounts.models import User
    from policy_docs.opinions.actions import index_page
    from policy_docs.topics.models import Topic
    from policy_docs.units.models import MemberUnit, UnitAlias

    return {
        "TOPIC": str(Topic.objects.get(key="m_exit_ban").pk),
        "ROOT": str(index_page().pk),
        "ALIAS": str(UnitAlias.objects.latest("pk").pk),
        "MEMBER": str(MemberUnit.objects.earliest("pk").pk),
        "USER": str(User.objects.get(username="trial-gongan").pk),
    }


def _of_full() -> dict[str, str]:
    """One of each state beside what the sample set holds: an import, a batch, a removal that was asked for, a document in the trash, an input set aside."""
    from cms.accounts.models import User
    from policy_docs.directory.models import ConfirmationRound, DirectoryUpload
    from policy_docs.duties.models import Duty, UnknownUnitName
    from policy_docs.opinions import bulk
    from policy_docs.opinions.many import Verb
    from policy_docs.opinions.models import SetAside
    from policy_docs.opinions.pages import OpinionPage
    from policy_docs.opinions.removing import ask
    from policy_docs.units.events import ReformEvent
    from policy_docs.units.models import Body
    from tests.factories.imports import upload
    from tests.factories.removing import trashed

    office = User.objects.get(username="trial-xietiao")
    pages = list(OpinionPage.objects.live().order_by("pk"))
    page = max(pages, key=lambda one: len(one.body.raw_data))
    duty = Duty.objects.filter(clause__opinion=page).exclude(role="mention").select_related("clause").earliest("pk")
    repealed = OpinionPage.objects.exclude(repealed_on=None).first() or page
    amended = max(pages, key=lambda one: one.versions.count())
    gone, asked = [one for one in pages if one not in (page, repealed, amended)][-2:]
    upload_ = DirectoryUpload.objects.first() or DirectoryUpload.objects.create(name="通讯录.xlsx")
    return {
        "OPINION": page.public_key,
        "PAGE": str(page.pk),
        "SECTION": page.body.raw_data[0]["id"],
        "CLAUSE": duty.clause.public_key,
        "DUTY": str(duty.pk),
        "REPEALED": repealed.public_key,
        "AMENDED": amended.public_key,
        "TRASHED": trashed(gone, reason="重复收录").opinion.public_key,
        "REMOVAL": str(ask(asked, actor=office, reason="收录有误").pk),
        "REFORM": ReformEvent.objects.latest("pk").public_key,
        "BODY": str(Body.objects.earliest("pk").pk),
        "ROUND": str(ConfirmationRound.objects.latest("pk").pk),
        "UPLOAD": upload_.public_key,
        "IMPORT": upload(office).public_key,
        "DEED": str(bulk.ask(bulk.new_key(), [(page.public_key, "x")], verb=Verb.VALIDITY, value="", actor=office)[0].key),
        "INPUT": str(SetAside.objects.create(opinion=page, user=office, started_from=[None, None, False]).pk),
        "UNKNOWN": str(UnknownUnitName.objects.earliest("pk").pk),
    }


if __name__ == "__main__":
    import django

    django.setup()
    if sys.argv[1] == "accounts":
        _accounts()
        print("{}")
    else:
        print(json.dumps(_of_all() | (_of_full() if sys.argv[1] == "full" else NOTHING)))
