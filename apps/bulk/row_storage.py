"""Saves many rows of a run at once: `bulk_update` compiles an expression for each value, which takes far longer."""

from collections.abc import Sequence

from django.db import connection

from apps.bulk.models import BulkRow


def save_rows(rows: Sequence[BulkRow], columns: Sequence[str]) -> None:
    """Write these columns of the rows."""
    fields = [BulkRow._meta.get_field(name) for name in columns]
    names = ", ".join(f"{field.column} = %s" for field in fields)  # type: ignore[union-attr]
    statement = f"UPDATE {BulkRow._meta.db_table} SET {names} WHERE id = %s"  # noqa: S608
    values = [
        [*(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields), row.pk]  # type: ignore[union-attr]
        for row in rows
    ]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(statement, values)
