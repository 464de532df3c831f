"""The registry of job functions: for each job model the next step, and what is done when it gets no further.

An app registers its functions in `AppConfig.ready`: they import the model, so the model cannot name them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Steps:
    """The functions of one model."""

    #: Does one short piece of work and ends with `Job.advance`. Never sleeps, never waits for long.
    step: Callable[[Any], None]
    #: Says with `Job.advance` what becomes of a row whose step failed or killed its worker again and again; gets the
    #: reason in words for a person.
    gave_up: Callable[[Any, str], None]


_registered: dict[type[Model], Steps] = {}


def register(model: type[Row], step: Callable[[Row], None], gave_up: Callable[[Row, str], None]) -> None:
    """Have the worker call these functions with the rows of the model."""
    _registered[model] = Steps(step, gave_up)


def steps_of(model: type[Model]) -> Steps:
    """The functions of a model. Raises `LookupError` when none are registered."""
    try:
        return _registered[model]
    except KeyError as error:
        raise LookupError(f"{model._meta.label} has no registered step") from error
