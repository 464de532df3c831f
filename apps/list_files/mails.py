"""What people are told about files of long lists: that the file is there, or that it cannot be made."""

from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from apps.list_files.models import KEPT, ListFile
from apps.mail.models import Message
from apps.mail.rendering import absolute_url
from apps.notifications.kinds import Kind, register
from apps.notifications.models import Outcome
from apps.notifications.telling import Event, MailTemplate, tell

READY = register(Kind("list_file_ready", "The file of a long list is ready"))
FAILED = register(Kind("list_file_failed", "The file of a long list could not be made"))
_DAY = "%-d %b %Y"


def ready(file: ListFile) -> Message | None:
    """ "Your list is ready." Called within the transaction that makes it so."""
    title = f"{file.label} as {file.get_format_display()} is ready"
    return _tell(file, READY, Outcome.FINISHED, title, f"{file.rows_read:,} rows. {file.message}".strip())


def failed(file: ListFile) -> Message | None:
    """The file cannot be made. Called within the transaction that makes it so."""
    title = f"{file.label} as {file.get_format_display()}: failed"
    return _tell(file, FAILED, Outcome.FAILED, title, file.message)


def _tell(file: ListFile, kind: Kind, outcome: Outcome, title: str, text: str) -> Message | None:
    context = {
        "file": file,
        "facts": _facts(file),
        "url": absolute_url("list_files:detail", file.pk),
    }
    event = Event(f"{kind.name}:{file.pk}", kind, outcome, title, file.get_absolute_url(), text)
    return tell(event, file.owner, MailTemplate(kind.name, context))


def _facts(file: ListFile) -> list[tuple[str, str]]:
    facts = [("List", file.label), ("Service", file.service.name), ("Format", str(file.get_format_display()))]
    if file.ready_at:
        facts.append(("Rows", f"{file.rows_read:,}"))
        facts.append(("Size", filesizeformat(file.size_bytes or 0)))
        facts.append(("Kept until", f"{timezone.localtime(file.ready_at + KEPT):{_DAY}}"))
    return facts
