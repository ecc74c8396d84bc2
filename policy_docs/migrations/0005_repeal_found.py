"""Whether a repeal was read from a citation: until now every one with a source was."""

from typing import Any

from django.db import migrations, models


def mark(apps: Any, schema_editor: Any) -> None:
    """Mark the repeals that have a source."""
    apps.get_model("policy_docs", "OpinionPage").objects.filter(repealed_by__isnull=False).update(repeal_found=True)


class Migration(migrations.Migration):
    """Add and fill the field."""

    dependencies = [("policy_docs", "0004_duty_opinion")]

    operations = [
        migrations.AddField(model_name="opinionpage", name="repeal_found", field=models.BooleanField(default=False, editable=False)),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]
