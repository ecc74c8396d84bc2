"""The day on which a person last found a document to be in force still."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Add the day; nobody has said so of the documents that are there."""

    dependencies = [("policy_docs", "0010_import_file")]

    operations = [
        migrations.AddField(
            model_name="opinionpage",
            name="validity_confirmed_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="确认现行有效的日期"),
        ),
    ]
