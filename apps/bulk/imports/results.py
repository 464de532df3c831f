"""What came of a check, as plain data that is stored with the file."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Self

from apps.bulk.imports.checking.checker import Check, Problem

#: So many problems are stored; of more there is the count, and they come up when these are mended.
MOST_STORED = 5_000


@dataclass(frozen=True)
class CheckResult:
    """The numbers of a check, and its problems."""

    creation_count: int
    update_count: int
    silent_count: int
    bad_count: int
    problem_count: int
    lacks: Sequence[str]
    undecided: Sequence[str]
    problems: Sequence[Problem]

    @classmethod
    def of(cls, check: Check) -> Self:
        """The result of a check."""
        problems = check.problems
        return cls(
            check.creation_count,
            check.update_count,
            check.silent_count,
            check.bad_count,
            len(problems),
            check.lacks,
            check.undecided,
            problems[:MOST_STORED],
        )

    @property
    def good_count(self) -> int:
        """How many rows can be imported."""
        return self.creation_count + self.update_count

    @property
    def is_good(self) -> bool:
        """Whether all rows can be taken."""
        return not self.bad_count

    @property
    def left_out_count(self) -> int:
        """How many problems are not stored."""
        return self.problem_count - len(self.problems)

    def as_data(self) -> dict[str, Any]:
        """The result to be stored."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> Self:
        """The stored result."""
        return cls(**{**data, "problems": [Problem(**problem) for problem in data["problems"]]})
