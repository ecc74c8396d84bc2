"""The opinion of a duty, beside its clause: filled from the clause, then required, with an index by opinion and kind."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    clause = apps.get_model("policy_docs", "Clause").objects.filter(pk=OuterRef("clause_id"))
    apps.get_model("policy_docs", "Duty").objects.update(opinion_id=Subquery(clause.values("opinion_id")[:1]))


class Migration(migrations.Migration):
    dependencies = [("policy_docs", "0003_clause_identity")]

    operations = [
        migrations.AddField(
            model_name="duty",
            name="opinion",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="duties",
                to="policy_docs.opinionpage",
                verbose_name="文件",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="duty",
            name="opinion",
            field=models.ForeignKey(
                db_index=False,
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="duties",
                to="policy_docs.opinionpage",
                verbose_name="文件",
            ),
        ),
        migrations.AddIndex(model_name="duty", index=models.Index(fields=["opinion", "kind"], name="duty_opinion_kind")),
    ]
