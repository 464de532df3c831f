"""Calls at any depth of a page take no new memory from the system, wherever they stand."""

import resource
import threading

from apps.ui.waiting.frame_room import with_room


def leaf(a, b, c, d, e, f, g, h):
    return a


def faults_at(depth: int) -> int:
    """The most pages of memory that a thousand calls take anew, at any of so many depths."""
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for _ in range(1000):
        leaf(1, 2, 3, 4, 5, 6, 7, 8)
    own = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before
    return max(own, faults_at(depth - 1)) if depth else own


@with_room
def faults_with_room(depth: int) -> int:
    return faults_at(depth)


def in_thread(function, *arguments):
    found = []
    thread = threading.Thread(target=lambda: found.append(function(*arguments)))
    thread.start()
    thread.join()
    return found[0]


def test_no_depth_of_a_page_takes_memory_with_each_call():
    assert in_thread(faults_with_room, 200) < 500
    assert in_thread(faults_at, 200) >= 500, "not needed any more with this Python: take it away"
