"""The vocabulary of the database: rows → Vocabulary → Matcher, one of each per process and edit."""

import threading
from typing import Final

from django.db import transaction

from .match import Matcher
from .models import Jurisdiction, Reform, UnitAlias, UnitKind, VocabularyStamp
from .vocabulary import Vocabulary, load_default

_lock: Final = threading.Lock()
_cache: dict[int, tuple[Vocabulary, Matcher]] = {}
