from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def forget_earlier(apps: Any, schema_editor: Any) -> None:
    """Without its days, a duty as it was before a text would stand beside the one that it has become."""
    Duty, Span = apps.get_model("policy_docs", "Duty"), apps.get_model("policy_docs", "DutySpan")
    earlier = list(Duty.objects.filter(goes_on_as__isnull=False).values_list("pk", flat=True))
    Span.objects.filter(duty__in=earlier).delete()
    Duty.objects.filter(pk__in=earlier).delete()
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks still to be done cannot be altered


class Migration(migrations.Migration):
    dependencies = [("policy_docs", "0032_bodies_without_document")]

    operations = [
        migrations.AddField(
            model_name="duty",
            name="began_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="有效的第一天"),
        ),
        migrations.AddField(
            model_name="duty",
            name="goes_on_as",
            field=models.ForeignKey(
                blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="was", to="policy_docs.duty"
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_earlier),
    ]
