"""A person's own ways back to records: those they starred, and those they opened last."""
