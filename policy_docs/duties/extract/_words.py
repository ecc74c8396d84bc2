"""What part of speech a sentence goes on with, by the dictionary of the segmenter. Pure."""

from functools import cache

import rjieba

_VERBAL = frozenset({"v", "vd", "vi", "d", "p", "r", "m", "mq"})


@cache
def _cutter() -> rjieba.Jieba:
    return rjieba.Jieba()


def begins_with_verb(words: str) -> bool:
    """Say whether words begin as a predicate does: a verb, or an adverb, preposition or measure of time with a verb behind it."""
    plain = words.encode("utf-8", "ignore").decode()[:16]  # a lone surrogate stops the segmenter
    tags = [tag for _word, tag in _cutter().tag(plain)[:5]]
    if not tags or tags[0] not in _VERBAL:
        return False
    return tags[0].startswith("v") and len(tags) > 1 or any(tag.startswith("v") for tag in tags[1:])


def holds_verb(words: str) -> bool:
    """Say whether a verb stands among the words."""
    plain = words.encode("utf-8", "ignore").decode()[:32]
    return any(tag.startswith("v") and tag != "vn" for _word, tag in _cutter().tag(plain))
