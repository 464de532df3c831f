"""Numbers are typed into boxes of one kind, which tests/resources/every/test_typed_numbers.py examines."""

import re
from pathlib import Path

from apps.api.contract.contract import builtin_contract
from apps.resources import registry
from apps.resources.forms.bodies import leaves
from apps.resources.lists.filter_values import is_number
from apps.resources.lists.state import FieldCatalogue

PROJECT = Path(__file__).resolve().parents[2]
#: Django's own fields, and the browser's box for numbers, take no comma and no blank.
OTHERS = re.compile(r'forms\.(?:Integer|Decimal|Float)Field|NumberInput|type="number"')


def test_no_form_has_a_box_for_numbers_of_another_kind():
    files = [*PROJECT.glob("apps/**/*.py"), *PROJECT.glob("templates/**/*.html")]
    using = {str(path.relative_to(PROJECT)) for path in files if OTHERS.search(path.read_text())}
    assert using == {"apps/resources/forms/fields.py"}


def test_records_have_numbers_to_type():
    contract = builtin_contract()
    bodies = [contract.for_tag(one.tag)["update"].body_fields.values() for one in registry.resources()]
    numbers = [name for body in bodies for name, field in leaves(body) if field.type == "number"]
    assert len(numbers) >= 8
    catalogues = [FieldCatalogue(contract.record_fields(one.tag), contract) for one in registry.resources()]
    filters = [name for fields in catalogues for name in fields.names() if is_number(fields[name])]
    assert len(filters) >= 8
