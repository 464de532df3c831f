"""Looks for secrets where none may be: logs, the database, the queue, the cache, mails, pages."""
