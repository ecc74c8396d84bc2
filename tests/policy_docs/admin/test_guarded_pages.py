"""Two people at one page without an editor of its own: the second is told, keeps what it wrote and takes over what it left alone."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.admin.viewsets.pages import page_viewset_registry
from wagtail.models import Page, get_page_models
from wagtail.snippets.models import get_snippet_models

from cms.home.models import HomePage
from policy_docs.admin.editing import StaleGuard
from policy_docs.admin.guarded import GuardedEditView
from policy_docs.admin.guarded_pages import GuardedPageEditView
from policy_docs.opinions.pages import OpinionPage
from tests.policy_docs.admin.test_conflicts import opened, signed_in

pytestmark = pytest.mark.django_db

Form = dict[str, Any]
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def page() -> HomePage:
    return HomePage.objects.get()


def edit(page: Page, view: str = "edit", *key: int) -> str:
    return reverse(f"wagtailadmin_pages:{view}", args=[page.pk, *key])


def newest(page: HomePage) -> HomePage:
    found: HomePage = HomePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    return found


def read_back(answer: Any) -> Form:
    form = answer.context["form"]
    return {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}


def saved(client: Client, page: HomePage, data: Form) -> None:
    assert client.post(edit(page), data).status_code == 302


def test_every_form_of_a_page_or_row_is_guarded() -> None:
    assert reverse("wagtailadmin_home")  # the viewsets are registered with the addresses
    for model in get_page_models():
        found = page_viewset_registry.get_by_type(model)
        guard = StaleGuard if model is OpinionPage else GuardedPageEditView
        assert issubclass(found.edit_view_class, guard), model
        assert issubclass(found.revisions_revert_view_class, guard), model
    assert get_snippet_models()
    for model in get_snippet_models():
        assert issubclass(model.snippet_viewset.edit_view_class, GuardedEditView), model


@pytest.mark.parametrize("deed", [{}, {"action-publish": "1"}])
def test_a_stale_save_or_publish_loses_nothing(page: HomePage, deed: Form) -> None:
    first, second = signed_in("李静"), signed_in("王强")
    theirs, mine = opened(first, edit(page)), opened(second, edit(page))
    saved(first, page, theirs | {"title": "首页甲", "seo_title": "标签甲"})

    told = second.post(edit(page), mine | {"title": "首页乙", "search_description": "说明乙"} | deed)
    assert told.status_code == 409
    shown = told.content.decode()
    assert "李静于" in shown
    assert "他人已改为“首页甲”" in shown
    assert "他人已改为“标签甲”，已经替您更新。" in shown
    assert (newest(page).title, newest(page).search_description, HomePage.objects.get().title) == ("首页甲", "", page.title)

    again = read_back(told)
    assert (again["title"], again["seo_title"], again["search_description"]) == ("首页乙", "标签甲", "说明乙")
    answer = second.post(edit(page), mine | again | deed)
    assert answer.status_code == 302
    now = HomePage.objects.get() if deed else newest(page)
    assert (now.title, now.seo_title, now.search_description) == ("首页乙", "标签甲", "说明乙")


def test_a_save_by_itself_goes_on_and_stops_where_somebody_else_has_saved(page: HomePage) -> None:
    first, second = signed_in("李静"), signed_in("王强")
    theirs, mine = opened(first, edit(page)), opened(second, edit(page))
    answer = first.post(edit(page), theirs | {"title": "首页甲"}, **JSON).json()
    assert answer["success"]
    theirs |= answer["field_updates"] | {"title": "首页甲甲", "overwrite_revision_id": str(answer["revision_id"])}
    again = first.post(edit(page), theirs, **JSON).json()
    assert again["revision_id"] == answer["revision_id"]
    stopped = second.post(edit(page), mine | {"title": "首页乙"}, **JSON)
    assert (stopped.status_code, stopped.json()["error_code"]) == (400, "invalid_revision")
    assert newest(page).title == "首页甲甲"
    assert second.post(edit(page), mine | {"title": "首页乙"}).status_code == 409
    saved(first, page, theirs | again["field_updates"] | {"title": "首页丙"})
    assert newest(page).title == "首页丙"


def test_an_earlier_revision_is_put_back_over_the_draft_that_was_seen(page: HomePage) -> None:
    first, second = signed_in("李静"), signed_in("王强")
    saved(first, page, opened(first, edit(page)) | {"title": "首页一"})
    old = newest(page).latest_revision_id
    assert old is not None
    saved(first, page, opened(first, edit(page)) | {"title": "首页二"})
    address = edit(page, "revisions_revert", old)
    form = opened(second, address)
    assert form["title"] == "首页一"
    saved(first, page, opened(first, edit(page)) | {"title": "首页三"})
    told = second.post(address, form)
    assert told.status_code == 409
    assert "他人已改为“首页三”" in told.content.decode()
    assert newest(page).title == "首页三"
    assert second.post(address, form | read_back(told)).status_code == 302
    assert newest(page).title == "首页一"


def test_times_are_compared_as_the_form_writes_them(page: HomePage) -> None:
    first, second = signed_in("李静"), signed_in("王强")
    saved(first, page, opened(first, edit(page)) | {"expire_at": "2030-05-01 09:30"})
    mine = opened(second, edit(page))
    assert mine["expire_at"] == "2030-05-01 09:30"
    saved(first, page, opened(first, edit(page)) | {"expire_at": "2031-05-01 09:30"})
    told = second.post(edit(page), mine | {"title": "首页乙"})
    assert "他人已改为“2031-05-01 09:30”，已经替您更新。" in told.content.decode()
