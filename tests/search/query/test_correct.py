"""Did you mean: what is taken for mistyped, what is offered instead, and to whom."""

import datetime
from collections.abc import Collection
from pathlib import Path

import pytest

from cms.accounts.models import Role
from cms.accounts.viewer import PUBLIC, Viewer
from search.engines.base import Engine
from search.index.rebuild import rebuild
from search.query.correct import Corrected, Finding, correct
from search.query.lexicon import NEAR_SOUND, ONE_OFF, SAME_SOUND, SWAPPED, Lexicon, Near, Titles
from search.query.names import known_names
from search.query.parse import InvalidQuery
from search.query.service import Results, Why, from_database, search
from search.types import Item, SearchQuery
from search.words.table import Words
from tests.factories.search import opinion

pytestmark = pytest.mark.django_db
ON = datetime.date(2024, 6, 1)
LIAISON = Viewer(role=Role.LIAISON)
TRADE = Lexicon(["查控", "车辆查控", "失信被执行人", "公安机关", "冻结", "限制出境", "网络拍卖"])
TITLE = "云南省关于协助查控车辆的实施意见"


class TestLexicon:
    @pytest.mark.parametrize(
        ("typed", "meant", "how"),
        [
            ("查空", "查控", SAME_SOUND),
            ("失信被执型人", "失信被执行人", SAME_SOUND),
            ("东结", "冻结", SAME_SOUND),
            ("限制出进", "限制出境", NEAR_SOUND),
            ("控查", "查控", SWAPPED),
            ("失信执行人", "失信被执行人", ONE_OFF),
            ("失信被被执行人", "失信被执行人", ONE_OFF),
            ("网络拍买", "网络拍卖", SAME_SOUND),
            ("网络拍实", "网络拍卖", ONE_OFF),
        ],
    )
    def test_a_word_is_found_by_sound_or_by_one_character(self, typed: str, meant: str, how: int) -> None:
        assert min(TRADE.near(typed), key=lambda one: one.how) == Near(meant, how)

    @pytest.mark.parametrize("typed", ["查", "查封", "查控", "龙卷风", "长" * 200, "", "\x00", "abc", "(.*)"])
    def test_what_is_a_word_or_like_none_has_no_other(self, typed: str) -> None:
        assert list(TRADE.near(typed)) == []


def asked(
    typed: str, *, there: Collection[str] = ("查控", "车辆", "车辆查控", "冻结", "存款"), unmet: bool = True, titles: Collection[str] = ()
) -> Corrected | None:
    """Correct a query where the reader may find the words ``there``."""
    finding = Finding(
        stands=lambda word: any(word in one for one in (*there, *titles)),
        finds=lambda word: sum(word.strip("《》") in one for one in (*there, *titles)),
        trade=TRADE,
        titles=lambda: Titles(tuple(titles), Lexicon(["协助", "麒麟专案"] if titles else [])),
    )
    return correct(typed, Words({}), known_names(), finding, unmet=lambda: unmet)


class TestCorrect:
    def test_what_stands_nowhere_gets_what_was_meant(self) -> None:
        assert asked("车辆查空") == Corrected("车辆查控", (("车辆查空", "车辆查控"),))
        assert asked("冻洁 存款 车辆查空") == Corrected("冻结 存款 车辆查控", (("冻洁", "冻结"), ("车辆查空", "车辆查控")))

    def test_what_stands_somewhere_stays(self) -> None:
        assert asked("查空", there=["查空", "查控"]) is None
        assert asked("查空", unmet=False) is None

    def test_nothing_is_offered_that_finds_nothing(self) -> None:
        assert asked("车辆查空", there=["车辆"]) is None

    def test_what_is_quoted_or_excluded_stays(self) -> None:
        assert asked("“查空” 车辆") is None
        assert asked("车辆 -查空") is None

    def test_a_title_of_which_a_character_is_wrong(self) -> None:
        found = asked("《云南省关于协助查空车辆的实施意见》", titles=[TITLE])
        assert found is not None
        assert found.text == f"《{TITLE}》"
        assert asked("《云南省关于动物防疫工作的通知》", titles=[TITLE]) is None


