"""Documents whose duties people have checked."""

from pathlib import Path

from cms.accounts.models import User
from policy_docs.duties.actions import decide
from policy_docs.duties.models import Duty
from policy_docs.opinions.pages import OpinionPage

from .opinions import import_text


def confirmed(folder: Path, name: str, text: str, *, actor: User) -> OpinionPage:
    """Import a text that is open to the public, and confirm each of its duties by itself."""
    page = import_text(folder, name, text)
    OpinionPage.objects.filter(pk=page.pk).update(disclosure=OpinionPage.Disclosure.OPEN)
    for duty in Duty.objects.filter(opinion=page).exclude(role="mention"):
        decide([duty], state=Duty.State.CONFIRMED, actor=actor)
    return OpinionPage.objects.get(pk=page.pk)
