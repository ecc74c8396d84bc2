"""Under which unit and addressee a duty was found, where a person has corrected them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("policy_docs", "0005_repeal_found")]

    operations = [
        migrations.AddField(
            model_name="duty",
            name="found_as",
            field=models.CharField(blank=True, default="", editable=False, max_length=130),
        ),
    ]
