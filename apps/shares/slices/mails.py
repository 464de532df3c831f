"""The mails about slices: to the partner when there is a new file, to the owner when one cannot be made.

The link itself is in neither: it is kept nowhere. The partner has it from whoever shared it.
"""

from apps.mail.models import Message
from apps.mail.outbox import queue_message
from apps.mail.rendering import absolute_url
from apps.reports.range_words import range_words
from apps.shares.models import Slice


def ready(part: Slice) -> Message:
    """ "New rows are there." Called within the transaction that makes it so."""
    return queue_message(
        f"slice-ready:{part.pk}:{part.remote_id}"[:200],
        part.share.owner,
        "slice_ready",
        {"slice": part, "share": part.share, "facts": _facts(part)},
        address=part.partner_email,
    )


def failed(part: Slice) -> Message:
    """The file could not be made."""
    share = part.share
    return queue_message(
        f"slice-failed:{part.pk}:{part.remote_id}"[:200],
        share.owner,
        "slice_failed",
        {
            "slice": part,
            "share": share,
            "facts": _facts(part),
            "url": absolute_url("shares:openings", share.pk),
        },
    )


def _facts(part: Slice) -> list[tuple[str, str]]:
    facts = part.share.facts
    found = [("File", part.share.label)]
    if facts.get("start"):
        found.append(("From – to", range_words(facts["start"], facts.get("end") or "")))
    if part.rows is not None:
        found.append(("Rows", f"{part.rows:,}"))
    return found
