"""The sample set: fictional places, units, documents, decisions and accounts with which a new installation shows what it can do.

The documents come in by the same import as any other, the decisions by the same actions. Nothing here touches what an installation holds.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import policy_docs.importing
from cms.accounts.models import Role, User
from policy_docs.directory import actions as directory
from policy_docs.directory import asking, members
from policy_docs.directory.models import DirectoryEntry
from policy_docs.directory.people import Person, Wanted
from policy_docs.duties import actions
from policy_docs.duties.models import Duty
from policy_docs.duties.types import Role as DutyRole
from policy_docs.importing.report import FileReport
from policy_docs.importing.run import run
from policy_docs.importing.sources.detect import files_in
from policy_docs.jobs import Job
from policy_docs.opinions.models import ClauseText, OpinionVersion
from policy_docs.opinions.pages import OpinionPage
from policy_docs.topics import tagging
from policy_docs.topics.forest import load_forest
from policy_docs.topics.models import ClauseTopic
from policy_docs.units.aliases import add_places
from policy_docs.units.models import Body, MemberUnit
from policy_docs.units.types import Level, Place

FOLDER = Path(policy_docs.importing.__file__).parent / "samples"
PASSWORD = "liandong-2026"  # noqa: S105 - the trial accounts' password, told to everybody; they exist in trials only
JOB = "samples"


class SamplesRefused(Exception):
    """The sample set is not loaded; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """A trial account: how to sign in and whose it is."""

    username: str
    name: str
    role: str
    post: str


def load(*, password: str = PASSWORD) -> list[FileReport]:
    """Load the sample set and return a report for each file; a second time changes nothing.

    A load that was broken off goes on where it stopped: the row of the job says whether it has ended.

    Raises:
        SamplesRefused: the installation already holds documents of its own.
    """
    job = Job.objects.filter(kind=JOB).order_by("-pk").first()
    if job is not None and job.state == Job.State.DONE:
        return []
    if job is None and OpinionPage.objects.exists():
        raise SamplesRefused(_("没有载入示例：本库已有文件。示例只装入空库，以免与正式数据混在一起。"))
    job = job or Job.objects.create(kind=JOB, state=Job.State.RUNNING)
    officer = begin(password=password)
    reports = list(run(files_in([FOLDER / "documents"]), actor=officer))
    _fill_directory(officer)
    for row in _rows("decisions"):
        _decide(row, officer)
    _change_body(officer)
    reports += run(files_in([FOLDER / "corrected"]), actor=officer)  # a corrected text of a checked document: some duties are to be checked again
    for row in _rows("topics"):
        _decide_topics(row, officer)
    job.state, job.total, job.done = Job.State.DONE, len(reports), len(reports)
    job.save()
    return reports


def begin(*, password: str = PASSWORD) -> User:
    """Add places, member units and accounts of the sample set that are not there yet; return the officer who decides in it."""
    add_places(tuple(Place(row["code"], row["name"], tuple(row["short_names"].split()), Level(row["level"]), row["parent"]) for row in _rows("places")))
    _add_members()
    return _add_users(password)


def accounts() -> list[Account]:
    """Return the trial accounts that still have the trial password, in the order of the file."""
    rows = list(_rows("users"))
    users = {user.username: user for user in User.objects.filter(username__in=[row["username"] for row in rows], is_active=True)}
    open_to_all = {encoded for encoded in {user.password for user in users.values()} if check_password(PASSWORD, encoded)}  # all have one hash: checked once
    return [
        Account(user.username, user.display_name, str(Role(user.role).label), row["post"])
        for row in rows
        if (user := users.get(row["username"])) and user.password in open_to_all
    ]


