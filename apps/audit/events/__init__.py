"""What happens to the product itself, in the log: `record` writes it down, `describe_download` tells of a file."""

from apps.accounts.product_events import EventKind, acting_person
from apps.audit.events.middleware import describe_download
from apps.audit.events.recording import record

__all__ = ["EventKind", "acting_person", "describe_download", "record"]
