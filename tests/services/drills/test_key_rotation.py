"""A rotation on PostgreSQL while people save and read keys, killed twice midway: no key is lost."""

import pytest

from bench.key_rotation import drill

pytestmark = pytest.mark.services


@pytest.mark.usefixtures("postgresql")
def test_no_key_is_lost_when_a_rotation_under_traffic_is_killed_twice(tmp_path):
    result = drill(tmp_path, keys=300)
    assert (result.kills, result.unreadable, result.refused, result.left) == (2, 0, 0, 0)
    assert result.saved_meanwhile > 0
    assert result.read_meanwhile > 0
