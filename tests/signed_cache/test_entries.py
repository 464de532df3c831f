"""A signed cache does what Django's do."""

import threading
import time
from datetime import UTC, datetime

import pytest

VALUES = [
    None,
    0,
    7,
    -1,
    True,
    "text",
    b"bytes",
    1.5,
    {"a": [1, (2, 3)]},
    {1, 2},
    datetime(2026, 11, 29, tzinfo=UTC),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_what_was_kept_is_given_back(place, value):
    place.cache.set("seat", value, 60)
    assert place.cache.get("seat", "nothing") == value
    assert type(place.cache.get("seat", "nothing")) is type(value)
    assert place.cache.has_key("seat")
    assert place.cache.get_many(["seat", "other"]) == {"seat": value}


def test_several_are_kept_and_forgotten(place):
    assert place.cache.set_many({"a": 1, "b": None}, 60) == []
    assert place.cache.get_many(["a", "b"]) == {"a": 1, "b": None}
    place.cache.delete_many(["a", "b"])
    assert place.cache.get_many(["a", "b"]) == {}


def test_only_the_first_adds_and_only_one_takes_away(place):
    assert place.cache.add("seat", 1, 60) is True
    assert place.cache.add("seat", 2, 60) is False
    assert place.cache.get("seat") == 1
    assert place.cache.delete("seat") is True
    assert place.cache.delete("seat") is False
    assert place.cache.get("seat") is None


def test_of_many_at_once_one_adds(place):
    added = []
    start = threading.Barrier(8)

    def add() -> None:
        start.wait()
        added.append(place.cache.add("code", True, 60))

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(added) == [False] * 7 + [True]


def test_an_entry_ends_and_may_be_added_again(place, monkeypatch):
    place.cache.set("seat", 1, 60)
    place.cache.set("for-good", 1, None)
    place.cache.set("at-once", 1, 0)
    assert place.cache.get("at-once") is None
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert place.cache.get("seat") is None
    assert place.cache.get("for-good") == 1


def test_an_entry_is_kept_for_another_time(place, monkeypatch):
    place.cache.set("seat", 1, 60)
    assert place.cache.touch("seat", 600) is True
    assert place.cache.touch("other", 600) is False
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 300)
    assert place.cache.get("seat") == 1


def test_a_number_is_counted_up(place):
    place.cache.set("count", 1, 60)
    assert place.cache.incr("count") == 2
    assert place.cache.get("count") == 2
    with pytest.raises(ValueError, match="not found"):
        place.cache.incr("none")


def test_all_are_forgotten_at_once(tmp_path):
    from tests.signed_cache.conftest import files_at

    cache = files_at(tmp_path).cache
    (tmp_path / "of an older version.djcache").write_bytes(b"pickled")
    cache.set("seat", 1, 60)
    cache.clear()
    assert cache.get("seat") is None
    assert [path.name for path in tmp_path.iterdir()] == []


def test_the_oldest_files_go_when_there_are_too_many(tmp_path):
    from tests.signed_cache.conftest import files_at

    cache = files_at(tmp_path).cache
    for number in range(1500):
        cache.set(str(number), number, 600)
    assert len(list(tmp_path.glob("*.entry"))) < 700
    assert cache.get("1499") == 1499


def test_files_are_readable_by_their_owner_alone(tmp_path):
    from tests.signed_cache.conftest import files_at

    cache = files_at(tmp_path / "cache").cache
    cache.set("seat", 1, 60)
    [path] = (tmp_path / "cache").iterdir()
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
