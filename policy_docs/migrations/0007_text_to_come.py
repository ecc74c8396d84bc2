"""A text that was stored ahead of its day has a state of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """Name the state; no row changes."""

    dependencies = [("policy_docs", "0006_duty_found_as")]

    operations = [
        migrations.AlterField(
            model_name="opinionversion",
            name="state",
            field=models.CharField(choices=[("draft", "草稿"), ("published", "已发布"), ("coming", "待施行")], max_length=10, verbose_name="状态"),
        ),
    ]
