"""What a person does on the screens of the import."""

from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from policy_docs.importing.models import ImportFile
from policy_docs.opinions.models import OpinionVersion
from policy_docs.opinions.pages import OpinionPage


def signed_in(client: Client, user: User) -> Client:
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def me() -> User:
    return User.objects.get(username="李静")


def address(row: ImportFile) -> str:
    return reverse("policy_docs:import", args=[row.public_key])


def post(client: Client, row: ImportFile, verb: str, **values: str) -> "Client.response":  # type: ignore[name-defined]
    row.refresh_from_db()
    return client.post(address(row), {"seen": str(row.revision), "verb": verb} | values)


def texts_of(page: OpinionPage, number: int = 0) -> str:
    """The words of a published text, the newest unless a number is given."""
    versions = page.versions.filter(state=OpinionVersion.State.PUBLISHED)
    version = versions.get(number=number) if number else versions.order_by("-number")[0]
    return "\n".join(version.texts.order_by("order").values_list("text", flat=True))
