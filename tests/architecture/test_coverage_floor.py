"""The floor under the share of lines that the tests reach."""

from tests.support import coverage


def measured(percent):
    files = {"apps/a.py": {"missing_lines": [1, 2]}, "apps/b.py": {"missing_lines": []}}
    return {"summary": {"percent_covered": percent}, "files": files}


def test_below_the_floor_a_run_fails(monkeypatch):
    monkeypatch.setattr(coverage, "FLOOR", 90.0)
    words, holds = coverage.report(measured(89.9))
    assert not holds
    assert words.endswith("The tests reach 89.9 % of the lines; which is below the floor of 90.0 %.")


def test_the_files_with_the_most_lines_that_no_test_reached_are_named(monkeypatch):
    monkeypatch.setattr(coverage, "FLOOR", 90.0)
    words, holds = coverage.report(measured(90.0))
    assert holds
    assert words.splitlines()[:-1] == ["     2 lines not reached in apps/a.py"]