def _rows(name: str) -> Iterator[dict[str, str]]:
    lines = [line for line in (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    head = lines[0].split("\t")
    for line in lines[1:]:
        yield dict(zip(head, line.split("\t"), strict=True))


def _add_members() -> None:
    for row in _rows("members"):
        names = {"name": row["name"], "former_names": row["former_names"]}
        MemberUnit.objects.get_or_create(kind_id=row["kind"], jurisdiction_id=row["place"], defaults=names)


@transaction.atomic
def _add_users(password: str) -> User:
    """Add the accounts that are not there yet; return the one of the coordination office, which decides."""
    encoded = make_password(password)
    for row in _rows("users"):
        values = {"display_name": row["name"], "role": row["role"], "unit_kind": row["unit_kind"], "place": row["place"], "password": encoded}
        User.objects.get_or_create(username=row["username"], defaults=values)
    return User.objects.get(username=next(row["username"] for row in _rows("users") if row["role"] == Role.COORDINATION))


def _change_body(officer: User) -> None:
    """One member has left the joint meeting, one has joined, a line was read twice: what persons do to a list beside what was read."""
    body = Body.objects.get(opinion__source_name="prefecture_2021")
    if body.revision:
        return  # a load that goes on where it stopped
    water = body.memberships.get(kind="water")
    until = datetime.date(2023, 12, 31)
    members.change_member(body, water.pk, replace(members.given_of(water), until=until), reason=_("联席会议2023年第4次会议决定"), seen=0, actor=officer)
    since = datetime.date(2024, 1, 1)
    members.add_member(body, members.Given("veterans", "", since), reason=_("联席会议2023年第4次会议决定"), seen=1, actor=officer)
    double = Body.objects.get(opinion__source_name="province_2017")
    row = double.memberships.filter(kind="court").order_by("-pk")[0]
    members.drop_member(double, row.pk, dropped=True, reason=_("办公室所在单位，名单里已有"), seen=0, actor=officer)


def _fill_directory(officer: User) -> None:
    """Let units join, write who answers for them, be asked for the yearly confirmation; some have confirmed."""
    units: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in _rows("directory"):
        units.setdefault((row["kind"], row["place"]), []).append(row)
    if DirectoryEntry.objects.exists():
        return  # a load that goes on where it stopped
    with transaction.atomic():
        for (kind, code), rows in units.items():
            directory.add_entries([kind], code, actor=officer)
            _write_contacts(_entry(kind, code), [row for row in rows if row["role"]], _keeper(kind, code, officer))
        today = timezone.localdate()
        for code, days in (("990121", 0), ("990122", 30), ("990100", 30)):
            asking.open_round(asking.Scope(code, below=False), year=today.year, deadline=today + datetime.timedelta(days=days), actor=officer)
        for (kind, code), rows in units.items():
            if any(row["confirmed"] for row in rows):
                entry = _entry(kind, code)
                directory.confirm_unchanged(entry, seen=entry.revision, actor=_keeper(kind, code, officer))


def _entry(kind: str, code: str) -> DirectoryEntry:
    return DirectoryEntry.objects.get(kind=kind, jurisdiction=code)


def _keeper(kind: str, code: str, officer: User) -> User:
    return User.objects.filter(role=Role.LIAISON, unit_kind=kind, place=code).first() or officer


def _write_contacts(entry: DirectoryEntry, rows: list[dict[str, str]], writer: User) -> None:
    directory.save_contacts(entry, seen=entry.revision, wanted=[Wanted(_person(row)) for row in rows], actor=writer)
    entry.refresh_from_db()
    gone = {row["name"]: datetime.date.fromisoformat(row["left"]) for row in rows if row["left"]}
    leaving = [Wanted(directory.person_of(row), row.pk, gone[row.name]) for row in entry.contacts.filter(name__in=gone)]
    directory.save_contacts(entry, seen=entry.revision, wanted=leaving, actor=writer)


def _person(row: dict[str, str]) -> Person:
    since = datetime.date.fromisoformat(row["since"]) if row["since"] else None
    return Person(row["role"], row["name"], row["post"], row["office_phone"], row["mobile"], since)


def _decide(row: dict[str, str], actor: User) -> None:
    """Apply one line of decisions to the suggestions that nobody has touched."""
    version = OpinionVersion.objects.filter(opinion__source_name=row["document"], number=1)
    found = Duty.objects.filter(clause__texts__version__in=version, state=Duty.State.SUGGESTED, by_hand=False).exclude(role=DutyRole.MENTION.value)
    if row["path"] != "*":
        texts = ClauseText.objects.filter(version__in=version)
        found = found.filter(clause__in=[text.clause_id for text in texts if "/".join(text.path) == row["path"]])
    if row["kind"] != "*":
        found = found.filter(kind=row["kind"])
    if row["decision"] in (Duty.State.CONFIRMED, Duty.State.REJECTED):
        actions.decide(list(found), state=Duty.State(row["decision"]), actor=actor)
        return
    for duty in found:
        actions.change(duty, actor=actor, role=DutyRole(row["decision"]))


def _decide_topics(row: dict[str, str], actor: User) -> None:
    """Apply one line of decisions to the suggestions of topics that nobody has touched."""
    forest = load_forest()
    found = ClauseTopic.objects.filter(opinion__source_name=row["document"], state=ClauseTopic.State.SUGGESTED)
    if row["topic"] != "*":
        found = found.filter(tag__in=[node.pk for node in forest.branch(forest.by_key[row["topic"]].pk)])
    tagging.decide(list(found), state=ClauseTopic.State(row["decision"]), actor=actor)
