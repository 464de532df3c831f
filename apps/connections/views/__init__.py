"""Pages about services and keys."""
