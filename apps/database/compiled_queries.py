"""Questions that every page asks: their SQL is made up once a process, not once a page.

What a query set means in SQL takes Django several times as long to work out as the database takes to answer, and for
the same question it is the same. A `CompiledQuery` works it out once, with a mark where each given value belongs.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connections, models
from django.db.models.expressions import Expression
from django.db.models.query import RelatedPopulator, get_related_populators
from django.db.models.sql.compiler import SQLCompiler

#: The only one there is.
DATABASE = "default"

Row = TypeVar("Row", bound=models.Model)


class Given(Expression):
    """A value that is given when the question is asked: `filter(owner=Given("owner", models.UUIDField()))`."""

    def __init__(self, name: str, field: models.Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, Sequence[Any]]:  # type: ignore[override]
        """A place for the value, and among the values this mark."""
        return "%s", [self]


class CompiledQuery(Generic[Row]):
    """One question; `make` makes its query set, with a `Given` where each value belongs.

    It is for conditions that compare with the values alone: how the SQL looks may not depend on them.
    """

    def __init__(self, make: Callable[[], models.QuerySet[Row, Any]]) -> None:
        self._all = _CompiledSQL(lambda: make().query)
        self._any = _CompiledSQL(lambda: make().query.exists())
        self._shape: _Shape | None = None

    def all(self, **given: Any) -> list[Row]:
        """The rows, read now, as the query set gives them."""
        rows = self._all.rows(given)
        if not rows:
            return []
        shape = self._shape = self._shape or _Shape.of(self._all.compiler())
        return [shape.filled(row) for row in rows]

    def values(self, **given: Any) -> list[Any]:
        """The values of a query set of one column (`values_list(…, flat=True)`), read now."""
        return [value for (value,) in self._all.rows(given)]

    def any(self, **given: Any) -> bool:
        """Whether there is a row."""
        return bool(self._any.rows(given))


@dataclass(frozen=True)
class _Made:
    compiler: SQLCompiler
    sql: str
    values: Sequence[Any]
    #: By the place of a column: what makes a Python value of the database's, and what the column is.
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Any]]


class _CompiledSQL:
    """A query's SQL and its values, those that are given left open."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made: _Made | None = None

    def compiler(self) -> SQLCompiler:
        """Django's, which has worked the query out."""
        return self._worked_out().compiler

    def rows(self, given: dict[str, Any]) -> list[list[Any]]:
        """What the database answers for these values, column by column."""
        made = self._worked_out()
        # Of this thread: the one that it was worked out with may belong to another.
        connection = connections[DATABASE]
        filled = tuple(_filled(value, given, connection) for value in made.values)
        with connection.cursor() as cursor:
            cursor.execute(made.sql, filled)
            rows = [list(row) for row in cursor.fetchall()]
        for place, converters, expression in made.converters:
            for row in rows:
                for convert in converters:
                    row[place] = convert(row[place], expression, connection)
        return rows

    def _worked_out(self) -> _Made:
        if self._made is None:
            compiler = self._make().get_compiler(DATABASE)
            sql, values = compiler.as_sql()
            # They look at how connections are set up, which is alike in all threads.
            columns = compiler.get_converters([column[0] for column in compiler.select])
            converters = [(place, *converter) for place, converter in columns.items()]
            self._made = _Made(compiler, sql, values, converters)
        return self._made


def _filled(value: Any, given: dict[str, Any], connection: Any) -> Any:
    if not isinstance(value, Given):
        return value
    return value.output_field.get_db_prep_value(given[value.name], connection)


@dataclass(frozen=True)
class _Shape:
    """Which columns of a row are which fields: its model's, and those of models that are joined."""

    model: type[models.Model]
    columns: slice
    fields: Sequence[str]
    joined: Sequence[RelatedPopulator]

    @classmethod
    def of(cls, compiler: SQLCompiler) -> "_Shape":
        """The shape of the rows that a compiler's SQL gives."""
        about: Any = compiler.klass_info
        select: Any = compiler.select
        columns = slice(about["select_fields"][0], about["select_fields"][-1] + 1)
        fields = [column[0].target.attname for column in select[columns]]
        joined = get_related_populators(about, select, DATABASE)  # type: ignore[call-arg]
        return cls(about["model"], columns, fields, joined)

    def filled(self, row: Sequence[Any]) -> Any:
        """The model that a row is."""
        found = self.model.from_db(DATABASE, self.fields, row[self.columns])
        for joined in self.joined:
            joined.populate(row, found)
        return found
