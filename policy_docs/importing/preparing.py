"""What runs in the second process that splits uploads: one reader, for as long as the vocabulary is the same. Pure."""

from policy_docs.units.match import Matcher
from policy_docs.units.vocabulary import Vocabulary

from .prepare import Prepared, Reader

_readers: list[Reader] = []


def begin(vocabulary: Vocabulary) -> None:
    """Build the reader, unless it is there."""
    if not _readers or _readers[0].places is not vocabulary.places:
        _readers[:] = [Reader(Matcher(vocabulary), vocabulary.places)]


def prepare_text(name: str, text: str) -> Prepared:
    """Split, identify and extract."""
    return _readers[0].prepare_text(name, text)
