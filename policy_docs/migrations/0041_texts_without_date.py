from typing import Any

from django.db import migrations, models
from django.db.models import Min
from django.utils import timezone


def count_from_publication(apps: Any, schema_editor: Any) -> None:
    """A published text without any date holds from the day on which it came into the store, and not on every day of the past."""
    Opinion, Version, Change = (apps.get_model("policy_docs", name) for name in ("OpinionPage", "OpinionVersion", "Change"))
    undated = {page.pk: page for page in Opinion.objects.filter(live=True, issue_date=None, effective_from=None).defer("body")}
    first = Version.objects.filter(opinion__in=undated, state="published").order_by().values_list("opinion").annotate(Min("created_at"))
    for pk, at in first:
        Opinion.objects.filter(pk=pk).update(counts_from=timezone.localdate(at))
    Change.objects.bulk_create([Change(item="opinion", key=page.public_key) for page in undated.values()])


class Migration(migrations.Migration):
    dependencies = [
        ("policy_docs", "0040_past_citations"),
    ]

    operations = [
        migrations.AddField(
            model_name="opinionpage",
            name="counts_from",
            field=models.DateField(
                blank=True, help_text="原文没有日期的，从这一天起算作有效；不填的，从首次发布之日起算。", null=True, verbose_name="起算日期"
            ),
        ),
        migrations.AddField(
            model_name="opinionpage",
            name="undated",
            field=models.BooleanField(default=False, verbose_name="原文没有日期"),
        ),
        migrations.AddField(
            model_name="opinionpage",
            name="unsigned",
            field=models.BooleanField(default=False, verbose_name="原文没有发文机关"),
        ),
        migrations.RunPython(count_from_publication, migrations.RunPython.noop),
    ]
