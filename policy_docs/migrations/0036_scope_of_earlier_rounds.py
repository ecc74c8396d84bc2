"""Rounds of confirmation that were opened before a round kept its scope as data get the one that their words say, as far as these can be read."""

import re
from collections.abc import Iterable

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# as ``directory.asking.Scope.words`` has always written it: 云岭省及下级，公安机关、法院等 8 类
_WORDS = re.compile(r"(?P<place>.+?)(?P<reach>及下级|本级)，(?P<kinds>.+?)(?P<more>等 \d+ 类)?")


def read_scopes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give each such round place, reach and kinds; a name that several places have is the one that holds all units asked. Where the words name no
    place that is known, the round stays without: it asks those whom it has asked, and none that join later."""
    model = apps.get_model("policy_docs", "ConfirmationRound")
    for row in model.objects.filter(place__isnull=True):
        said = _WORDS.fullmatch(row.scope)
        if said is None:
            continue
        asked = list(row.confirmations.values_list("entry__jurisdiction_id", "entry__jurisdiction__lineage", "entry__kind_id"))
        below = said["reach"] == "及下级"
        row.place_id = _place(apps, said["place"], [(code, lineage) for code, lineage, _kind in asked], below=below)
        row.below = below
        row.kinds = _kinds(apps, said["kinds"], {kind for _code, _lineage, kind in asked} if said["more"] else set())
        if row.place_id is not None and row.kinds is not None:
            row.save(update_fields=["place", "below", "kinds"])


def _place(apps: Apps, name: str, asked: Iterable[tuple[str, str]], *, below: bool) -> str | None:
    codes = apps.get_model("policy_docs", "Jurisdiction").objects.filter(name=name).order_by("pk").values_list("pk", flat=True)
    holding = [code for code in codes if all(f"/{code}/" in lineage if below else own == code for own, lineage in asked)]
    return holding[0] if len(holding) == 1 else None


def _kinds(apps: Apps, words: str, asked: set[str]) -> list[str] | None:
    """The kinds that the words name, and those of the units asked where the words stop short; None where a name is not known any more."""
    if words == "全部单位":
        return []
    names = words.split("、")
    known = dict(apps.get_model("policy_docs", "UnitKind").objects.filter(name__in=names).values_list("name", "pk"))
    return sorted({*known.values(), *asked}) if len(known) == len(names) else None


class Migration(migrations.Migration):
    dependencies = [("policy_docs", "0035_unit_look")]

    operations = [migrations.RunPython(read_scopes, migrations.RunPython.noop)]
