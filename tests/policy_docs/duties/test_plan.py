"""What becomes of a duty when another text takes the place of the old one."""

from dataclasses import replace

import pytest

from policy_docs.duties.plan import Before, Choice, Fate, Found, Held, Proof, Standing, plan

KEY = ("public_security", "generic", "", "")
QUOTE = "公安机关应当协助查找被执行人"


def held(clause: int = 1, *, quote: str = QUOTE, confirmed: bool = True, text_hash: str = "old") -> Held:
    return Held(7, clause, frozenset({KEY}), "responsible", confirmed, text_hash, (Proof("duty", 0, len(quote), quote),))


def row(clause: int, text: str, *, place: str = "第一条", text_hash: str = "", origin: int = 0, heir_of: frozenset[int] = frozenset()) -> Standing:
    return Standing(clause, place, text, text_hash or text, origin, heir_of)


OLD = Before((row(1, f"{QUOTE}。"),), frozenset({1, 5}))


@pytest.mark.parametrize(
    ("new", "fate"),
    [
        ([row(1, f"{QUOTE}。")], Fate.SAME),
        ([row(1, f"{QUOTE}。", place="第二条")], Fate.MOVED),
        ([row(1, f"有条件的，{QUOTE}。")], Fate.AROUND),
        ([row(1, "各方应当会商。"), row(2, f"{QUOTE}。", origin=1)], Fate.FOLLOWED),
        ([row(1, "各方应当会商。"), row(9, f"{QUOTE}。")], Fate.FOLLOWED),
        ([row(5, f"会商，{QUOTE}。", heir_of=frozenset({1}))], Fate.FOLLOWED),
        ([row(1, "各方应当会商。"), row(5, f"{QUOTE}。")], Fate.LOST),  # it stood there before: the words of somebody else
        ([row(1, "公安机关应当依法协助查找被执行人。")], Fate.CHANGED),
        ([row(1, "各方应当会商。")], Fate.LOST),
        ([row(5, "各方应当会商。")], Fate.GONE),
    ],
)
def test_fates(new: list[Standing], fate: Fate) -> None:
    (touch,) = plan([held()], OLD, new, ()).touches
    assert touch.fate is fate
    assert touch.asked is (fate in (Fate.FOLLOWED, Fate.CHANGED, Fate.LOST, Fate.GONE))
    assert bool(touch.new_quotes) is (fate not in (Fate.LOST, Fate.GONE))


def test_what_a_reading_finds_comes_before_what_is_left_of_the_words() -> None:
    text = "公安机关牵头查找失联人员。"
    found = Found(1, KEY, "lead", ((0, len(text) - 1),))
    (touch,) = plan([held()], OLD, [row(1, text)], [found]).touches
    assert (touch.fate, touch.new_quotes, touch.role) == (Fate.CHANGED, ("公安机关牵头查找失联人员",), "lead")
    assert touch.choices == (Choice.ADOPT, Choice.CHECK, Choice.END)


def test_only_what_holds_now_is_asked_about_and_each_needs_a_choice_that_may_be_chosen() -> None:
    found = plan([held(), held(confirmed=False)], OLD, [row(5, "会商。")], ())
    assert [touch.asked for touch in found.touches] == [True, False]
    assert [found.missing({}), found.missing({7: "adopt"}), found.missing({7: "end"})] == [1, 1, 0]


def test_what_nobody_has_decided_on_is_fresh() -> None:
    other = ("court", "generic", "", "")
    found = plan([held()], OLD, [row(1, f"{QUOTE}。")], [Found(1, KEY, "responsible", ((0, 5),)), Found(1, other, "lead", ((0, 5),))])
    assert [item.key for item in found.fresh] == [other]


def test_where_nothing_was_published_only_a_part_of_the_clause_is_followed() -> None:
    new = [row(1, "各方应当会商。"), row(9, f"{QUOTE}。")]
    assert plan([held()], Before(), new, ()).touches[0].fate is Fate.LOST
    assert plan([held()], Before(), [new[0], row(9, f"{QUOTE}。", origin=1)], ()).touches[0].fate is Fate.FOLLOWED


def test_short_words_are_not_followed() -> None:
    assert plan([held(quote="予以配合")], OLD, [row(1, "会商。"), row(9, "予以配合。")], ()).touches[0].fate is Fate.LOST


NAMED = "州食药监局应当配合查询许可信息"
DRUG, OTHER = ("market_regulation", "own", "", ""), ("drug_regulation", "own", "", "")


def named(name: str = "州食药监局") -> Held:
    return Held(7, 1, frozenset({DRUG}), "responsible", True, "old", (Proof("duty", 0, len(NAMED), NAMED, name=name),))


@pytest.mark.parametrize(
    ("text", "name", "others", "fate"),
    [
        ("州药监局应当配合查询许可信息", "州食药监局", ((0, 4),), Fate.OTHERS),  # a name that lost one sign is another unit
        ("州药监局应当配合查询许可信息", "州食药监局", (), Fate.OTHERS),  # nor is what the vocabulary does not know the same
        ("州食药监局应当配合查询全部许可信息", "州食药监局", (), Fate.CHANGED),
        ("州食药监局、州公安局应当配合查询许可信息", "州食药监局", ((6, 10),), Fate.CHANGED),  # somebody else beside it
        ("州食药监局应当督促配合查询许可信息", "州食药监局", ((0, 5),), Fate.OTHERS),  # the same sign as part of another name
        ("州药监局应当配合查询许可信息", "", ((0, 4),), Fate.OTHERS),  # it was inferred, and now somebody is named
    ],
)
def test_words_that_speak_of_somebody_else_are_not_offered(text: str, name: str, others: tuple[tuple[int, int], ...], fate: Fate) -> None:
    read = [Found(1, OTHER, "responsible", ((0, len(text)),), others)] if others else []
    (touch,) = plan([named(name)], Before((row(1, NAMED),), frozenset({1})), [row(1, text)], read).touches
    assert touch.fate is fate
    assert (Choice.ADOPT in touch.choices) is (fate is Fate.CHANGED)
    assert touch.asked
    assert touch.others == ((OTHER[0],) if fate is Fate.OTHERS and others else ())
    assert (Choice.GIVE in touch.choices) is bool(touch.others)


def test_a_unit_that_has_a_duty_in_the_clause_is_given_no_second_one() -> None:
    text = "州药监局应当配合查询许可信息"
    read = [Found(1, OTHER, "responsible", ((0, len(text)),), ((0, 4),))]
    its_own = Held(8, 1, frozenset({OTHER}), "responsible", True, "old", (Proof("duty", 0, 4, "各方会商"),))
    given, _own = plan([named(), its_own], Before((row(1, NAMED),), frozenset({1})), [row(1, text)], read).touches
    assert (given.fate, given.choices) == (Fate.OTHERS, (Choice.CHECK, Choice.END))
    twice = plan([named(), replace(named(), duty=9)], Before((row(1, NAMED),), frozenset({1})), [row(1, text)], read).touches
    assert [touch.heir for touch in twice] == [None, None]
