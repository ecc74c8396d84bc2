"""The everyday words that come along: what the rows of the file must keep to."""

from search.query.profiles import everyday_units, stopwords
from search.words.apart import is_apart
from search.words.forms import tidied
from search.words.store import _seeds
from search.words.table import LONGEST, LONGEST_APART, MOST, read_as

ROWS = list(_seeds())
TABLE = {word: frozenset(facts["official"]) for word, facts in ROWS}


def test_each_word_stands_once_and_leads_to_a_few_others() -> None:
    assert len(TABLE) == len(ROWS)
    for word, facts in ROWS:
        official = facts["official"]
        assert 0 < len(word) <= (LONGEST_APART if is_apart(word) else LONGEST), word
        assert facts["reason"], word
        assert 0 < len(official) == len(set(official)) <= MOST, word
        assert all(official), word
        assert word not in official, word


def test_each_is_written_as_the_form_keeps_it() -> None:
    assert sum(map(is_apart, TABLE)) > 100
    assert len({read_as(word) for word in TABLE}) == len(TABLE)
    for word in TABLE:
        assert len(word) == 1 or tidied(word) == word


def test_a_row_says_more_than_the_query_would_drop() -> None:
    """A word of questions is left out of a query only where it leads nowhere; a row for one must be meant."""
    meant = {"谁管", "归谁管", "谁负责"}
    assert {word for word, _facts in ROWS if word in stopwords()} == meant


def test_new_nicknames_are_no_everyday_words() -> None:
    both = {word for word in TABLE if everyday_units().get(word)}
    assert both <= {"居委", "报警"}
