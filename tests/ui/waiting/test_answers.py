"""Answers that are handed over: each to one request, and nobody is left waiting."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.core.cache import cache

from apps.ui.waiting import answers
from apps.ui.waiting.answers import Answer

ANSWER = Answer(200, {}, "A page")


def test_of_two_that_come_at_once_one_gets_the_answer(monkeypatch):
    answers.begin("a")
    answers.keep("a", ANSWER, 60)
    both_have_read = Barrier(2)

    class Cache:
        """Gives nobody what it has before both have asked."""

        delete = staticmethod(cache.delete)

        def get(self, key):
            found = cache.get(key)
            both_have_read.wait(30)
            return found

    monkeypatch.setattr(answers, "cache", Cache())
    with ThreadPoolExecutor(2) as threads:
        taken = list(threads.map(answers.take, ["a", "a"]))
    assert sorted(taken, key=bool) == [None, ANSWER]


def test_who_waits_for_an_answer_that_is_asked_for_twice_gets_it(monkeypatch):
    assert answers.begin("b")
    waits = Event()
    event = answers._made_here["b"]
    wait = event.wait

    def waiting(seconds):
        waits.set()
        return wait(seconds)

    monkeypatch.setattr(event, "wait", waiting)
    with ThreadPoolExecutor(1) as threads:
        taken = threads.submit(answers.take, "b")
        assert waits.wait(30)
        assert not answers.begin("b")
        answers.keep("b", ANSWER, 60)
        assert taken.result(5) == ANSWER


def test_who_waits_is_told_where_the_answer_cannot_be_kept(monkeypatch):
    answers.begin("c")
    event = answers._made_here["c"]
    monkeypatch.setattr(answers, "sealed", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        answers.keep("c", ANSWER, 60)
    assert event.is_set()
