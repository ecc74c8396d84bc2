"""Which duties were decided by themselves; of those decided before nobody knows, so they do not count."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the mark."""

    dependencies = [("policy_docs", "0007_text_to_come")]

    operations = [
        migrations.AddField(model_name="duty", name="singly", field=models.BooleanField(default=False, editable=False)),
    ]
