"""The catalogue of a resource's fields by one contract: made once a process, as neither of the two ever changes."""

from functools import lru_cache

from apps.api.contract.contract import Contract
from apps.resources.lists.state import FieldCatalogue
from apps.resources.resource import Resource


@lru_cache(maxsize=128)
def catalogue_of(resource: Resource, contract: Contract) -> FieldCatalogue:
    """What a list of the resource can be filtered and sorted by, at a service of that contract."""
    return FieldCatalogue(
        contract.record_fields(resource.tag),
        contract,
        resource.hidden_fields,
        resource.references,
        resource.label_of,
    )
