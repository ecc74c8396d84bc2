"""Rows that search needs for itself."""

from django.core.management.color import no_style
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from search.asked.models import Asked, AskedDay, Missed
from search.words.models import EverydayWord

__all__ = ["Asked", "AskedDay", "CatchUp", "EverydayWord", "Missed", "Reading"]


class ReadingManager(models.Manager["Reading"]):
    """Gives the numbers."""

    def begin(self) -> int:
        """Return the number of a reading that begins now, higher than all before it."""
        number: int = self.create().pk
        self.filter(pk__lt=number).delete()
        return number

    def reach(self, number: int) -> None:
        """Let the next number be higher than one that an index holds: after a backup of the database was put back, the index knows numbers that the database
        has forgotten, and would refuse every write until they came again."""
        if number > (self.order_by("-pk").values_list("pk", flat=True).first() or 0):
            self.create(pk=number)
            with connection.cursor() as cursor:
                for command in connection.ops.sequence_reset_sql(no_style(), [self.model]):
                    cursor.execute(command)


class CatchUp(models.Model):
    """A change that was written to the live index while a rebuild was running: the new index gets it before it is put in place."""

    item = models.CharField(max_length=8)
    key = models.CharField(max_length=12, blank=True)

    class Meta:
        verbose_name = _("重建期间的改动")
        verbose_name_plural = _("重建期间的改动")

    def __str__(self) -> str:
        return f"{self.item} {self.key}"


class Reading(models.Model):
    """A reading of the rows for the index, numbered: what is written by an older reading never takes the place of what a newer one wrote.
    Only the last row stays."""

    objects = ReadingManager()

    class Meta:
        verbose_name = _("索引读取")
        verbose_name_plural = _("索引读取")

    def __str__(self) -> str:
        return str(self.pk)
