"""`make quick` finds the tests of what changed."""

import pytest

from tests.support.quick import PROJECT, places_for

APPS = sorted(path.parent.name for path in (PROJECT / "apps").glob("*/__init__.py"))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            ["tests/offers/test_detail.py"],
            ["tests/offers/test_detail.py", "tests/offers", "tests/resources/every", "tests/architecture"],
        ),
        (["templates/exports/detail.html"], ["tests/exports", "tests/architecture"]),
        (
            ["docs/adding-a-resource.md"],
            ["tests/resources/test_adding_a_resource.py", "tests/architecture"],
        ),
        (["tests/browser/test_roles.py", "README.md"], ["tests/architecture"]),
        (["integr8admin/navigation.py"], ["tests/architecture", "tests/accounts"]),
        ([], ["tests/architecture"]),
    ],
)
def test_what_changed_is_tested_the_nearest_first(changed, expected):
    assert places_for(changed) == expected


def test_tests_that_import_a_changed_module_come_before_those_of_its_app():
    found = places_for(["apps/resources/declaration/system_checks.py"])
    assert found.index("tests/resources/declaration/test_checks.py") < found.index("tests/resources")


def test_every_app_has_tests_to_run():
    without = [app for app in APPS if len(places_for([f"apps/{app}/{_module(app)}"])) < 2]
    assert without == []


def _module(app):
    folder = PROJECT / "apps" / app
    names = sorted(path.name for path in folder.glob("*.py") if path.name not in ("__init__.py", "apps.py"))
    return next((name for name in ("resource.py", "views.py", "models.py") if name in names), names[0])
