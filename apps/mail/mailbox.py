"""The email backend of the embedded form: writes each message to a file, and reads them for a page."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMessage
from email.utils import parsedate_to_datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import EmailMessage
from django.utils import timezone
from django.utils.html import strip_tags

#: A page shows no more of a mail: links are looked for in it.
LONGEST_TEXT = 20_000
_FILE_NAME = re.compile(r"[0-9]{8}-[0-9]{6}-[0-9a-f]{12}")


class MailboxBackend(BaseEmailBackend):
    """Writes each message as `DATE-TIME-ID.eml` into MAILBOX_DIRECTORY; a reader never sees half a file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages; how many. Raises OSError when the directory cannot be written."""
        directory = _directory()
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        for message in email_messages:
            name = f"{timezone.now():%Y%m%d-%H%M%S}-{uuid4().hex[:12]}"
            unfinished = directory / f".{name}"
            with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(message.message().as_bytes())
            unfinished.rename(directory / f"{name}.eml")
        return len(email_messages)


@dataclass(frozen=True)
class Mail:
    """One message of the mailbox, as a person reads it."""

    name: str
    subject: str
    sender: str
    recipient: str
    date: datetime | None
    text: str


def mails() -> list[Mail]:
    """Every message of the mailbox, newest first."""
    paths = sorted(_directory().glob("*.eml"), reverse=True)
    return [_read(path) for path in paths if _FILE_NAME.fullmatch(path.stem)]


def mail(name: str) -> Mail | None:
    """The message of this name, or None."""
    path = _directory() / f"{name}.eml"
    return _read(path) if _FILE_NAME.fullmatch(name) and path.is_file() else None


def _directory() -> Path:
    if settings.MAILBOX_DIRECTORY is None:
        raise ImproperlyConfigured("EMAIL_URL: this installation has no mailbox")
    return settings.MAILBOX_DIRECTORY


def _read(path: Path) -> Mail:
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    date = message["Date"]
    return Mail(
        name=path.stem,
        subject=str(message["Subject"] or "(no subject)"),
        sender=str(message["From"] or ""),
        recipient=str(message["To"] or ""),
        date=parsedate_to_datetime(date) if date else None,
        text=_text(message),
    )


def _text(message: ParsedMessage) -> str:
    """The text part; of a message that has only HTML, the words in it."""
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        return ""
    content = str(part.get_content())[:LONGEST_TEXT]
    return content if part.get_content_type() == "text/plain" else strip_tags(content)