OPEN = """云政法发〔2019〕3号
云南省关于协助查控车辆的实施意见
（一）公安机关应当协助人民法院查找并扣押被执行人的机动车，实行车辆查控。
（二）银行应当协助冻结存款。
"""
HIDDEN = """云政法发〔2020〕77号
云南省关于麒麟专案线索移送的工作方案
（一）麒麟专案由公安机关牵头，鲸落小组配合。
"""


@pytest.fixture
def engine(site_engine: Engine, tmp_path: Path) -> Engine:
    opinion(tmp_path, "open", OPEN)
    opinion(tmp_path, "hidden", HIDDEN, disclosure="on_request")
    rebuild(site_engine)
    return site_engine


def ask(engine: Engine | None, text: str, viewer: Viewer = LIAISON, **values: object) -> Results:
    query = SearchQuery(text=text, **{"item": None, **values})  # type: ignore[arg-type]
    if engine is None:
        return from_database(query, viewer=viewer, on=ON, why=Why.DOWN)
    return search(query, viewer=viewer, engine=engine, on=ON)


def test_both_engines_and_the_database_show_what_was_meant(engine: Engine) -> None:
    for by in (engine, None):
        for typed, meant in (("车辆查空", "车辆查控"), ("公按机关 冻洁", "公安机关 冻结"), ("协助查控车量", "协助查控车辆")):
            found = ask(by, typed)
            assert found.corrected is not None, typed
            assert found.text == meant
            assert found.count
            assert [row.hit.key for row in found.rows] == [row.hit.key for row in ask(by, meant).rows]
            assert found.query.text == typed
            assert ask(by, typed, as_typed=True).corrected is None


def test_what_is_found_as_typed_is_left_alone(engine: Engine) -> None:
    for typed in ("公安机关 机动车", "云政法发〔2019〕3号", "龙卷风", "“查空”", "车辆 -查空", "的", "查", "扣押 查 车"):
        assert ask(engine, typed).corrected is None, typed


def test_a_word_of_a_hidden_title_is_offered_to_those_alone_who_may_read_it(engine: Engine) -> None:
    for by in (engine, None):
        found = ask(by, "麒麟专岸")
        assert found.corrected is not None
        assert found.text == "麒麟专案"
        assert ask(by, "麒麟专岸", PUBLIC).corrected is None
        assert ask(by, "《云南省关于麒麟专岸线索移送的工作方案》", PUBLIC).corrected is None
        assert ask(by, "《云南省关于麒麟专岸线索移送的工作方案》", item=Item.OPINION).text == "《云南省关于麒麟专案线索移送的工作方案》"


def test_what_is_hidden_today_is_offered_no_more(engine: Engine, tmp_path: Path) -> None:
    page = opinion(tmp_path, "soon", HIDDEN.replace("麒麟", "鲲鹏").replace("77", "78"))
    rebuild(engine)
    assert ask(engine, "鲲鹏专岸", PUBLIC).text == "鲲鹏专案"
    page.disclosure = "on_request"
    page.save(update_fields=["disclosure"])
    rebuild(engine)
    assert ask(engine, "鲲鹏专岸", PUBLIC).corrected is None


@pytest.mark.parametrize(
    "typed", ["查\x00空", "《》", "《", "“”查空", "(.*)", "\\", "'; --", "的" * 150, "空" * 190, "查空" * 90, "㐂㐂㐂", "𠮷空", "a空b", "é", "１２查空"]
)
def test_odd_words_do_no_harm(engine: Engine, typed: str) -> None:
    for by in (engine, None):
        try:
            assert ask(by, typed).count >= 0
        except InvalidQuery as refusal:
            assert str(refusal)  # noqa: PT017 - the page shows it
