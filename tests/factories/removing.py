"""Documents on their way into the trash."""

from cms.accounts.models import Role, User
from policy_docs.opinions.pages import OpinionPage
from policy_docs.opinions.removing import approve, ask
from policy_docs.opinions.trashed import RemovalRequest, Trashed


def office(name: str = "li", role: str = Role.COORDINATION) -> User:
    """One of the coordination office, or of another role."""
    return User.objects.get_or_create(username=name, defaults={"display_name": name, "role": role})[0]


def trashed(page: OpinionPage, *, reason: str = "重复收录") -> Trashed:
    """Put a document into the trash as two persons do."""
    done = ask(OpinionPage.objects.get(pk=page.pk), actor=office("asker"), reason=reason)
    if isinstance(done, RemovalRequest):
        approve(done.pk, actor=office("approver"))
    return Trashed.objects.get(opinion=page)
