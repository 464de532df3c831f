"""Names of stored files, and texts within queries."""

TABLE = "table.parquet"
FACTS = "facts.json"


def literal(text: str) -> str:
    """A text within a query, where no parameter may stand."""
    return "'" + text.replace("'", "''") + "'"
