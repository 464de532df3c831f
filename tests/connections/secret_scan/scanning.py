"""Scanning what a day of the tests leaves: the command, and the answers that are kept for it."""

import io
from pathlib import Path
from typing import Any

from django.core.management import CommandError, call_command

CANARY = "canary-7f3a91/+c0ffee=d15ea5e&x"


class Pages:
    """Keeps every answer it is called with, head and body."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        self._count = 0

    def __call__(self, answer: Any) -> Any:
        """Keep it, and give it back."""
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        (self.folder / f"{self._count}.html").write_bytes(f"{answer.headers}\n".encode() + content)
        self._count += 1
        return answer


def scan(canaries: Path, *paths: Path, with_links: tuple[Path, ...] = ()) -> str:
    """What the command prints; with FAILED in front of its last line where it found something."""
    output = io.StringIO()
    try:
        call_command("scan_secrets", *paths, canaries=canaries, with_links=list(with_links), stdout=output)
    except CommandError as error:
        output.write(f"FAILED {error}")
    assert CANARY not in output.getvalue()
    return output.getvalue()
