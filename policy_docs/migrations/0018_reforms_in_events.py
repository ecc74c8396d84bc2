"""Reforms that were rows by themselves belong to events: one for each title that stands before the colon of their basis."""

import secrets

from django.db import migrations

LEVELS = ("country", "province", "prefecture", "county")
OURS = ("2018年党和国家机构改革", "2023年党和国家机构改革")  # what came with the product; the rest was entered in the administration


def gather(apps, schema_editor):
    """Put each succession into the event of its title."""
    reforms, events = apps.get_model("policy_docs", "Reform"), apps.get_model("policy_docs", "ReformEvent")
    groups = {}
    for row in reforms.objects.filter(event=None).order_by("pk"):
        groups.setdefault(row.basis.partition("：")[0][:80] or "以前登记的机构改革", []).append(row)
    for title, rows in groups.items():
        usual = max(rows, key=lambda row: sum(getattr(row, f"{level}_on") is not None for level in LEVELS))
        event = events.objects.create(
            public_key=secrets.token_hex(4),
            title=title,
            kind="several",
            with_release=title in OURS,
            entry={"lines": [line(row) for row in rows]},
            **{f"{level}_on": getattr(usual, f"{level}_on") for level in LEVELS},
        )
        reforms.objects.filter(pk__in=[row.pk for row in rows]).update(event=event)


def line(row):
    """Return a succession as the entry of an event holds it."""
    dates = {level: getattr(row, f"{level}_on").isoformat() for level in LEVELS if getattr(row, f"{level}_on")}
    return {"from": row.predecessor_id, "to": row.successor_id, "scope": row.scope, "words": row.function_words, "dates": dates, "basis": row.basis}


class Migration(migrations.Migration):
    """Going back needs nothing: the rows hold all that they held."""

    dependencies = [('policy_docs', '0017_reform_event')]

    operations = [migrations.RunPython(gather, migrations.RunPython.noop)]
