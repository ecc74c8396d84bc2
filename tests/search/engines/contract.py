"""What every engine does, as tests: a class per engine inherits them and gives the fixture ``engine``."""

from dataclasses import replace

import pytest

from search.analysis import tokens
from search.engines.base import Engine
from search.types import (
    Facet,
    Field,
    Filters,
    Grant,
    Group,
    Item,
    Phrase,
    Prefix,
    Question,
    Scope,
    SearchPlan,
    Sort,
    Term,
    Together,
    TopicKey,
    UnitTerm,
    Validity,
)
from tests.factories.search import document, duty, laying

ON = 20240601
STAFF, PUBLIC = Grant("staff", Scope.ALL), Grant("public", Scope.CONFIRMED)


def word(*words: str) -> Group:
    return Group(tuple(Term(Field.WORDS, value) for value in words))


def exact(text: str) -> Group:
    return Group((Phrase(Field.GRAMS, tokens.phrase(text)),))


def plan(*groups: Group, chosen: tuple[tuple[Facet, tuple[str, ...]], ...] = (), **values: object) -> SearchPlan:
    filters = Filters(ON, chosen, values.pop("item", None), values.pop("parts", ()), values.pop("seats", ()))  # type: ignore[arg-type]
    return SearchPlan(filters, groups=groups, **{"minimum": len(groups), "limit": 50, **values})  # type: ignore[arg-type]


def keys(engine: Engine, asked: SearchPlan, grant: Grant = STAFF) -> list[str]:
    return [hit.key for hit in engine.search(asked, grant).hits]


DOCUMENTS = [
    document("c:exit", "公安机关协助限制被执行人出境。", duties=(duty("public_security", "responsible"), duty("court", "cooperate", confirmed=False))),
    document("c:spend", "人民法院限制被执行人高消费。", order=2, duties=(duty("court", "lead"),)),
    document(
        "c:old",
        "工商行政管理机关协助冻结股权。",
        opinion="op2",
        issued=20100101,
        starts=20100101,
        ends=20180101,
        level="country",
        places=("100000",),
        kind="通知",
        issuers=("国家工商行政管理总局", "最高人民法院"),
    ),
    document(
        "c:later", "市场监督管理部门协助冻结股权。", opinion="op3", issued=20240901, starts=20240901, places=("100000", "530000", "532300"), level="prefecture"
    ),
    document("c:inner", "内部文件：限制出境名单的核对办法。", opinion="op4", audiences=("coordination", "staff"), issued=0, starts=0, kind="", part="table"),
    document("o:op1", "关于限制出境和高消费的实施意见", title=tokens.words("关于限制出境和高消费的实施意见"), part="", numbers=("滇发〔2020〕1号",)),
]


TAGGED = [
    document("c:a", "限制出境。", topics=(TopicKey("measures", True), TopicKey("exit", True))),
    document("c:b", "限制消费。", order=2, topics=(TopicKey("measures", False), TopicKey("spending", False))),
    document("c:c", "加强领导。", order=3),
]


LAYING = [
    laying(
        "c:a",
        "法院、税务机关协助查询。",
        ("court", "lead"),
        ("court", "responsible"),
        ("court", "cooperate", False),
        ("court", "cooperate", False),
        ("tax", "responsible"),
        topics=(TopicKey("measures", False),),
    ),
    laying("c:b", "工商部门协助冻结。", ("commerce+market", "responsible", False), issued=20100101, starts=20100101, ends=20180101, order=2),
    document("c:c", "协助查询的其他事项。", order=3),
    laying("c:d", "公安机关牵头。", ("public_security", "lead", False), order=4),
    document("o:op1", "关于协助查询的意见", part="", duties=(duty("court", "lead"),)),
]


