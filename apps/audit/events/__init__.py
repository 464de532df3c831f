"""What happens to the product itself, in the log: `record` writes it down."""

from apps.accounts.product_events import EventKind
from apps.audit.events.recording import record

__all__ = ["EventKind", "record"]
