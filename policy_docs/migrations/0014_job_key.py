"""What makes the second press of a button the same job as the first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the key; jobs of other kinds have none."""

    dependencies = [("policy_docs", "0013_directory")]

    operations = [
        migrations.AddField(
            model_name="job",
            name="key",
            field=models.CharField(editable=False, max_length=16, null=True, unique=True),
        ),
    ]
