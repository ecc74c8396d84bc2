"""The sample set: fictional places, documents and accounts with which a new installation shows what it can do.

The documents come in by the same import as any other. Nothing here touches what an installation already holds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Q
from django.utils.translation import gettext as _

import policy_docs.importing
from cms.accounts.models import Role, User
from policy_docs.duties.actions import decide
from policy_docs.duties.models import Duty
from policy_docs.importing.report import FileReport
from policy_docs.importing.run import run
from policy_docs.importing.sources.detect import files_in
from policy_docs.opinions.pages import OpinionPage
from policy_docs.units.aliases import add_places
from policy_docs.units.types import Level, Place

FOLDER = Path(policy_docs.importing.__file__).parent / "samples"
PASSWORD = "liandong-2026"  # noqa: S105 - the trial accounts' password, told to everybody; they exist in trials only
_CHECKED = ("国执联发〔2016〕6号", "岭委法发〔2025〕4号", "澜政法发〔2018〕3号")  # documents whose duties come checked


class SamplesRefused(Exception):
    """The sample set is not loaded; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Account:
    """A trial account: how to sign in and whose it is."""

    username: str
    name: str
    role: str
    post: str


def _rows(name: str) -> Iterator[dict[str, str]]:
    lines = [line for line in (FOLDER / name).read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    head = lines[0].split("\t")
    for line in lines[1:]:
        yield dict(zip(head, line.split("\t"), strict=True))


def is_loaded() -> bool:
    """Say whether the sample set was loaded before, also where some of it has been taken away since."""
    return User.objects.filter(username__in=[row["username"] for row in _rows("users.tsv")]).exists()


def accounts() -> list[Account]:
    """Return the trial accounts that still have the trial password, in the order of their roles."""
    users = {user.username: user for user in User.objects.filter(username__in=[row["username"] for row in _rows("users.tsv")], is_active=True)}
    return [
        Account(user.username, user.display_name, user.get_role_display(), row["post"])
        for row in _rows("users.tsv")
        if (user := users.get(row["username"])) and user.check_password(PASSWORD)
    ]


def load() -> list[FileReport]:
    """Load places, documents, decisions and accounts; a second time changes nothing.

    Raises:
        SamplesRefused: the installation already holds documents of its own.
    """
    if is_loaded():
        return []
    if OpinionPage.objects.exists():
        raise SamplesRefused(_("没有载入示例：本库已有文件。示例只装入空库，以免与正式数据混在一起。"))
    add_places(tuple(_places()))
    reports = list(run(files_in([FOLDER]), actor=None))
    users = {user.username: user for user in _users()}
    _decide(users["xietiao"])
    return reports


def _places() -> Iterator[Place]:
    for row in _rows("places.tsv"):
        yield Place(row["code"], row["name"], tuple(row["short_names"].split()), Level(row["level"]), row["parent"])


def _users() -> Iterator[User]:
    for row in _rows("users.tsv"):
        user = User(username=row["username"], display_name=row["name"], role=Role(row["role"]), unit_kind=row["unit_kind"], place=row["place"])
        user.set_password(PASSWORD)
        user.save()
        yield user


def _decide(actor: User) -> None:
    """Confirm the duties of some documents, reject one, so that each state is to be seen."""
    suggested = Duty.objects.exclude(role="mention").filter(state=Duty.State.SUGGESTED)
    doubtful = suggested.filter(kind="grassroots", clause__opinion__document_number="澜政法发〔2021〕7号")[:1]
    decide(list(doubtful), state=Duty.State.REJECTED, actor=actor)
    checked = suggested.filter(Q(clause__opinion__document_number__in=_CHECKED) & ~Q(implicit=True))
    decide(list(checked), state=Duty.State.CONFIRMED, actor=actor)
