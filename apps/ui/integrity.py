"""Subresource Integrity of our own scripts and styles: what a browser runs is what was built, or nothing.

Collected files have their digests in the manifest, made by `collectstatic` and read once at the start. The embedded
form serves the files of the source: their digests are made when one is named first. With `DEBUG` files change while
they are served, and have none.
"""

import base64
import hashlib
import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile, File
from django.templatetags.static import static
from whitenoise.storage import CompressedManifestStaticFilesStorage

_CHECKED = (".js", ".css")
_COMMENT = re.compile(rb"/\*.*?\*/", re.DOTALL)
_INDENTATION = re.compile(rb"\n\s+")
#: A line of a script that is a comment alone; no text of ours goes over lines.
_NOTE = re.compile(rb"^[ \t]*(?://.*|/\*.*?\*/[ \t]*)\n", re.MULTILINE)


def digest_of(content: bytes) -> str:
    """The digest as the attribute `integrity` has it."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}"


class IntegrityManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Keeps the digests of scripts and styles in the manifest, beside their names."""

    #: By the name of the file in the source; empty before `collectstatic`.
    integrity: dict[str, str]

    def load_manifest(self) -> Any:
        """The manifest, as Django wants it; the digests are noted."""
        self.integrity = json.loads(self.read_manifest() or "{}").get("integrity", {})
        return super().load_manifest()

    def _save(self, name: str, content: File[bytes]) -> str:
        # Comments, and a sheet's indentation, are for who reads the source.
        if name.endswith(".css"):
            content = ContentFile(_INDENTATION.sub(b"\n", _COMMENT.sub(b"", b"".join(content.chunks()))))
        elif name.startswith("js/"):
            content = ContentFile(_NOTE.sub(b"", b"".join(content.chunks())))
        return str(super()._save(name, content))

    def save_manifest(self) -> None:
        """Write the manifest with the digests of what will be served."""
        super().save_manifest()
        self.integrity = {}
        for name, served in sorted(self.hashed_files.items()):
            if name.endswith(_CHECKED):
                with self.open(served) as file:
                    self.integrity[name] = digest_of(file.read())
        manifest = json.loads(self.read_manifest()) | {"integrity": self.integrity}
        self.manifest_storage.delete(self.manifest_name)
        self.manifest_storage.save(self.manifest_name, ContentFile(json.dumps(manifest).encode()))


def integrity_of(name: str) -> str:
    """The digest of a static file; "" with `DEBUG`. Raises `ValueError` for a file that was not collected."""
    if settings.DEBUG:
        return ""
    if not isinstance(staticfiles_storage, IntegrityManifestStorage):
        return _found(name)
    try:
        return staticfiles_storage.integrity[name]
    except KeyError:
        raise ValueError(f"No digest of {name} is in the manifest: run collectstatic") from None


def checked_address(name: str) -> str:
    """The address of a file with its digest behind a "#", for a script that loads it (`page.js`)."""
    digest = integrity_of(name)
    return f"{static(name)}#{digest}" if digest else static(name)


@lru_cache(256)
def _found(name: str) -> str:
    path = finders.find(name)
    if path is None:
        raise ValueError(f"No static file is named {name}")
    return digest_of(Path(path).read_bytes())
