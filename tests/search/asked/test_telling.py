"""Telling the office what is missing: who may, what is kept of it, and settling it."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from cms.accounts.models import Role, User
from cms.audit.models import AuditEntry
from search.asked.models import Missed
from search.asked.telling import NothingToTell, tell
from search.engines.base import Engine
from search.index.rebuild import rebuild

pytestmark = pytest.mark.django_db
QUERIES = 20  # of the list, however long it is


def user(role: str, name: str = "") -> User:
    return User.objects.create(username=name or role, role=role)


def client(of: User) -> Client:
    signed_in = Client()
    signed_in.force_login(of, backend="django.contrib.auth.backends.ModelBackend")
    return signed_in


def said(answer: object) -> str:
    return "".join(str(message) for message in get_messages(answer.wsgi_request))  # type: ignore[attr-defined]


def test_an_empty_result_offers_it_to_those_who_signed_in(site_engine: Engine) -> None:
    rebuild(site_engine)
    page = reverse("search:results")
    asked = {"q": "查无此词", "typed": "1"}
    html = client(user(Role.LIAISON)).get(page, asked).content.decode()
    assert reverse("search:missed") in html
    assert reverse("search:missed") not in Client().get(page, asked).content.decode()


def test_what_is_told_is_kept_once_and_without_persons_and_numbers() -> None:
    liaison = client(user(Role.LIAISON))
    answer = liaison.post(reverse("search:missed"), {"q": "王小明 530102199001011234 限制出境"})
    assert answer["Location"].startswith(reverse("search:results"))
    row = Missed.objects.get()
    assert (row.text, row.settled_at) == ("〔人名〕 〔号码〕 限制出境", None)
    assert "已告诉文件管理员" in said(answer)
    entry = AuditEntry.objects.get(action="search.missed")
    assert "530102199001011234" not in entry.label
    assert "已经反映过" in said(liaison.post(reverse("search:missed"), {"q": "王小明 530102199001011234 限制出境"}))
    assert Missed.objects.count() == 1


@pytest.mark.parametrize("text", ["", "  ", "很" * 41])
def test_nothing_and_pasted_texts_are_not_sent(text: str) -> None:
    answer = client(user(Role.LIAISON)).post(reverse("search:missed"), {"q": text})
    assert "没有发送" in said(answer)
    assert not Missed.objects.exists()


def test_one_sender_has_so_many_open_ones() -> None:
    sender = user(Role.LIAISON)
    Missed.objects.bulk_create(Missed(text=f"词{number}", sent_by=sender) for number in range(50))
    with pytest.raises(NothingToTell):
        tell("再来一个", actor=sender)
    assert tell("别人的", actor=user(Role.LEADER))


def test_the_office_lists_and_settles_it_and_others_do_not() -> None:
    sender, office = user(Role.LIAISON), client(user(Role.COORDINATION))
    tell("林地流转", actor=sender)
    row, page = Missed.objects.get(), f"{reverse('search:asked')}?told=1"
    html = office.get(page).content.decode()
    assert "林地流转" in html
    assert str(sender) in html
    assert client(sender).get(page).status_code == 403
    assert client(sender).post(reverse("search:missed_settled"), {"row": row.pk}).status_code == 403
    assert "已办结“林地流转”" in said(office.post(reverse("search:missed_settled"), {"row": row.pk}))
    assert "已经办结" in said(office.post(reverse("search:missed_settled"), {"row": row.pk}))
    assert AuditEntry.objects.filter(action="search.missed_settled").count() == 1
    assert "没有待办结的反映" in office.get(page).content.decode()
    assert tell("林地流转", actor=sender)  # again, since it was settled


def test_a_long_list_costs_no_more_queries(django_assert_max_num_queries: object) -> None:
    office = client(user(Role.COORDINATION))
    for number in range(60):
        Missed.objects.create(text=f"词{number}", sent_by=user(Role.LIAISON, f"u{number}"))
    with django_assert_max_num_queries(QUERIES):  # type: ignore[operator]
        html = office.get(f"{reverse('search:asked')}?told=1").content.decode()
    assert "told=1&amp;page=2" in html
