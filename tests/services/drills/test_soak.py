"""Workers killed at random while the API answers badly; `make soak` is the long form of it."""

import pytest

from bench.soak import Soak

pytestmark = pytest.mark.services


@pytest.mark.usefixtures("postgresql")
def test_a_short_soak_of_ten_kills_loses_nothing_and_doubles_nothing():
    report = Soak("postgresql", kills=10, exports=12, people=3, seed=7).run()
    assert report.violations == []
