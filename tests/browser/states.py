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
    "/opinions/{OPINION}/?on=1900-01-01",
    "/compare/?q=执行",
    "/compare/?q=查无此词甲乙丙",
    "/compare/?place=990000&place=990100&place=990121",
    "/compare/?doc={OPINION}&doc={REPEALED}&doc={OTHER}",
    "/compare/clauses/?doc={OPINION}&doc={OTHER}&unit=public_security",
    "/compare/clauses/?doc={OPINION}&doc={OTHER}&unit=public_security&only=missing",
    "/compare/clauses/?place=990000&place=990100&topic=xian-zhi-chu-jing",
    "/opinions/{AMENDED}/?on=2025-06-01",
    "/opinions/{DRAFT}/",
    "/opinions/{DRAFT}/delete/",
    "/opinions/{REVIEWED}/",
    "/opinions/{REPEALED}/",
    "/opinions/{TRASHED}/",
    "/opinions/nosuchkey1/",
    "/opinions/{OPINION}/d/999999/",
    "/trash/{TRASHED}/",
    "/trash/requests/999999/",
    "/review/?q=查无此词甲乙丙",
    "/review/?state=zzz&page=abc&doc=nosuch",
    "/recent/?since=30",
    "/recent/?since=abc",
    "/aging/?of=issued-1",
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
    "/imports/{IMPORT}/?at=4",
    "/compare/handovers/?unit=court",
    "/compare/handovers/?q=查无此词甲乙丙",
    "/compare/handovers/list/?giver=public_security&receiver=court",
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
    "/admin/pages/add/policy_docs/opinionpage/{ROOT}/",
    *(f"/admin/pages/{{AMENDED_PAGE}}/{what}" for what in ("edit/", "history/", "revisions/compare/earliest...latest/", "view_draft/")),
    "/admin/opinions/{AMENDED_PAGE}/outline/",
    "/admin/opinions/{AMENDED_PAGE}/publish/",
    *(f"/admin/opinions/{{AMENDED_PAGE}}/shape/?block={{AMENDED_BLOCK}}&do={deed}" for deed in ("insert", "split", "merge", "move", "recast", "renumber")),
    "/admin/pages/{DRAFT_PAGE}/edit/",
    "/admin/opinions/{DRAFT_PAGE}/publish/",
    "/admin/pages/{REVIEWED_PAGE}/edit/",
    "/admin/opinions/{REVIEWED_PAGE}/outline/",
    "/admin/opinions/{REVIEWED_PAGE}/publish/",
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
LACKING = "OPINION CLAUSE DUTY TRASHED REPEALED OTHER AMENDED AMENDED_PAGE AMENDED_BLOCK DRAFT DRAFT_PAGE REVIEWED REVIEWED_PAGE UNKNOWN PAGE IMPORT"
NOTHING = dict.fromkeys(LACKING.split(), "0") | {"SECTION": "00000000-0000-4000-8000-000000000000"}  # what an empty store lacks


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
        "532300": "990100",  # the place of the matrix is not one of the sample set
        "ROOT": str(index_page().pk),
        "ALIAS": str(UnitAlias.objects.latest("pk").pk),
        "MEMBER": str(MemberUnit.objects.earliest("pk").pk),
        "USER": str(User.objects.get(username="trial-gongan").pk),
    }


if __name__ == "__main__":
    import django

    django.setup()
    from .full import of_full

    if sys.argv[1] == "accounts":
        _accounts()
        print("{}")
    else:
        print(json.dumps(_of_all() | (of_full() if sys.argv[1] == "full" else NOTHING)))
