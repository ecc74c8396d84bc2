"""Everyday words: what people type leads to what official texts say, and the office keeps the list."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import Role, User
from search.engines.base import Engine
from search.index.rebuild import rebuild
from search.query.lexicon import SAME_SOUND, Near
from search.query.names import known_names
from search.query.offered import trade_words
from search.query.parse import parse
from search.words.models import EverydayWord
from search.words.store import current_words, load_words
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db

TEXT = """云政法发〔2019〕3号
云南省关于协助执行的意见
一、职责
（一）公安机关应当协助人民法院限制被执行人出境。
（二）民航单位应当按照限制消费令停止售票。
"""


def of_role(role: str) -> Client:
    client = Client()
    client.force_login(User.objects.create(username=role, role=role), backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def office() -> Client:
    return of_role(Role.COORDINATION)


def synonyms(text: str) -> tuple[str, ...]:
    return parse(text).ideas[0].synonyms


def form(**values: object) -> dict[str, object]:
    return {"word": "跑路躲债", "official": "规避执行\n逃避执行", "reason": "俗语", "active": "on", **values}


def added(office: Client, **values: object) -> str:
    return office.post(reverse("wagtailsnippets_search_everydayword:add"), form(**values), follow=True).content.decode()


def test_the_file_that_comes_along_is_loaded_once_and_leaves_edits_alone() -> None:
    assert EverydayWord.objects.count() > 50
    assert load_words() == (0, 0)
    row = EverydayWord.objects.get(word="老赖")
    row.official = ["失信被执行人"]
    row.save()
    EverydayWord.objects.filter(word="限高").update(seeded={"official": ["限制消费"], "reason": "旧"}, official=["限制消费"], reason="旧")
    EverydayWord.objects.filter(word="过户").delete()
    assert load_words() == (1, 1)  # the lost one, and the one that only the file has changed since
    assert EverydayWord.objects.get(word="老赖").official == ["失信被执行人"]
    assert EverydayWord.objects.get(word="限高").official != ["限制消费"]


def test_official_words_are_what_a_mistyped_one_may_have_meant_and_short_ones_of_speech_by_sound() -> None:
    assert Near("下落不明", SAME_SOUND) in trade_words(known_names(), current_words()).near("下洛不明")
    near = trade_words(known_names(), current_words().with_word("黄了", ["破产"])).near
    assert "黄了" not in {one.word for one in near("换了")}
    assert Near("黄了", SAME_SOUND) in near("皇了")


def test_an_edit_holds_for_the_next_question() -> None:
    assert "失信被执行人" in synonyms("老赖")
    row = EverydayWord.objects.get(word="老赖")
    row.official = ["失信人员"]
    row.save()
    assert synonyms("老赖") == ("失信人员",)
    row.active = False
    row.save()
    assert all(not idea.synonyms for idea in parse("老赖").ideas)


def test_the_office_adds_a_word_that_is_taken_whole(office: Client) -> None:
    assert "跑路躲债" not in [idea.word for idea in parse("跑路躲债怎么办").ideas]
    added(office)
    assert parse("跑路躲债怎么办").ideas[0].synonyms == ("规避执行", "逃避执行")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"word": "跑"}, "两个字以上"), ({"word": "老 赖"}, "已经有了"), ({"official": " \n "}, "至少写一个"), ({"official": "跑路躲债"}, "不起作用"),
        ({"official": "\n".join(f"词语{n}" for n in range(13))}, "最多写 12 个"), ({"official": "很" * 60}, "太长"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_reason(office: Client, values: dict[str, object], said: str) -> None:
    before = EverydayWord.objects.count()
    assert said in added(office, **values)
    assert EverydayWord.objects.count() == before


def test_two_of_the_office_at_once(office: Client) -> None:
    row = EverydayWord.objects.get(word="老赖")
    address = reverse("wagtailsnippets_search_everydayword:edit", args=[row.pk])
    opened = office.get(address).context["form"]["opened_with"].value()
    row.official = ["失信人员"]
    row.save()
    shown = office.post(address, form(word="老赖", official="拒不履行", opened_with=opened), follow=True).content.decode()
    row.refresh_from_db()
    assert row.official == ["失信人员"]
    assert "拒不履行" in shown


def test_only_the_office_keeps_them() -> None:
    for role, status in ((Role.SYSTEM_ADMIN, 302), (Role.LIAISON, 403)):
        assert of_role(role).get(reverse("wagtailsnippets_search_everydayword:list")).status_code == status


def test_trying_out_shows_both_answers_and_saves_nothing(office: Client, site_engine: Engine, tmp_path: Path) -> None:
    opinion(tmp_path, "a", TEXT)
    rebuild(site_engine)
    asked = {"word": "禁飞名单", "official": "限制消费令", "active": "true", "q": "", "was": ""}
    answer = office.get(reverse("everyday_word_try"), asked)
    tried = answer.context["tried"]
    assert [row.text.text for row in tried.after.rows] == ["民航单位应当按照限制消费令停止售票。"]
    assert tried.new == {tried.after.rows[0].hit.key}
    assert "新出现" in answer.content.decode()
    assert not EverydayWord.objects.filter(word="禁飞名单").exists()
    parts = office.get(reverse("everyday_word_try"), {**asked, "word": "禁飞/停飞 ＋ 名单"}).context["tried"]
    assert parts.after.parsed.ideas[0].word == "禁飞…名单"
    off = office.get(reverse("everyday_word_try"), {**asked, "word": "老赖", "was": "老赖", "q": "老赖", "active": "false"})
    assert off.status_code == 200
    assert "不再" not in off.content.decode()
    assert "禁飞名单" not in current_words()


@pytest.mark.parametrize(("asked", "status"), [({"q": " "}, 400), ({"q": "\x00"}, 400), ({"q": "，。"}, 400), ({"q": "长" * 300}, 400)])
def test_odd_questions_of_a_tryout(office: Client, site_engine: Engine, asked: dict[str, str], status: int) -> None:
    rebuild(site_engine)
    assert office.get(reverse("everyday_word_try"), asked).status_code == status


def test_a_tryout_without_an_index_says_so(office: Client, site_engine: Engine) -> None:
    answer = office.get(reverse("everyday_word_try"), {"q": "老赖"})
    assert answer.status_code == 503
    assert "暂时不能试" in answer.content.decode()
