"""What a rule is."""

import re
from dataclasses import dataclass

#: what makes a measure one of enforcement: somewhere in the clause, above it, or in the title
ABOUT = re.compile(r"被执行人|失信|限制高?消费|限制出境|执行难|执行联动|联合惩戒|信用惩戒|执行法院|法院.{0,6}执行")

#: words that keep somebody from something
LIMIT = (
    r"限制|不得|禁止|不予|不再|不准|不通过|不受理|停止|暂停|中止|终止|取消|撤销|撤回|拒绝|从严|审慎|严格审查|降低|重要参考|审查内容|"
    r"(?:查询|核对|审查)[^，。；]{0,16}(?:失信|信用)|(?:失信|信用)[^，。；]{0,12}(?:查询|核查|审查)"
)


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern for one topic (its key).

    One of ``words`` stands in a sentence, and each of ``needs`` in that sentence or in a line above that leads into it (a heading, 「…：」); none of
    ``unless`` stands in it. ``about`` has to hold for the clause, the lines above or the title. ``heads``: a heading that gives the topic to all
    clauses below it by itself. Raise ``version`` with each change.
    """

    id: str
    topic: str
    words: tuple[str, ...]
    needs: tuple[re.Pattern[str], ...] = ()
    unless: re.Pattern[str] | None = None
    about: re.Pattern[str] | None = None
    heads: re.Pattern[str] | None = None
    version: int = 1


def rule(topic: str, words: str, *needs: str, unless: str = "", about: re.Pattern[str] | None = ABOUT, heads: str = "", version: int = 1) -> Rule:
    """Return the rule of a topic; ``words`` parted by blanks. Its id is that of the topic without the letter of its tree."""
    return Rule(
        topic.partition("_")[2], topic, tuple(words.split()), tuple(re.compile(part) for part in needs), re.compile(unless) if unless else None, about,
        re.compile(heads) if heads else None, version,
    )  # fmt: skip