BINDING = [
    laying("c:own", "州公安局查询。", ("police", "lead", True, "police/own/532300")),
    laying("c:any", "公安机关协助。", ("police", "responsible", True, "police/any/530000"), ("police", "responsible", True, "police/any/530000"), order=2),
    laying(
        "c:lower",
        "县市公安局、法院报送。",
        ("police", "cooperate", False, "police/lower/530000/county", "police/lower/530000/prefecture"),
        ("court", "lead", True, "court/lower/530000/"),
        order=3,
        issued=20190101,
    ),
    laying("c:other", "省公安厅通报。", ("police", "lead", True, "police/own/530000"), order=4),
    laying("c:two", "工商、市场监管部门冻结。", ("commerce+market", "lead", True, "commerce/any/530000", "market/any/530000"), order=5),
]
SEATED = "police@532300"
SEATS = (
    (SEATED, ("police/own/532300", "police/any/530000", "police/lower/530000/", "police/lower/530000/prefecture")),
    ("market@532300", ("market/any/530000", "commerce/any/530000")),
    ("nobody@532300", ()),
)


class EngineContract:
    @pytest.fixture
    def filled(self, engine: Engine) -> Engine:
        engine.write(DOCUMENTS)
        return engine

    @pytest.fixture
    def laying(self, engine: Engine) -> Engine:
        """Clauses with several duties, some alike, some for two units."""
        engine.write(LAYING)
        return engine

    def test_words_grams_and_prefixes_find(self, filled: Engine) -> None:
        assert set(keys(filled, plan(word("限制")))) == {"c:exit", "c:spend", "c:inner", "o:op1"}
        assert set(keys(filled, plan(exact("限制被执行人")))) == {"c:exit", "c:spend"}
        assert set(keys(filled, plan(Group((Prefix(Field.GRAMS, "冻"),))))) == {"c:old", "c:later"}
        assert keys(filled, plan(Group((Term(Field.NUMBER, "滇发〔2020〕1号", 5.0, fixed=True),)))) == ["o:op1"]
        assert set(keys(filled, plan(Group((Together((Term(Field.WORDS, "冻结"), Term(Field.WORDS, "股权"))),))))) == {"c:old", "c:later"}

    def test_a_phrase_of_one_gram_and_an_empty_one_do_no_harm(self, filled: Engine) -> None:
        assert set(keys(filled, plan(exact("股权")))) == {"c:old", "c:later"}
        assert keys(filled, plan(Group((Phrase(Field.GRAMS, ()),)))) == []
        assert keys(filled, plan(Group(()))) == []

    def test_the_minimum_says_how_many_ideas_must_be_met(self, filled: Engine) -> None:
        asked = (word("限制"), word("股权"), word("冻结"))
        assert keys(filled, plan(*asked)) == []
        assert set(keys(filled, plan(*asked, minimum=2))) == {"c:old", "c:later"}
        assert len(keys(filled, plan(*asked, minimum=1))) == 6

    def test_more_ideas_met_come_first(self, filled: Engine) -> None:
        assert keys(filled, plan(word("限制"), exact("高消费"), minimum=1, item=Item.CLAUSE))[0] == "c:spend"

    def test_required_and_excluded(self, filled: Engine) -> None:
        assert keys(filled, plan(word("限制"), required=(exact("被执行人出境"),))) == ["c:exit"]
        assert set(keys(filled, plan(word("限制"), excluded=(exact("出境"),)))) == {"c:spend"}
        assert "c:exit" not in keys(filled, plan(excluded=(exact("出境"),)))

    def test_without_words_everything_inside_the_filters_is_found(self, filled: Engine) -> None:
        assert len(keys(filled, plan())) == len(DOCUMENTS)
        assert keys(filled, plan(item=Item.OPINION)) == ["o:op1"]
        assert keys(filled, plan(parts=("table",))) == ["c:inner"]

    def test_an_empty_index_counts_nothing(self, engine: Engine) -> None:
        for item in (Item.CLAUSE, Item.DUTY):
            (told,) = engine.ask([Question(plan(item=item), hits=True, facets=tuple(Facet), duties=True)], STAFF)
            assert (told.found.hits, told.found.total, told.duties) == ((), 0, 0)
            assert not any(number for counts in told.facets.values() for number in counts.values())

    def test_several_questions_at_once_are_answered_like_each_alone(self, laying: Engine) -> None:
        chosen = (
            (),
            ((Facet.UNIT, ("court",)),),
            ((Facet.UNIT, ("court", "market")), (Facet.ROLE, ("lead",))),
            ((Facet.ROLE, ("lead", "cooperate")), (Facet.YEAR, ("2020",))),
        )
        plans = [plan(chosen=some, item=item) for some in chosen for item in (Item.CLAUSE, Item.OPINION, Item.DUTY)]
        for grant in (STAFF, PUBLIC):
            answers = laying.ask([Question(one, hits=True, facets=tuple(Facet), duties=one.filters.item is Item.CLAUSE) for one in plans], grant)
            for one, answer in zip(plans, answers, strict=True):
                assert answer.found == laying.search(one, grant)
                assert answer.found.total == laying.count(one, grant)
                assert answer.facets == {facet: laying.facets(one, grant, [facet])[facet] for facet in Facet}
                if one.filters.item is Item.CLAUSE:
                    assert answer.duties == laying.count(replace(one, filters=one.filters.of(Item.DUTY)), grant)

    def test_a_count_may_stop_where_it_is_enough(self, filled: Engine) -> None:
        numbers = [answer.found.total for answer in filled.ask([Question(plan(), enough=enough) for enough in (0, 2, 100)], STAFF)]
        assert numbers[0] == numbers[2] == len(DOCUMENTS)
        assert 2 <= numbers[1] <= len(DOCUMENTS)

    def test_filters(self, filled: Engine) -> None:
        def found(facet: Facet, *values: str) -> set[str]:
            return set(keys(filled, plan(chosen=((facet, values),), item=Item.CLAUSE)))

        assert found(Facet.LEVEL, "country", "prefecture") == {"c:old", "c:later"}
        assert found(Facet.PLACE, "532300") == {"c:later"}
        assert found(Facet.PLACE, "530000") == {"c:exit", "c:spend", "c:later", "c:inner"}
        assert found(Facet.YEAR, "2010") == {"c:old"}
        assert found(Facet.YEAR, "") == {"c:inner"}
        assert found(Facet.KIND, "通知") == {"c:old"}
        assert found(Facet.ISSUER, "最高人民法院") == {"c:old"}
        assert found(Facet.VALIDITY, Validity.IN_FORCE) == {"c:exit", "c:spend", "c:inner"}
        assert found(Facet.VALIDITY, Validity.PAST, Validity.COMING) == {"c:old", "c:later"}
        assert found(Facet.UNIT, "court") == {"c:exit", "c:spend"}
        assert found(Facet.ROLE, "lead") == {"c:spend"}
        assert found(Facet.UNIT, "no_such_unit") == set()

    def test_unit_and_role_must_belong_to_one_duty(self, filled: Engine) -> None:
        both = ((Facet.UNIT, ("court",)), (Facet.ROLE, ("responsible",)))
        assert keys(filled, plan(chosen=both)) == []

    def test_readers_find_what_they_may(self, filled: Engine) -> None:
        assert "c:inner" not in keys(filled, plan(), PUBLIC)
        assert filled.count(plan(), PUBLIC) == len(DOCUMENTS) - 1
        assert keys(filled, plan(), Grant("nobody", Scope.ALL)) == []
        assert set(keys(filled, plan(chosen=((Facet.UNIT, ("court",)),)), PUBLIC)) == {"c:spend"}
        assert keys(filled, plan(Group((UnitTerm("court"),))), PUBLIC) == ["c:spend"]

    def test_counts_are_those_of_the_reader(self, filled: Engine) -> None:
        staff, public = filled.facets(plan(), STAFF, list(Facet)), filled.facets(plan(), PUBLIC, list(Facet))
        assert staff[Facet.UNIT] == {"court": 2, "public_security": 1}
        assert public[Facet.UNIT] == {"court": 1, "public_security": 1}
        assert public[Facet.KIND] == {"实施意见": 4, "通知": 1}
        assert staff[Facet.KIND][""] == 1
        assert staff[Facet.ISSUER] == {"云南省高级人民法院": 5, "国家工商行政管理总局": 1, "最高人民法院": 1}
        assert staff[Facet.VALIDITY] == {"in_force": 4, "past": 1, "coming": 1}
        assert public[Facet.ROLE] == {"lead": 1, "responsible": 1, "cooperate": 0}

    def test_a_facet_leaves_its_own_choice_out(self, filled: Engine) -> None:
        asked = plan(word("冻结"), chosen=((Facet.LEVEL, ("country",)),))
        counts = filled.facets(asked, STAFF, [Facet.LEVEL, Facet.KIND])
        assert counts == {Facet.LEVEL: {"country": 1, "prefecture": 1}, Facet.KIND: {"通知": 1}}

    def test_units_under_several_roles_count_each_document_once(self, engine: Engine) -> None:
        engine.write([document("c:1", "甲", duties=(duty("court", "lead"), duty("court", "cooperate"), duty("tax", "responsible")))])
        counts = engine.facets(plan(chosen=((Facet.ROLE, ("lead", "cooperate")),)), STAFF, [Facet.UNIT])
        assert counts == {Facet.UNIT: {"court": 1}}

    def test_counts_agree_with_lists(self, filled: Engine) -> None:
        for facet, counts in filled.facets(plan(), STAFF, list(Facet)).items():
            for value, number in counts.items():
                assert filled.count(plan(chosen=((facet, (value,)),)), STAFF) == number, (facet, value)

    def test_newest_first_then_in_the_order_of_the_text(self, filled: Engine) -> None:
        assert keys(filled, plan(sort=Sort.NEWEST, item=Item.CLAUSE)) == ["c:later", "c:exit", "c:spend", "c:old", "c:inner"]

    def test_equal_scores_come_newest_first(self, engine: Engine) -> None:
        engine.write([document(f"c:{year}", "同一句话", issued=year * 10000 + 101, starts=0) for year in (2011, 2023, 2017)])
        assert keys(engine, plan(word("同一"), minimum=1)) == ["c:2023", "c:2017", "c:2011"] or keys(engine, plan(exact("同一句话"))) == [
            "c:2023",
            "c:2017",
            "c:2011",
        ]

    def test_pages_do_not_overlap(self, engine: Engine) -> None:
        engine.write([document(f"c:{number:03d}", "执行联动", order=number) for number in range(25)])
        found = [keys(engine, plan(exact("联动"), offset=offset, limit=10)) for offset in (0, 10, 20, 30)]
        assert [len(page) for page in found] == [10, 10, 5, 0]
        assert len({key for page in found for key in page}) == 25
        assert engine.search(plan(exact("联动"), offset=20, limit=10), STAFF).total == 25

    def test_writing_again_replaces_and_dropping_drops(self, filled: Engine) -> None:
        filled.write([document("c:exit", "全新的文字")])
        assert keys(filled, plan(exact("被执行人出境"))) == []
        assert keys(filled, plan(exact("全新的文字"))) == ["c:exit"]
        filled.write([], keys=["c:exit"])
        assert keys(filled, plan(exact("全新的文字"))) == []
        filled.write([document("c:new", "只剩这一条")], opinions=["op1"])
        assert set(keys(filled, plan())) == {"c:new", "c:old", "c:later", "c:inner"}

    def test_the_same_batch_twice_gives_the_same_index(self, filled: Engine) -> None:
        before = sorted(filled.entries(), key=lambda entry: entry.key)
        filled.write(DOCUMENTS, opinions=["op1", "op2", "op3", "op4"])
        assert sorted(filled.entries(), key=lambda entry: entry.key) == before

    def test_a_rebuild_swaps_and_an_error_changes_nothing(self, filled: Engine) -> None:
        def fails() -> None:
            with filled.rebuild() as target:
                target.write([document("c:half", "半截")])
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fails()
        assert len(keys(filled, plan())) == len(DOCUMENTS)
        with filled.rebuild() as target:
            target.write([document("c:whole", "新的索引")])
            assert len(keys(filled, plan())) == len(DOCUMENTS)
        assert keys(filled, plan()) == ["c:whole"]

    def test_topics_filter_and_count_as_far_as_the_reader_may_see_them(self, engine: Engine) -> None:
        engine.write(TAGGED)
        assert set(keys(engine, plan(chosen=((Facet.TOPIC, ("measures",)),)))) == {"c:a", "c:b"}
        assert keys(engine, plan(chosen=((Facet.TOPIC, ("measures",)),)), PUBLIC) == ["c:a"]
        assert set(keys(engine, plan(chosen=((Facet.TOPIC, ("exit", "spending")),)))) == {"c:a", "c:b"}
        assert keys(engine, plan(chosen=((Facet.TOPIC, ("nothing",)),))) == []
        asked = plan(chosen=((Facet.TOPIC, ("exit",)),))
        assert engine.facets(asked, STAFF, (Facet.TOPIC,))[Facet.TOPIC] == {"measures": 2, "exit": 1, "spending": 1}
        assert engine.facets(asked, PUBLIC, (Facet.TOPIC,))[Facet.TOPIC] == {"measures": 1, "exit": 1}

    def test_duties_are_counted_one_by_one_as_far_as_the_reader_may_see_them(self, laying: Engine) -> None:
        found = laying.search(plan(item=Item.DUTY), STAFF)
        assert {hit.key for hit in found.hits} == {"c:a", "c:b", "c:d"}
        assert {hit.item for hit in found.hits} == {Item.CLAUSE}
        assert found.total == laying.count(plan(item=Item.DUTY), STAFF) == 7
        public = laying.search(plan(item=Item.DUTY), PUBLIC)
        assert {hit.key for hit in public.hits} == {"c:a"}
        assert public.total == laying.count(plan(item=Item.DUTY), PUBLIC) == 3

    def test_duties_are_those_of_the_clauses_that_meet_the_words(self, laying: Engine) -> None:
        assert laying.count(plan(word("查询"), item=Item.DUTY), STAFF) == 5
        assert laying.count(plan(word("没有"), item=Item.DUTY), STAFF) == 0
        assert laying.search(plan(word("查询"), item=Item.DUTY, limit=1), STAFF).total == 5

    @pytest.mark.parametrize(
        ("chosen", "number"),
        [
            (((Facet.UNIT, ("court",)),), 4),
            (((Facet.UNIT, ("market",)),), 1),
            (((Facet.UNIT, ("commerce", "market")),), 1),  # one duty that counts for both
            (((Facet.UNIT, ("court", "tax")),), 5),
            (((Facet.ROLE, ("lead",)),), 2),
            (((Facet.ROLE, ("lead", "cooperate")),), 4),
            (((Facet.UNIT, ("court",)), (Facet.ROLE, ("cooperate",))), 2),
            (((Facet.UNIT, ("tax",)), (Facet.ROLE, ("lead",))), 0),
            (((Facet.UNIT, ("nobody",)),), 0),
            (((Facet.UNIT, ("commerce",)), (Facet.YEAR, ("2010",))), 1),
            (((Facet.UNIT, ("court",)), (Facet.YEAR, ("2010",))), 0),
        ],
    )
    def test_duties_of_chosen_units_and_roles(self, laying: Engine, chosen: tuple[tuple[Facet, tuple[str, ...]], ...], number: int) -> None:
        assert laying.count(plan(chosen=chosen, item=Item.DUTY), STAFF) == number

    def test_counts_of_duties_are_those_of_the_lists_they_lead_to(self, laying: Engine) -> None:
        for chosen in ((), ((Facet.UNIT, ("court", "market")),), ((Facet.ROLE, ("lead", "responsible")),), ((Facet.UNIT, ("court",)), (Facet.YEAR, ("2020",)))):
            for grant in (STAFF, PUBLIC):
                counts = laying.facets(plan(chosen=chosen, item=Item.DUTY), grant, list(Facet))
                assert counts[Facet.UNIT]
                for facet, values in counts.items():
                    rest = tuple(pair for pair in chosen if pair[0] is not facet)
                    for value, number in values.items():
                        asked = plan(chosen=(*rest, (facet, (value,))), item=Item.DUTY)
                        assert laying.count(asked, grant) == number, (chosen, facet, value)

    def test_facets_of_duties_by_value(self, laying: Engine) -> None:
        counts = laying.facets(plan(item=Item.DUTY), STAFF, list(Facet))
        assert counts[Facet.UNIT] == {"court": 4, "tax": 1, "commerce": 1, "market": 1, "public_security": 1}
        assert counts[Facet.ROLE] == {"lead": 2, "responsible": 3, "cooperate": 2}
        assert counts[Facet.YEAR] == {"2020": 6, "2010": 1}
        assert counts[Facet.TOPIC] == {"measures": 5}
        assert counts[Facet.VALIDITY] == {"in_force": 6, "past": 1, "coming": 0}
        assert laying.facets(plan(item=Item.DUTY), PUBLIC, list(Facet))[Facet.TOPIC] == {}

    @pytest.fixture
    def binding(self, engine: Engine) -> Engine:
        """Clauses that bind units of some places."""
        engine.write(BINDING)
        return engine

    @pytest.mark.parametrize(
        ("units", "roles", "clauses", "duties"),
        [
            ((SEATED,), (), {"c:own", "c:any", "c:lower"}, 4),
            ((SEATED,), ("lead",), {"c:own"}, 1),  # the court leads in the clause that binds the police
            ((SEATED,), ("lead", "cooperate"), {"c:own", "c:lower"}, 2),
            (("market@532300",), (), {"c:two"}, 1),  # once, though it is laid on both
            ((SEATED, "court"), (), {"c:own", "c:any", "c:lower"}, 5),
            ((SEATED, "market@532300"), (), {"c:own", "c:any", "c:lower", "c:two"}, 5),
            (("nobody@532300",), (), set(), 0),
        ],
    )
    def test_one_unit_has_what_binds_it(self, binding: Engine, units: tuple[str, ...], roles: tuple[str, ...], clauses: set[str], duties: int) -> None:
        chosen = ((Facet.UNIT, units), (Facet.ROLE, roles)) if roles else ((Facet.UNIT, units),)
        assert set(keys(binding, plan(chosen=chosen, seats=SEATS, item=Item.CLAUSE))) == clauses
        assert binding.count(plan(chosen=chosen, seats=SEATS, item=Item.CLAUSE), STAFF) == len(clauses)
        found = binding.search(plan(chosen=chosen, seats=SEATS, item=Item.DUTY), STAFF)
        assert ({hit.key for hit in found.hits}, found.total) == (clauses, duties)

    def test_of_one_unit_too_a_reader_finds_what_the_reader_may_see(self, binding: Engine) -> None:
        chosen = ((Facet.UNIT, (SEATED,)),)
        assert set(keys(binding, plan(chosen=chosen, seats=SEATS, item=Item.CLAUSE), PUBLIC)) == {"c:own", "c:any"}
        assert binding.count(plan(chosen=chosen, seats=SEATS, item=Item.DUTY), PUBLIC) == 3

    @pytest.mark.parametrize("item", [Item.CLAUSE, Item.DUTY])
    @pytest.mark.parametrize(
        "chosen", [((Facet.UNIT, (SEATED,)),), ((Facet.UNIT, (SEATED,)), (Facet.ROLE, ("responsible",))), ((Facet.UNIT, (SEATED, "court")),)]
    )
    def test_counts_under_one_unit_are_those_of_the_lists_they_lead_to(
        self, binding: Engine, chosen: tuple[tuple[Facet, tuple[str, ...]], ...], item: Item
    ) -> None:
        for grant in (STAFF, PUBLIC):
            counts = binding.facets(plan(chosen=chosen, seats=SEATS, item=item), grant, list(Facet))
            assert sum(counts[Facet.YEAR].values()) == binding.count(plan(chosen=chosen, seats=SEATS, item=item), grant) > 0
            for facet, values in counts.items():
                rest = tuple(pair for pair in chosen if pair[0] is not facet)
                for value, number in values.items():
                    asked = plan(chosen=(*rest, (facet, (value,))), seats=SEATS, item=item)
                    assert binding.count(asked, grant) == number, (facet, value)
