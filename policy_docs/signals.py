"""What happened, for those who have to follow; ``receivers`` reacts."""

from django.dispatch import Signal

#: the tree of topics or the words of one have changed so that texts are to be read anew; sent in the transaction of the deed, with ``actor``
topics_changed = Signal()
#: the page of a unit was shown as it is today: ``kind`` and ``code``
unit_shown = Signal()
