from typing import Any

from django.db import migrations, models
from django.db.models import F


def note_old(apps: Any, schema_editor: Any) -> None:
    """Answers that were given before they were told are no news: they stand among those that were settled."""
    apps.get_model("policy_docs", "RemovalRequest").objects.filter(answered_at__isnull=False).update(noted_at=F("answered_at"))


class Migration(migrations.Migration):
    dependencies = [("policy_docs", "0029_notes_and_second_reviews")]

    operations = [
        migrations.AddField("removalrequest", "noted_at", models.DateTimeField(blank=True, null=True, verbose_name="申请人阅知时间")),
        migrations.RunPython(note_old, migrations.RunPython.noop),
    ]
