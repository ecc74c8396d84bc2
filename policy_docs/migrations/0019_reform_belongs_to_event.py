"""No succession without its event; a kind that a reform names stays."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """By itself: PostgreSQL does not change a table in the transaction that has just written its rows."""

    dependencies = [('policy_docs', '0018_reforms_in_events')]

    operations = [
        migrations.AlterField(
            model_name="reform",
            name="event",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="successions", to="policy_docs.reformevent", verbose_name="机构改革"
            ),
        ),
    ]
