"""The rules of topics, one by one, and what the engine makes of headings."""

import pytest

from policy_docs.opinions.types import Block, BlockKind
from policy_docs.topics.loader import seeds
from policy_docs.topics.suggest import RULES, Rule, Suggester, Suggestion, Wording

from .topic_examples import EXAMPLES

SUGGESTER = Suggester()


def read(example: str, suggester: Suggester = SUGGESTER) -> list[Suggestion]:
    above, bar, text = example.rpartition("|")
    blocks = [Block(BlockKind.HEADING, "", above, 1)] if bar else []
    return list(suggester.suggest([*blocks, Block(BlockKind.CLAUSE, "（一）", text, 2)]))


def rules_of(example: str) -> set[str]:
    return {item.rule for item in read(example)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_rule_finds_what_it_should_and_nothing_else(rule: Rule) -> None:
    found, left = EXAMPLES[rule.id]
    assert len(found) >= 3
    assert len(left) >= 2
    assert [example for example in found if rule.id not in rules_of(example)] == []
    assert [example for example in left if rule.id in rules_of(example)] == []


def test_examples_and_rules_and_topics_belong_together() -> None:
    assert set(EXAMPLES) == {rule.id for rule in RULES}
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert {rule.topic for rule in RULES} <= {seed.key for seed in seeds()}


def test_the_words_are_where_they_are_said_to_be() -> None:
    text = "（占位）公安机关应当依法限制被执行人出境。"
    item = next(item for item in read(text) if item.rule == "exit_ban")
    assert text[item.start : item.end] == "出境"
    assert item.version == 1


def test_a_heading_gives_its_topic_to_the_clauses_below_it_until_the_next_one() -> None:
    blocks = [
        Block(BlockKind.HEADING, "一、", "完善司法救助", 1),
        Block(BlockKind.CLAUSE, "（一）", "明确对象，简化程序。", 2),
        Block(BlockKind.HEADING, "二、", "其他", 1),
        Block(BlockKind.CLAUSE, "（一）", "明确对象，简化程序。", 2),
    ]
    found = list(SUGGESTER.suggest(blocks))
    assert [(item.block, item.rule, item.heading, item.start, item.end) for item in found] == [(1, "relief", "完善司法救助", 0, 0)]


def test_a_line_that_leads_in_holds_for_the_items_below_it() -> None:
    blocks = [
        Block(BlockKind.CLAUSE, "（一）", "限制失信被执行人下列消费：", 1),
        Block(BlockKind.CLAUSE, "1.", "乘坐飞机；", 2),
        Block(BlockKind.CLAUSE, "（二）", "乘坐飞机；", 1),
    ]
    assert [item.block for item in SUGGESTER.suggest(blocks) if item.rule == "travel"] == [1]


def test_the_title_says_what_a_document_is_about() -> None:
    clause = [Block(BlockKind.CLAUSE, "（一）", "林业局限制申报重点林业建设项目。", 1)]
    assert not list(SUGGESTER.suggest(clause, title="林业发展规划"))
    assert [item.rule for item in SUGGESTER.suggest(clause, title="关于解决执行难的方案")] == ["forest"]


@pytest.mark.parametrize(
    "kind", [BlockKind.TITLE, BlockKind.FRONT, BlockKind.NOTICE, BlockKind.PREAMBLE, BlockKind.HEADING, BlockKind.BACK, BlockKind.LEFT_OUT]
)
def test_only_clauses_and_tables_have_topics(kind: BlockKind) -> None:
    assert not list(SUGGESTER.suggest([Block(kind, "", "依法限制被执行人出境。", 1)]))


def test_words_of_a_house_suggest_its_own_topics() -> None:
    own = Suggester([Wording("17", ("会同执行", "联合行动")), Wording("18", ())])
    assert [(item.topic, item.rule) for item in read("公安机关开展联合行动。", own)] == [("17", "words")]
    assert own.fingerprint != SUGGESTER.fingerprint
    assert Suggester().fingerprint == SUGGESTER.fingerprint


def test_no_words_at_all() -> None:
    assert list(Suggester(rules=()).suggest([Block(BlockKind.CLAUSE, "", "依法限制被执行人出境。", 1)])) == []


def test_empty_and_odd_texts() -> None:
    for text in ("", "。", "：", "出境", "\ud800出境限制", "限" * 5000):
        list(SUGGESTER.suggest([Block(BlockKind.CLAUSE, "", text, 1)]))
