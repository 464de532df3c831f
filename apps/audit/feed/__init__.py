"""The log as JSON lines, for a file or a syslog server (docs/log-export.md)."""
