"""A moment is written one way on every page, whatever zone it came with."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from apps.ui.templatetags.moments import moment

HOUR = timezone(timedelta(hours=1))


@pytest.mark.parametrize(
    "value",
    [
        datetime(2026, 11, 29, 14, 5, 9, tzinfo=UTC),
        datetime(2026, 11, 29, 15, 5, 9, tzinfo=HOUR),
        datetime(2026, 11, 29, 14, 5, 9),
    ],
)
def test_a_moment_is_written_in_the_zone_of_the_page(value):
    assert ">29 Nov 2026, 14:05</time>" in moment(value)
    assert 'title="29 Nov 2026, 14:05:09 UTC"' in moment(value)
