"""Python's search for cycles of objects, kept off what lives as long as the process: the tests and all modules.

Left alone it goes through all of them again and again: a fifth of the processor time of tests.
"""

import gc
from collections.abc import Generator

import pytest

#: So many new objects before cycles are looked for among them; Python's 700 are for programs that own little.
NEW_OBJECTS = 20_000

# None while plug-ins, the product and tests are imported.
gc.disable()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for them once the tests are collected, and never among what was there by then."""
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(NEW_OBJECTS, *gc.get_threshold()[1:])
        gc.enable()
