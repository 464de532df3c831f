"""Where this installation may connect to: the two questions that other apps ask."""

from apps.api.http.addresses import HostRefused, check_base_url
from apps.api.http.downloads import Download, DownloadFailed, DownloadRefused, open_download

__all__ = [
    "Download",
    "DownloadFailed",
    "DownloadRefused",
    "HostRefused",
    "check_base_url",
    "open_download",
]
