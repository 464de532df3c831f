"""Questions that every page asks: their SQL is made up once a process, not once a page.

What a query set means in SQL takes Django several times as long to work out as the database takes to answer, and for
the same question it is the same. A `CompiledQuery` works it out once, with a mark where each given value belongs.
"""

from collections.abc import Callable, Sequence
from copy import copy
from typing import Any, ClassVar, Generic, TypeVar, cast

from django.db import connections, models
from django.db.models.expressions import Expression
from django.db.models.query import ModelIterable
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
        self._make = make
        self._all = _CompiledSQL(lambda: make().query)
        self._any = _CompiledSQL(lambda: make().query.exists())

    def all(self, **given: Any) -> list[Row]:
        """The rows, read now, as the query set gives them."""
        return list(ModelIterable(cast("models.QuerySet[Row]", _Asked(self._all, given))))

    def values(self, **given: Any) -> list[Any]:
        """The values of a query set of one column (`values_list(…, flat=True)`), read now."""
        return [value for (value,) in self._all.compiler(given).results_iter()]

    def any(self, **given: Any) -> bool:
        """Whether there is a row."""
        return bool(self._any.compiler(given).has_results())


class _CompiledSQL:
    """A query's SQL and its values, those that are given left open."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make
        self._made: tuple[SQLCompiler, str, Sequence[Any]] | None = None

    def compiler(self, given: dict[str, Any]) -> SQLCompiler:
        """Django's compiler for one time that the question is asked, which has nothing left to work out."""
        connection = connections[DATABASE]
        if self._made is None:
            made = self._make().get_compiler(DATABASE)
            self._made = (made, *made.as_sql())
        made, sql, values = self._made
        filled = tuple(_filled(value, given, connection) for value in values)
        own = copy(made)
        # Of this thread: the one that it was made with belongs to another.
        own.connection = connection
        own.as_sql = lambda *_, **__: (sql, filled)  # type: ignore[method-assign]
        return own


def _filled(value: Any, given: dict[str, Any], connection: Any) -> Any:
    if not isinstance(value, Given):
        return value
    return value.output_field.get_db_prep_value(given[value.name], connection)


class _Asked:
    """What Django's iteration over rows wants of a query set."""

    db = DATABASE
    _known_related_objects: ClassVar[dict[Any, Any]] = {}

    def __init__(self, compiled: _CompiledSQL, given: dict[str, Any]) -> None:
        self._compiled = compiled
        self._given = given

    @property
    def query(self) -> "_Asked":
        """Itself: it makes the compiler too."""
        return self

    def get_compiler(self, using: str) -> SQLCompiler:
        """The compiler for this time."""
        return self._compiled.compiler(self._given)
