"""The page before publication, as a browser uses it."""

from typing import Any

from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from policy_docs.opinions.pages import OpinionPage


def address(page: OpinionPage) -> str:
    return reverse("opinion_publish", args=[page.pk])


def asked(client: Client, page: OpinionPage) -> dict[str, str]:
    """The form of the page before publication as a browser would send it."""
    answer = client.get(address(page))
    assert answer.status_code == 200, answer.status_code
    form = BeautifulSoup(answer.content, "html.parser").select_one("form#publish")
    assert form is not None
    found = {str(tag["name"]): str(tag.get("value", "")) for tag in form.select("input[type=hidden], input[type=date], input[type=text]")}
    return found | {str(tag["name"]): str(tag["value"]) for tag in form.select("input[type=radio][checked]")}


def say(client: Client, page: OpinionPage, **values: str) -> Any:
    """Publish by the page that asks; a correction unless something else is said."""
    return client.post(address(page), {**asked(client, page), "deed": "publish", "manner": "correction", **values})
