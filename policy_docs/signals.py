"""What happened, for those who have to follow; ``receivers`` reacts."""

from django.dispatch import Signal

#: the tree of topics or the words of one have changed so that texts are to be read anew; sent in the transaction of the deed, with ``actor``
topics_changed = Signal()
