from typing import Any

from django.db import migrations, models


def forget_ends(apps: Any, schema_editor: Any) -> None:
    """Without a last day, what has ended is rejected; where its words came back later, the duty of today stands for it."""
    Duty, Span = apps.get_model("policy_docs", "Duty"), apps.get_model("policy_docs", "DutySpan")
    seats = ("clause_id", "kind_id", "reach", "levels", "place")
    taken = set(Duty.objects.filter(ended_on__isnull=True).values_list(*seats))
    for duty in Duty.objects.filter(ended_on__isnull=False).order_by("-ended_on"):
        seat = tuple(getattr(duty, name) for name in seats)
        if seat in taken:
            Span.objects.filter(duty=duty).delete()
            duty.delete()
        else:
            taken.add(seat)
            Duty.objects.filter(pk=duty.pk).update(state="rejected")
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to be done cannot be altered


class Migration(migrations.Migration):
    dependencies = [("policy_docs", "0027_notices_outlast")]

    operations = [
        migrations.RemoveConstraint(model_name="duty", name="duty_once_per_addressee"),
        migrations.AddField(
            model_name="duty",
            name="ended_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="有效的最后一天"),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_ends),
        migrations.AddConstraint(
            model_name="duty",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_on__isnull", True)), fields=("clause", "kind", "reach", "levels", "place"), name="duty_once_per_addressee"
            ),
        ),
    ]
