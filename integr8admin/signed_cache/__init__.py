"""Caches whose entries prove that this site wrote them: Redis, and files of one machine."""
