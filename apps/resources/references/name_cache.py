"""Names of referenced records (an offer's advertiser), read through the person's own key and cached for it alone."""

import logging
import re
from collections.abc import Callable, Iterable, Mapping

from django.core.cache import cache

from apps.api.client import Client
from apps.api.errors import ApiError, RequestRefused
from apps.api.parallel import run_together
from apps.api.query import Filter, ListQuery
from apps.connections.models import Connection
from apps.resources import registry
from apps.resources.lists.filter_values import fits
from apps.ui.columns import Record
from apps.ui.values import LONGEST_TITLE, identifier, is_missing, shortened, text_of, value_at

logger = logging.getLogger(__name__)

CACHE_SECONDS = 600
#: How long names stay as ids after the API did not give them.
FAILURE_SECONDS = 30
LARGEST_PAGE = 100
#: How many names one page asks for one by one when the API does not filter by several ids.
SINGLE_READS = 8
#: Of more names all are read anew: whoever walks through a report for hours would carry them along with every page.
MOST_NAMES = 5000

Names = dict[str, str]
# In a filter by several ids a comma separates them, and nobody knows what an API makes of blanks.
_PLAIN_ID = re.compile(r"[^\s,\x00-\x1f\x7f]+")


class NameCache:
    """The names of one tag's records as one connection sees them: id → name; "" for an id without a name."""

    def __init__(
        self, connection: Connection, client: Client, tag: str, path: Mapping[str, str] | None = None
    ) -> None:
        #: The path parameters of the tag's list, for records that lie below an integration.
        self._path = dict(path or {})
        place = "".join(f":{value}" for value in self._path.values())
        self._key = f"names:{connection.key_name}:{tag}{place}"
        self._client = client
        self._operations = client.endpoint.contract.for_tag(tag)
        self.tag = tag
        cached = cache.get(self._key)
        if cached is not None and len(cached) > MOST_NAMES:
            cached = None
        self.is_cold = cached is None
        self.names: Names = cached or {}

    def first_page(self) -> None:
        """Read the first hundred names: what most lists need, in one call."""
        page = self._client.list(self._operations["list"].id, self._path, ListQuery(page_size=LARGEST_PAGE))
        self._remember(page.records)

    def complete(self, ids: Iterable[str]) -> None:
        """Read the names still unknown among the ids; an API that refuses leaves them as ids."""
        unknown = sorted(set(ids) - self.names.keys())
        if not unknown:
            return
        seconds = CACHE_SECONDS
        try:
            self._read(unknown)
        except ApiError as error:
            logger.info("names of %s are not shown: %s", self.tag, type(error).__name__)
            seconds = FAILURE_SECONDS
        self._remember([], unnamed=unknown, seconds=seconds)

    def _read(self, ids: list[str]) -> None:
        # One odd id must not cost the others their names: an API refuses the whole list for it.
        listed = [key for key in ids if self._is_plain(key)][:LARGEST_PAGE]
        if listed:
            self._read_listed(listed)
        get = self._operations["get"]
        left = [key for key in ids if key not in self.names][:SINGLE_READS]
        # A service's contract may name its own id before those of the records around it.
        [own_id] = set(get.path_parameters) - self._path.keys()
        answers = run_together(*(_reader(self._client, get.id, {**self._path, own_id: key}) for key in left))
        self._remember([answer for answer in answers if isinstance(answer, dict)])

    def _read_listed(self, ids: list[str]) -> None:
        """Read them in one call; one that is refused leaves them to be read one by one."""
        query = ListQuery(page_size=LARGEST_PAGE, filters=(Filter("id", "in", ",".join(ids)),))
        try:
            page = self._client.list(self._operations["list"].id, self._path, query)
        except RequestRefused as error:
            logger.info("names of %s cannot be listed by ids: %s", self.tag, error.status)
            return
        self._remember(page.records)

    def _is_plain(self, key: str) -> bool:
        """Whether the id may stand among others in a filter, by what the contract says of ids."""
        contract = self._client.endpoint.contract
        field = contract.record_fields(self.tag).get("id")
        return _PLAIN_ID.fullmatch(key) is not None and (field is None or fits(key, field))

    def _name_of(self, record: Record) -> str:
        resource = registry.by_tag(self.tag)
        if resource is not None:
            return shortened(resource.name_of(record), LONGEST_TITLE)
        name = value_at(record, "name")
        return "" if is_missing(name) else shortened(text_of(name), LONGEST_TITLE)

    def _remember(
        self, records: Iterable[Record], unnamed: Iterable[str] = (), seconds: int = CACHE_SECONDS
    ) -> None:
        for record in records:
            if key := identifier(value_at(record, "id")):
                self.names[key] = self._name_of(record)
        for key in unnamed:
            self.names.setdefault(key, "")
        cache.set(self._key, self.names, seconds)


def _reader(client: Client, operation_id: str, path: dict[str, str]) -> Callable[[], dict[str, object]]:
    return lambda: client.get(operation_id, path)


def referenced_ids(records: Iterable[Record], field: str) -> set[str]:
    """The ids that the records' field refers to, as texts."""
    keys = (identifier(value_at(record, field)) for record in records)
    return {key for key in keys if key}
