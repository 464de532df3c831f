"""What people type, and texts of others beside our own. Plain Python: no Django, no API."""
