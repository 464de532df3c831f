"""The mails about files of long lists: one when the file is there, one when it cannot be made."""

from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from apps.list_files.models import KEPT, ListFile
from apps.mail.models import Message
from apps.mail.outbox import queue_message
from apps.mail.rendering import absolute_url

_DAY = "%-d %b %Y"


def ready(file: ListFile) -> Message:
    """ "Your list is ready." Called within the transaction that makes it so."""
    return _post(file, "list_file_ready")


def failed(file: ListFile) -> Message:
    """The file cannot be made. Called within the transaction that makes it so."""
    return _post(file, "list_file_failed")


def _post(file: ListFile, template: str) -> Message:
    context = {
        "file": file,
        "facts": _facts(file),
        "url": absolute_url("list_files:detail", file.pk),
    }
    return queue_message(f"{template}:{file.pk}", file.owner, template, context)


def _facts(file: ListFile) -> list[tuple[str, str]]:
    facts = [("List", file.label), ("Service", file.service.name), ("Format", str(file.get_format_display()))]
    if file.ready_at:
        facts.append(("Rows", f"{file.rows_read:,}"))
        facts.append(("Size", filesizeformat(file.size_bytes or 0)))
        facts.append(("Kept until", f"{timezone.localtime(file.ready_at + KEPT):{_DAY}}"))
    return facts
