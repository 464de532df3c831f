"""A spec is plain data: equal where the same file is requested, stored and read back unchanged."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.exports.spec import ExportSpec
from tests.exports.conftest import spec_of

SPEC = spec_of(extra_parameters="sub_id_1,sub_id_2")


def test_a_spec_survives_json_and_keeps_its_fingerprint():
    read = ExportSpec.from_json(json.loads(json.dumps(SPEC.as_json())))
    assert read == SPEC
    assert read.fingerprint == SPEC.fingerprint


def test_the_fingerprint_is_that_of_the_rows_there_are():
    assert spec_of().fingerprint == "34fabc7d60556f317b3839b245e924b83844cdaf2bd215dd3c5c35841792109d"


@pytest.mark.parametrize(
    "changes",
    [
        {"report": "clicks"},
        {"integration_id": "int-us"},
        {"start": SPEC.start + timedelta(seconds=1)},
        {"end": SPEC.end - timedelta(seconds=1)},
        {"columns": tuple(reversed(SPEC.columns))},
        {"delimiter": ","},
        {"extra_parameters": ()},
    ],
)
def test_each_difference_makes_another_request(changes):
    other = replace(SPEC, **changes)
    assert other != SPEC
    assert other.fingerprint != SPEC.fingerprint


def test_the_same_moments_in_another_zone_are_another_file():
    zone = ZoneInfo("UTC")
    other = replace(SPEC, start=SPEC.start.astimezone(zone), end=SPEC.end.astimezone(zone))
    assert (other.start, other.end) == (SPEC.start, SPEC.end)
    assert other != SPEC
    assert not other.holds(SPEC)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (datetime(2026, 11, 1), datetime(2026, 11, 2)),
        (SPEC.start, SPEC.end.astimezone(ZoneInfo("UTC"))),
    ],
)
def test_a_range_without_one_zone_is_refused(start, end):
    with pytest.raises(ValueError, match="one IANA zone"):
        replace(SPEC, start=start, end=end)


def test_a_file_holds_what_is_no_more_than_it_has():
    part = replace(SPEC, start=SPEC.start + timedelta(hours=1), columns=SPEC.columns[:1], delimiter=",")
    assert SPEC.holds(part)
    assert not part.holds(SPEC)


def test_two_names_of_utc_are_one_zone_to_hold_a_file_in():
    assert spec_of(time_zone="Etc/UTC").holds(spec_of(time_zone="UTC"))
