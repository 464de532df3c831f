"""Whoever can write to where the cache keeps its entries runs no code here, and puts no words on pages."""

import pickle
import time
import zlib
from pathlib import Path

import pytest
from django.test import RequestFactory
from django.urls import resolve, reverse

from apps.ui.waiting import frame


class Runs:
    """What makes a file when it is unpickled."""

    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self):
        return Path.touch, (self.proof,)


def pickles(proof: Path) -> list[bytes]:
    """A pickle in each shape that this cache or Django's keeps."""
    bare = pickle.dumps(Runs(proof))
    end = pickle.dumps(time.time() + 600)
    return [bare, b"\0" * 32 + bare, b"\0" * 40 + bare, end + zlib.compress(bare), zlib.compress(bare)]


@pytest.mark.parametrize("shape", range(5))
def test_a_planted_pickle_is_not_run_and_is_as_if_it_were_not_there(place, tmp_path_factory, shape):
    proof = tmp_path_factory.mktemp("proof") / "ran"
    planted = pickles(proof)[shape]
    place.cache.set("seat", 1, 600)
    place.plant("seat", planted)
    assert place.cache.get("seat", "nothing") == "nothing"
    assert place.cache.get_many(["seat"]) == {}
    assert not place.cache.has_key("seat")
    assert not place.cache.touch("seat", 60)
    assert not proof.exists()
    pickle.loads(pickle.dumps(Runs(proof)))  # noqa: S301
    assert proof.exists(), "it would have shown"


def test_each_changed_byte_is_seen(place):
    place.cache.set("seat", {"role": "viewer"}, 600)
    entry = place.read("seat")
    for position in range(len(entry)):
        changed = bytes([*entry[:position], entry[position] ^ 1, *entry[position + 1 :]])
        place.plant("seat", changed)
        assert place.cache.get("seat") is None, position
    place.plant("seat", entry)
    assert place.cache.get("seat") == {"role": "viewer"}


@pytest.mark.parametrize("length", [0, 1, 31, 32, 39, 40])
def test_a_cut_entry_is_none(place, length):
    place.cache.set("seat", "value", 600)
    place.plant("seat", place.read("seat")[:length])
    assert place.cache.get("seat") is None


def test_an_entry_under_another_name_is_none(place):
    place.cache.set("admins-session", "admin", 600)
    place.cache.set("viewers-session", "viewer", 600)
    place.plant("viewers-session", place.read("admins-session"))
    assert place.cache.get("viewers-session") is None


def test_an_entry_is_not_kept_longer_by_whoever_holds_it(place, monkeypatch):
    place.cache.set("seat", "value", 600)
    entry = place.read("seat")
    later = time.time() + 601
    place.plant("seat", entry)
    monkeypatch.setattr(time, "time", lambda: later)
    assert place.cache.get("seat") is None


def test_an_entry_of_another_secret_is_none(place, settings):
    place.cache.set("seat", "value", 600)
    settings.SECRET_KEY = "another secret, of another installation"
    assert place.cache.get("seat") is None


def test_styles_that_pages_trust_as_markup_are_those_this_site_noted(settings, monkeypatch):
    monkeypatch.setattr(frame, "_styles_of", {})
    request = RequestFactory().get("/")
    request.resolver_match = resolve(reverse("account_login"))
    link = '<link rel="stylesheet" href="/static/css/rare.css">'
    frame.note_styles(request, f"<head>{link}</head>")
    entries = Path(settings.CACHES["default"]["LOCATION"]).glob("*.entry")
    [entry] = [path for path in entries if b"css/rare.css" in path.read_bytes()]

    monkeypatch.setattr(frame, "_styles_of", {})
    assert frame.known_styles(request) == link
    entry.write_bytes(entry.read_bytes().replace(b"/static/css/rare.css", b"//evil.example/r.css"))
    monkeypatch.setattr(frame, "_styles_of", {})
    assert frame.known_styles(request) == ""
