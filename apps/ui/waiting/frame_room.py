"""Room for the frames of a page's calls.

CPython keeps the frames of a thread in pieces of 16 KB. A call that does not fit into the last one takes a new piece
from the system, and gives it back when it returns: a loop that happens to stand at such a border does so with each of
its calls. A page made 2,400 of these, a third of its processor time; where they fell was a matter of luck.
"""

from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])
#: In values of 8 bytes. A frame that large is given a piece of 512 KB of its own, and half of it is left for the calls
#: below: some hundreds deep. What is not used takes no memory.
FRAME_SIZE = 32_000


def with_room(function: Function) -> Function:
    """The function with a large frame, so that the calls below it find room behind it."""
    code = function.__code__
    function.__code__ = code.replace(co_stacksize=FRAME_SIZE)
    return function
