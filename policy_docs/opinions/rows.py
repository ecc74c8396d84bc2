"""Many new rows at once: what a text gives runs to hundreds of rows, and most of the time of ``bulk_create`` goes into building objects."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models

_PLAIN = (models.CharField, models.TextField, models.IntegerField, models.ForeignKey)  # values the database takes as they are


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows given as tuples of values for ``columns`` (attribute names). Every column without a default of the database must be among them;
    no id comes back, and no signal is sent."""
    fields = [field for field in model._meta.local_concrete_fields if field.attname in columns]
    assert len(fields) == len(columns), columns
    by_name = {field.attname: field for field in fields}
    ordered = [by_name[name] for name in columns]
    special = [(at, field) for at, field in enumerate(ordered) if not isinstance(field, _PLAIN)]
    names = ", ".join(connection.ops.quote_name(str(field.column)) for field in ordered)
    marks = ", ".join(["%s"] * len(ordered))
    statement = f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({names}) VALUES ({marks})"  # noqa: S608 - names of the model
    with connection.cursor() as cursor:
        cursor.executemany(statement, [_prepared(row, special) for row in rows])


def _prepared(row: Sequence[Any], special: Sequence[tuple[int, "models.Field[Any, Any]"]]) -> Sequence[Any]:
    if not special:
        return row
    values = list(row)
    for at, field in special:
        values[at] = field.get_db_prep_save(values[at], connection)
    return values
